"""Reads what is searched by meaning: a question after `~`, or the id of an article to be like."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import regex  # type: ignore[import-untyped]

from articles.record import Article
from search.engine import Query, QueryError
from search.knowledge import Knowledge, Reading
from search.leaning import without_leaning
from search.meaning import Question, like
from search.nodes import And, Byline, Level, Node, Not, OneOf, Or, Period, Term
from search.query import MAX_CHARACTERS, parse
from search.requests import QUESTION, Asked
from search.segmentation import Token, segment

MAX_WORDS = 50
"""Words of a question that are looked for as words; its meaning is taken from all of it."""

_FIELD = regex.compile(r'(?<!\S)-?[A-Za-z_]{1,20}:(?![/:\s])(?:"[^"]*"|\S)+')


def is_question(query: Query) -> bool:
    """Whether a query is to be answered by meaning."""
    return query.similar_to is not None or query.text.lstrip().startswith(QUESTION)


def read_question(asked: Asked, reading: Reading, get: Callable[[str], Article | None]) -> Question:
    """Read a question; `get` finds the article that others are to be like.

    Raises QueryError for a question without words, an unknown article, or a missing encoder.
    """
    query = asked.query
    if query.similar_to is not None:
        article = get(query.similar_to)
        vector = like(article, query.similar_to)
        itself = Not(OneOf("id", (query.similar_to,)))
        condition: Node = itself if asked.node is None else And((asked.node, itself))
        words = words_of(article.title if article is not None else "")
        return Question(vector, words, condition, query.filters)
    words_typed, found = _parted(query.text, reading)
    vector = _meaning(words_typed, reading.knowledge)
    fields = And(found) if found else None
    return Question(vector, words_of(words_typed), fields, query.filters)


def _parted(text: str, reading: Reading) -> tuple[str, tuple[Node, ...]]:
    """Part a question into its words and its fields; errors point at the place in the query."""
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"The question has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed"
        )
    start = text.index(QUESTION) + 1
    words, conditions, last = [], [], start
    for match in _FIELD.finditer(text, start):
        node = parse(" " * match.start() + match.group(), reading)
        if isinstance(node, OneOf | Byline | Period | Level | Not | Or):
            conditions.append(node)
            words.append(text[last : match.start()])
            last = match.end()
    return " ".join([*words, text[last:]]).strip(), tuple(conditions)


def _meaning(words: str, knowledge: Knowledge) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    if not segment(words):
        raise QueryError(f"Nothing to look for: write a question in words behind the {QUESTION}")
    if knowledge.embedder is None:
        raise QueryError(
            f"Searching by meaning ({QUESTION}) needs the tagger's encoder, and this engine was "
            "opened without one: search with words, or for articles like one of the index"
        )
    vector = np.asarray(knowledge.embedder.embed([words])[0], dtype=np.float32)
    return without_leaning(knowledge.embedder, words, vector)


def words_of(text: str) -> Node | None:
    """Make any word of a text count: words, and pairs of characters where there are no spaces."""
    terms = []
    tokens = segment(text)
    for token, pair in zip(tokens, _is_pair(tokens), strict=True):
        terms.append(Term((token.text,), token.text == token.folded, 0.5 if pair else 1.0))
    chosen = tuple(dict.fromkeys(terms))[:MAX_WORDS]
    return Or(chosen) if chosen else None


def _is_pair(tokens: list[Token]) -> list[bool]:
    """Tell which tokens are two neighbours of a script without spaces: the next begins inside."""
    return [one.end > after.start for one, after in pairwise(tokens)] + [False] * bool(tokens)
