"""What both engines do alike with a request before and after the index is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from search.engine import FACETS, Bucket, IndexingError, Query, QueryError
from search.knowledge import Knowledge, Reading
from search.nodes import Node, wanted_words
from search.query import parse

QUESTION = "~"
"""What a query by meaning begins with."""

MAX_FACET_VALUES = 10_000
"""Different values of one facet that are counted; far above the number of outlets or countries."""


NOT_UNICODE = "its text is no valid Unicode (half of a surrogate pair)"
"""Why an article whose JSON cannot be written is refused: JSON-LD with a torn emoji gives such."""


def is_unicode(text: str) -> bool:
    """Whether a text can be stored and asked for at all: Python's strings may hold torn pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def complain(engine: str, refused: dict[str, str], written: int) -> None:
    """Raise IndexingError if any article was refused, naming the first."""
    if not refused:
        return
    article_id, reason = next(iter(refused.items()))
    raise IndexingError(
        f"{engine} refused {len(refused):,} articles and wrote {written:,}; "
        f"the first is {article_id} ({reason})",
        refused,
    )


class Asked(NamedTuple):
    """A query as it is carried out: with the effective sort, its words parsed, and its 'now'."""

    query: Query
    node: Node | None
    now: datetime


def prepared(query: Query, knowledge: Knowledge, zone: tzinfo) -> Asked:
    """Parse the words; without any every article is equally relevant, so newest come first.

    Raises QueryError for words that make no sense and for an unknown facet.
    """
    unknown = [name for name in query.facets if name not in FACETS]
    if unknown:
        raise QueryError(f"There is no facet {unknown[0]!r}; there are: {', '.join(FACETS)}")
    now = query.asked_at or datetime.now(UTC)
    question = query.text.lstrip().startswith(QUESTION)
    node = None if question else parse(query.text, Reading(knowledge, zone, now, inflected=True))
    if question or query.similar_to is not None:
        return Asked(query, node, now)
    by_date = query.sort == "relevance" and not wanted_words(node)
    sort = "newest" if by_date else query.sort
    return Asked(query.model_copy(update={"sort": sort}), node, now)


def sorted_buckets(counts: Iterable[tuple[str, int]]) -> tuple[Bucket, ...]:
    """Sort by count, largest first, then by value."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return tuple(Bucket(value=value, count=count) for value, count in ordered)
