"""Search by meaning: `~ fishermen driven off by water cannon`, or articles like a known one.

Two rankings of up to 200 articles each, the nearest embeddings and the best matches of the words,
are fused by reciprocal rank, ours rather than the engines' (Elasticsearch's is a paid feature).
Fields in a question stay conditions. Embeddings compare meaning, so that an English question finds
the Thai article. Everything is more or less near, so the total is only what the rankings hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from articles.record import Article
from search.engine import Filters, Hit, Query, QueryError, Result
from search.highlight import snippet
from search.nodes import Node, OneOf, other_names, wanted_words
from search.paging import cursor_of, token_after
from search.ranking import (
    CANDIDATES,
    MEANING,
    OLDER,
    RANK_CONSTANT,
    REPEATED,
    WORDS,
    recency_borders,
)
from search.requests import Asked


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A unit vector (384,), words that help, and what every article found must fulfil."""

    vector: NDArray[np.float32]
    words: Node | None
    condition: Node | None
    filters: Filters


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article in a ranking, with what counts besides its place there."""

    id: str
    when: datetime
    repeats: bool


class MeaningEngine(Protocol):
    """What an engine must be able to do for a search by meaning."""

    def best_words(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the question's words the articles that fulfil its conditions."""
        ...

    def nearest(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the cosine of the embeddings the articles that fulfil the conditions."""
        ...

    def these(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles with these ids."""
        ...

    def answer(self, asked: Asked) -> Result:
        """Answer an ordinary query that has been read."""
        ...


def _fused(
    rankings: Sequence[tuple[float, Sequence[Candidate]]], now: datetime
) -> list[tuple[float, Candidate]]:
    """Fuse rankings by weighted reciprocal rank, times recency and repetition; ties by id."""
    scores: dict[str, float] = {}
    there: dict[str, Candidate] = {}
    for weight, ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one.id] = scores.get(one.id, 0.0) + weight / (RANK_CONSTANT + rank)
            there[one.id] = one
    borders = recency_borders(now)

    def factor(one: Candidate) -> float:
        fresh = next((weight for border, weight in borders if one.when >= border), OLDER)
        return fresh * (REPEATED if one.repeats else 1.0)

    weighted = [(scores[one.id] * factor(one), one) for one in there.values()]
    return sorted(weighted, key=lambda pair: (-pair[0], pair[1].id))


def _ordered(found: list[tuple[float, Candidate]], query: Query) -> list[tuple[float, Candidate]]:
    if query.sort == "relevance":
        return found
    sign = -1 if query.sort == "newest" else 1
    return sorted(
        ((0.0, one) for _, one in found),
        key=lambda pair: (sign * pair[1].when.timestamp(), pair[1].id),
    )


def answer_by_meaning(engine: MeaningEngine, asked: Asked, question: Question) -> Result:
    """Rank both ways, fuse, and show a page; facets and timeline count what was ranked."""
    query = asked.query
    rankings = [(MEANING, engine.nearest(question, CANDIDATES))]
    if question.words is not None:
        rankings.append((WORDS, engine.best_words(question, CANDIDATES)))
    found = _ordered(_fused(rankings, asked.now), query)
    cursor = cursor_of(query)
    start = cursor.shown if cursor is not None else 0
    page = found[start : start + query.size]
    articles = engine.these([one.id for _, one in page])
    words = [*wanted_words(question.words), *wanted_words(question.condition)]
    hits = tuple(
        Hit(
            article=articles[one.id],
            score=score,
            snippet=snippet(articles[one.id], words) if query.snippets else None,
        )
        for score, one in page
        if one.id in articles  # deleted between two looks at the index
    )
    end = start + query.size
    more = page and end < len(found)
    counted = _counted(engine, asked, found)
    return Result(
        total=len(found),
        hits=hits,
        next=token_after(query, page[-1][0], page[-1][1].id, end) if more else None,
        facets=counted.facets,
        timeline=counted.timeline,
        expanded=other_names(question.condition),
    )


def _counted(
    engine: MeaningEngine, asked: Asked, found: Sequence[tuple[float, Candidate]]
) -> Result:
    """Count facets and timeline among the articles found, with the engine's own counting."""
    query = Query(size=0, sort="newest", facets=asked.query.facets, timeline=asked.query.timeline)
    if not found or not (query.facets or query.timeline):
        return Result(total=0, hits=(), facets=dict.fromkeys(query.facets, ()))
    these = OneOf("id", tuple(one.id for _, one in found))
    return engine.answer(Asked(query, these, asked.now))


def like(article: Article | None, article_id: str) -> NDArray[np.float32]:
    """Return the vector of the article to find others like. Raises QueryError without one."""
    if article is None:
        raise QueryError(
            f"There is no article {article_id[:64]!r} in the index to find others like: use an id "
            "that a search has shown"
        )
    if article.refused:
        raise QueryError(
            f"Article {article_id} was {article.refusal}; so nothing is known of its meaning to "
            "find others by: search with words"
        )
    if article.embedding is None:
        raise QueryError(
            f"Article {article_id} has no embedding to find others by: run `shoalwatch tag` and "
            "`shoalwatch index`, then search again"
        )
    return np.asarray(article.embedding, dtype=np.float32)
