"""Borders of hours, days, weeks and months in the reader's time zone, daylight saving included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from search.engine import Interval, QueryError

MAX_BUCKETS = 10_000
"""Buckets of one timeline at the most (Elasticsearch refuses more than 65,536)."""

TOO_MANY = (
    f"The timeline would have more than {MAX_BUCKETS:,} steps: choose a longer interval, or a "
    "shorter period (since, until)"
)

_SHORTEST = {"hour": 3600, "day": 23 * 3600, "week": 167 * 3600, "month": 671 * 3600}
"""Seconds of the shortest bucket (February and a week or day that loses an hour)."""


def _next_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    """Add an hour of real time and cut to the local hour (which may begin at :30 in UTC)."""
    later = (moment.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    cut = later.replace(minute=0, second=0)  # `replace` keeps `fold`, subtraction does not
    return cut if cut.astimezone(UTC) > moment.astimezone(UTC) else later


def bucket_start(moment: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """Return the start of the bucket that holds a moment; weeks start on Monday (ISO 8601)."""
    local = moment.astimezone(zone)
    if interval == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _following(start: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    if interval == "hour":
        return _next_hour(start, zone)
    if interval == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + timedelta(days=7 if interval == "week" else 1)  # wall clock: keeps midnight


def _borders(
    first: datetime, last: datetime, interval: Interval, zone: ZoneInfo
) -> Iterator[datetime]:
    start = bucket_start(first, interval, zone)
    while True:
        yield start
        if start.astimezone(UTC) > last.astimezone(UTC):
            return
        start = _following(start, interval, zone)


def borders(first: datetime, last: datetime, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """List where the buckets from `first` to `last` start, and where the last one ends.

    Raises QueryError when there would be more than 10,000 buckets.
    """
    expected = (last - first).total_seconds() / _SHORTEST[interval]
    if expected > MAX_BUCKETS:
        raise QueryError(f"{TOO_MANY}; found from {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    try:
        walls = list(_borders(first, last, interval, zone))
        return [wall.astimezone(UTC).astimezone(zone) for wall in walls]  # no midnight that a
    except OverflowError:  # clock change skips, and no year after 9999
        raise QueryError(f"A timeline cannot reach {last:%Y-%m-%d}: narrow the period") from None
