"""Mark the words found, in HTML-safe pieces of the article.

Our own code rather than the engines' highlighters, because both engines index segmented text:
their offsets would point into that, not into the article. The tokens and the matching rule are the
engines', so that what is marked is what was found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape

from rapidfuzz.distance import OSA

from articles.record import Article
from search.engine import Snippet
from search.mapping import MAX_INDEXED, language_ranges
from search.nodes import Forms, Fuzzy, Term, Word
from search.segmentation import Token, segment

SNIPPET_WIDTH = 240
"""Columns of the text piece, before escaping and without the dots that mark a cut. Columns, not
characters: 240 Chinese characters are twice as wide as 240 Latin ones and say much more."""
_MOST = 2 * SNIPPET_WIDTH
"""Characters of a piece at the most, however many marks without a width a hostile page heaps up."""

_Stretch = tuple[int, int]


def _reads(term: Term, tokens: Sequence[Token], at: int) -> bool:
    """Whether the term's tokens stand at this place, as written or (for unmarked terms) folded."""
    window = tokens[at : at + len(term.tokens)]
    if len(window) < len(term.tokens):
        return False
    if all(a == b.text for a, b in zip(term.tokens, window, strict=True)):
        return True
    return term.unmarked and all(a == b.folded for a, b in zip(term.tokens, window, strict=True))


def _merged(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    merged: list[_Stretch] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def matches(text: str, words: Sequence[Word]) -> list[_Stretch]:
    """Find where the words stand in a text: stretches in order, in characters, not overlapping."""
    if not words:
        return []
    terms = [word for word in words if isinstance(word, Term)]
    forms = (form for word in words if isinstance(word, Forms) for form in word.words)
    terms += [Term((form,), unmarked=False, weight=1.0) for form in forms]
    fuzzy = [word for word in words if isinstance(word, Fuzzy)]
    tokens = segment(text)
    return _merged([*_term_stretches(tokens, terms), *_near_stretches(tokens, fuzzy)])


def _term_stretches(tokens: Sequence[Token], terms: Sequence[Term]) -> Iterator[_Stretch]:
    by_first: dict[str, list[Term]] = {}
    for term in terms:
        by_first.setdefault(term.tokens[0], []).append(term)
    for at, token in enumerate(tokens):
        for first in {token.text, token.folded} & by_first.keys():
            for term in by_first[first]:
                if _reads(term, tokens, at):
                    yield token.start, tokens[at + len(term.tokens) - 1].end


def _near_stretches(tokens: Sequence[Token], words: Sequence[Fuzzy]) -> Iterator[_Stretch]:
    """Find tokens within the edits allowed; a change of places counts as one, as in the engines."""
    for word in words:
        for token in tokens:
            if (
                OSA.distance(word.word, token.text, score_cutoff=word.edits) <= word.edits
                or OSA.distance(word.word, token.folded, score_cutoff=word.edits) <= word.edits
            ):
                yield token.start, token.end


def _marked(text: str, stretches: Sequence[_Stretch], first: int, last: int) -> str:
    """Escape `text[first:last]` and put marks around the stretches inside it."""
    pieces, at = [], first
    for start, end in stretches:
        if start < first or end > last:
            continue
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*pieces, escape(text[at:last])])


@lru_cache(maxsize=16384)
def _width(character: str) -> int:
    """Columns of a character on a screen: 2 for East Asian wide ones, 0 for marks."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _after(text: str, start: int, columns: int) -> int:
    """Return where `columns` from `start` on are used up, with marks kept on their letter."""
    at, most = start, min(len(text), start + _MOST)
    while at < most and (columns := columns - _width(text[at])) >= 0:
        at += 1
    return at


def _before(text: str, end: int, columns: int) -> int:
    """Return the place from which at most `columns` lead up to `end`, not on a mark."""
    at, least = end, max(0, end - _MOST)
    while at > least and (columns := columns - _width(text[at - 1])) >= 0:
        at -= 1
    while at < end and _width(text[at]) == 0:
        at += 1
    return at


def _best_start(text: str, stretches: Sequence[_Stretch]) -> int:
    """Choose the match from which most marked characters fit into one piece."""
    candidates = [start for start, _ in stretches[:200]]
    reach = _after(text, candidates[0], SNIPPET_WIDTH * 3 // 4) - candidates[0]

    def covered(start: int) -> int:
        limit = start + reach
        return sum(end - begin for begin, end in stretches if start <= begin and end <= limit)

    return max(candidates, key=covered)


def _to_space(text: str, place: int, limit: int) -> int:
    """Move a cut right to the next space, at most to the limit, so that no word is torn."""
    for at in range(place, min(limit, len(text))):
        if text[at].isspace():
            return at
    return place


def _piece(text: str, stretches: Sequence[_Stretch]) -> str:
    whole = _after(text, 0, SNIPPET_WIDTH)
    if whole == len(text):
        return _marked(text, stretches, 0, len(text))
    first = 0
    if stretches:
        best = _best_start(text, stretches)
        latest = _before(text, len(text), SNIPPET_WIDTH)
        first = min(_before(text, best, SNIPPET_WIDTH // 4), latest)
        first = _to_space(text, first, min(best, first + 20)) if first else 0
    last = _after(text, first, SNIPPET_WIDTH)
    last = _to_space(text, last, last + 20)
    inside = _marked(text, stretches, first, last).strip()
    return ("… " if first else "") + inside + (" …" if last < len(text) else "")


def _holds_for(article: Article, word: Word) -> bool:
    """Whether a word was looked for in an article's language."""
    if not isinstance(word, Forms):
        return True
    return not set(word.languages).isdisjoint(language_ranges(article.language))


def snippet(article: Article, words: Sequence[Word]) -> Snippet:
    """Show the title and the best piece of the text (of the summary, if only that matches)."""
    words = [word for word in words if _holds_for(article, word)]
    title = _marked(article.title, matches(article.title, words), 0, len(article.title))
    text = article.text[:MAX_INDEXED]
    found = matches(text, words)
    if not found and article.summary:
        in_summary = matches(article.summary, words)
        if in_summary or not text:
            text, found = article.summary, in_summary
    return Snippet(title=title, text=_piece(text, found))
