"""What both engines do alike with a request before and after the index is asked."""

from __future__ import annotations

from collections.abc import Iterable

from search.engine import Bucket, Query, Sort
from search.query import Node

MAX_FACET_VALUES = 10_000
"""Different values of one facet that are counted; far above the number of outlets or countries."""


def effective_sort(query: Query, node: Node | None) -> Sort:
    """Without words every article is equally relevant: newest first then."""
    return "newest" if node is None and query.sort == "relevance" else query.sort


def sorted_buckets(counts: Iterable[tuple[str, int]]) -> tuple[Bucket, ...]:
    """Sort by count, largest first, then by value."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return tuple(Bucket(value=value, count=count) for value, count in ordered)
