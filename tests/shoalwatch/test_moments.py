from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from articles.errors import SettingsError
from shoalwatch.moments import MomentError, day, moment, zone

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12h", NOW - timedelta(hours=12)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-11-24", datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        ("2026-11-24T08:30", datetime(2026, 11, 24, 0, 30, tzinfo=UTC)),
        ("2026-11-24T08:30+07:00", datetime(2026, 11, 24, 1, 30, tzinfo=UTC)),
    ],
)
def test_what_people_type(typed: str, meant: datetime) -> None:
    assert moment(typed, "Asia/Manila", NOW) == meant


@pytest.mark.parametrize("typed", ["", "last week", "7m", "99999d", "2026-13-01"])
def test_what_is_no_moment_is_answered_with_what_is(typed: str) -> None:
    with pytest.raises(MomentError, match="is no moment: type 12h"):
        moment(typed, "UTC", NOW)


def test_days() -> None:
    today = datetime.now(UTC).date()
    assert day(None, "UTC") in {today, datetime.now(UTC).date()}
    assert day("yesterday", "UTC") < day("today", "UTC")
    assert day("2026-02-03", "UTC") == date(2026, 2, 3)
    with pytest.raises(MomentError, match="'03/02/2026' is no day"):
        day("03/02/2026", "UTC")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd"])
def test_a_wrong_time_zone_names_its_setting(name: str) -> None:
    with pytest.raises(SettingsError, match="SHOALWATCH_TIMEZONE="):
        zone(name)
