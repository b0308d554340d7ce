"""Facets and timelines of a tantivy query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import tantivy

from search.calendar_buckets import borders
from search.engine import Bucket, Query, TimeBucket
from search.mapping import FACET_FIELDS, milliseconds
from search.requests import MAX_FACET_VALUES, sorted_buckets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENDS = {"_first": {"min": {"field": "when"}}, "_last": {"max": {"field": "when"}}}


class Counts(NamedTuple):
    """The counted parts of a result."""

    facets: dict[str, tuple[Bucket, ...]]
    timeline: tuple[TimeBucket, ...]


def _terms(name: str) -> dict[str, Any]:
    size = MAX_FACET_VALUES
    return {"terms": {"field": FACET_FIELDS[name], "size": size, "segment_size": size}}


def counts(
    searcher: tantivy.Searcher, matched: tantivy.Query, query: Query, zone: ZoneInfo
) -> Counts:
    """Count facets and timeline as the query asks among the articles that match.

    Raises QueryError for a timeline with too many intervals.
    """
    asked: dict[str, Any] = {name: _terms(name) for name in query.facets}
    if query.timeline is not None:
        asked |= _ENDS
    if not asked:
        return Counts({}, ())
    answer = searcher.aggregate(matched, asked)
    facets = {
        name: sorted_buckets((b["key"], b["doc_count"]) for b in answer[name]["buckets"])
        for name in query.facets
    }
    if query.timeline is None or answer["_first"]["value"] is None:
        return Counts(facets, ())
    first, last = (_EPOCH + timedelta(milliseconds=answer[end]["value"]) for end in _ENDS)
    starts = borders(first, last, query.timeline, zone)
    return Counts(facets, _timeline(searcher, matched, starts))


def _timeline(
    searcher: tantivy.Searcher, matched: tantivy.Query, starts: list[datetime]
) -> tuple[TimeBucket, ...]:
    """Count articles between borders: tantivy itself knows only intervals of fixed length."""
    marks = [milliseconds(start) for start in starts]
    ranges = [{"from": start, "to": end} for start, end in pairwise(marks)]
    asked = {"when": {"range": {"field": "when", "ranges": ranges}}}
    buckets = searcher.aggregate(matched, asked)["when"]["buckets"]
    found = {int(b["from"]): int(b["doc_count"]) for b in buckets if "from" in b}
    return tuple(
        TimeBucket(start=start, count=found.get(mark, 0))
        for start, mark in zip(starts[:-1], marks, strict=False)
    )
