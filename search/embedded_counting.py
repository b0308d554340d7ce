"""Facets and timelines of a tantivy query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import tantivy

from search.calendar_buckets import borders
from search.engine import Bucket, Interval, TimeBucket
from search.mapping import FACET_FIELDS, milliseconds
from search.requests import MAX_FACET_VALUES, sorted_buckets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def facet_counts(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[str]
) -> dict[str, tuple[Bucket, ...]]:
    """Count the values of each facet among the articles that the query matches."""
    if not names:
        return {}
    asked = {
        name: {
            "terms": {
                "field": FACET_FIELDS[name],
                "size": MAX_FACET_VALUES,
                "segment_size": MAX_FACET_VALUES,
            }
        }
        for name in names
    }
    answer = searcher.aggregate(query, asked)
    return {
        name: sorted_buckets((b["key"], b["doc_count"]) for b in answer[name]["buckets"])
        for name in names
    }


def timeline_counts(
    searcher: tantivy.Searcher, query: tantivy.Query, interval: Interval | None, zone: ZoneInfo
) -> tuple[TimeBucket, ...]:
    """Count articles by calendar interval: tantivy knows only fixed ones, so we give the borders.

    Raises QueryError for a period with too many intervals.
    """
    if interval is None:
        return ()
    ends = searcher.aggregate(
        query, {"first": {"min": {"field": "when"}}, "last": {"max": {"field": "when"}}}
    )
    if ends["first"]["value"] is None:
        return ()
    first, last = (_EPOCH + timedelta(milliseconds=ends[end]["value"]) for end in ("first", "last"))
    starts = borders(first, last, interval, zone)
    marks = [milliseconds(start) for start in starts]
    ranges = [{"from": start, "to": end} for start, end in pairwise(marks)]
    answer = searcher.aggregate(query, {"when": {"range": {"field": "when", "ranges": ranges}}})
    counts = {int(b["from"]): int(b["doc_count"]) for b in answer["when"]["buckets"] if "from" in b}
    return tuple(
        TimeBucket(start=start, count=counts.get(mark, 0))
        for start, mark in zip(starts[:-1], marks, strict=False)
    )
