"""Borders of calendar intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from search.calendar_buckets import borders
from search.engine import Interval, QueryError


def hours_between(first: datetime, last: datetime, interval: Interval, zone: str) -> list[float]:
    marks = borders(first, last, interval, ZoneInfo(zone))
    return [
        (b.astimezone(UTC) - a.astimezone(UTC)) / timedelta(hours=1) for a, b in pairwise(marks)
    ]


@pytest.mark.parametrize(
    ("zone", "first", "days", "lengths"),
    [
        ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC), 2, [24, 25, 24]),
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), 2, [24, 23, 24]),
        ("Asia/Beirut", datetime(2026, 3, 28, 12, tzinfo=UTC), 2, [24, 23, 24]),  # skips 00:00
        ("Asia/Manila", datetime(2026, 3, 28, 12, tzinfo=UTC), 0, [24]),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(
    zone: str, first: datetime, days: int, lengths: list[float]
) -> None:
    assert hours_between(first, first + timedelta(days=days), "day", zone) == lengths


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Europe/London"])
def test_hours_are_hours(zone: str) -> None:
    night = datetime(2026, 10, 24, 20, 10, tzinfo=UTC)
    lengths = hours_between(night, night + timedelta(hours=9), "hour", zone)
    assert set(lengths) == {1.0}
    start = borders(night, night, "hour", ZoneInfo(zone))[0]
    assert (start.minute, start.second) == (0, 0)


def test_weeks_start_on_monday_and_months_on_the_first() -> None:
    first, last = datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC)
    weeks = borders(first, last, "week", ZoneInfo("Asia/Singapore"))
    assert {start.isoweekday() for start in weeks} == {1}
    months = borders(first, last, "month", ZoneInfo("Asia/Singapore"))
    assert [(start.month, start.day) for start in months] == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_the_last_border_lies_after_the_last_moment() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert borders(midnight, midnight, "day", ZoneInfo("UTC"))[1] == midnight + timedelta(days=1)


def test_impossible_timelines_are_refused() -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    with pytest.raises(QueryError, match="more than 10,000 steps"):
        borders(first, datetime(2026, 1, 1, tzinfo=UTC), "day", ZoneInfo("UTC"))
    end = datetime(9999, 12, 31, tzinfo=UTC)
    with pytest.raises(QueryError, match="cannot reach 9999-12-31"):
        borders(end, end, "month", ZoneInfo("UTC"))
