"""Reads the moments that people type: 7d, 12h, 2w, a day, an ISO 8601 moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from articles.errors import SettingsError, ShoalwatchError
from search.moments import read_moment


class MomentError(ShoalwatchError):
    """What was typed is no moment that can be read."""


def zone(name: str) -> ZoneInfo:
    """Return the reader's time zone. Raises SettingsError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise SettingsError(
            f"SHOALWATCH_TIMEZONE={name!r} is no time zone; use a name like Asia/Singapore"
        ) from problem


def moment(typed: str, timezone: str, now: datetime | None = None) -> datetime:
    """Return the moment that was typed, in UTC.

    Args:
        typed: 12h, 7d or 2w (that long ago), 2026-11-24 (its first moment in the reader's zone),
            or an ISO 8601 moment, in the reader's zone where it names none.
        timezone: IANA name of the reader's zone.
        now: The moment to count back from; the clock's if not given.

    Raises:
        MomentError: it is none of these.
    """
    try:
        return read_moment(typed.strip(), zone(timezone), now or datetime.now(UTC))
    except ValueError:
        raise MomentError(
            f"{typed!r} is no moment: type 12h, 7d or 2w for that long ago, a day like 2026-11-24, "
            "or a moment like 2026-11-24T08:00"
        ) from None


def day(typed: str | None, timezone: str) -> date:
    """Return the day typed as 2026-11-24, `today` or `yesterday`; the reader's today for None."""
    today = datetime.now(zone(timezone)).date()
    named = {None: today, "today": today, "yesterday": today - timedelta(days=1)}
    if typed in named:
        return named[typed]
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        raise MomentError(
            f"{typed!r} is no day: type one like 2026-11-24, or today, or yesterday"
        ) from None
