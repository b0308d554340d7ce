"""Mark the words found, in HTML-safe pieces of the article.

Our own code rather than the engines' highlighters, because both engines index segmented text:
their offsets would point into that, not into the article. The tokens and the matching rule are the
engines', so that what is marked is what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from articles.record import Article
from search.engine import Snippet
from search.mapping import MAX_INDEXED
from search.query import Term
from search.segmentation import Token, segment

SNIPPET_CHARACTERS = 240
"""Length of the text piece, before escaping and without the dots that mark a cut."""

_Stretch = tuple[int, int]


def _reads(term: Term, tokens: Sequence[Token], at: int) -> bool:
    """Whether the term's tokens stand at this place, as written or (for unmarked terms) folded."""
    window = tokens[at : at + len(term.tokens)]
    if len(window) < len(term.tokens):
        return False
    if all(a == b.text for a, b in zip(term.tokens, window, strict=True)):
        return True
    return term.unmarked and all(a == b.folded for a, b in zip(term.tokens, window, strict=True))


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    merged: list[_Stretch] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def matches(text: str, terms: Sequence[Term]) -> list[_Stretch]:
    """Find where the terms stand in a text: stretches in order, in characters, not overlapping."""
    if not terms:
        return []
    by_first: dict[str, list[Term]] = {}
    for term in terms:
        by_first.setdefault(term.tokens[0], []).append(term)
    tokens = segment(text)
    found: list[_Stretch] = []
    for at, token in enumerate(tokens):
        for first in {token.text, token.folded} & by_first.keys():
            found.extend(
                (token.start, tokens[at + len(term.tokens) - 1].end)
                for term in by_first[first]
                if _reads(term, tokens, at)
            )
    return _merged(found)


def _marked(text: str, stretches: Sequence[_Stretch], first: int, last: int) -> str:
    """Escape `text[first:last]` and put marks around the stretches inside it."""
    pieces, at = [], first
    for start, end in stretches:
        if start < first or end > last:
            continue
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*pieces, escape(text[at:last])])


def _best_start(stretches: Sequence[_Stretch]) -> int:
    """Choose the match from which most marked characters fit into one piece."""

    def covered(start: int) -> int:
        limit = start + SNIPPET_CHARACTERS * 3 // 4
        return sum(end - begin for begin, end in stretches if start <= begin and end <= limit)

    candidates = [start for start, _ in stretches[:200]]
    return max(candidates, key=covered)


def _to_space(text: str, place: int, limit: int) -> int:
    """Move a cut right to the next space, at most to the limit, so that no word is torn."""
    for at in range(place, min(limit, len(text))):
        if text[at].isspace():
            return at
    return place


def _piece(text: str, stretches: Sequence[_Stretch]) -> str:
    if len(text) <= SNIPPET_CHARACTERS:
        return _marked(text, stretches, 0, len(text))
    first = 0
    if stretches:
        best = _best_start(stretches)
        first = max(0, min(best - SNIPPET_CHARACTERS // 4, len(text) - SNIPPET_CHARACTERS))
        first = _to_space(text, first, min(best, first + 20)) if first else 0
    last = min(len(text), first + SNIPPET_CHARACTERS)
    last = _to_space(text, last, last + 20)
    inside = _marked(text, stretches, first, last).strip()
    return ("… " if first else "") + inside + (" …" if last < len(text) else "")


def snippet(article: Article, terms: Sequence[Term]) -> Snippet:
    """Show the title and the best piece of the text (of the summary, if only that matches)."""
    title = _marked(article.title, matches(article.title, terms), 0, len(article.title))
    text = article.text[:MAX_INDEXED]
    found = matches(text, terms)
    if not found and article.summary:
        in_summary = matches(article.summary, terms)
        if in_summary or not text:
            text, found = article.summary, in_summary
    return Snippet(title=title, text=_piece(text, found))
