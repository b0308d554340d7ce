"""Reads the moments of a query: 7d, 12h, 2w, a day, an ISO 8601 moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
EXAMPLES = "12h, 7d or 2w for that long ago, a day like 2026-11-24, or 2026-11-24T08:00"


def read_moment(typed: str, zone: tzinfo, now: datetime, *, whole_day: bool = False) -> datetime:
    """Return the moment that was typed, in UTC.

    12h, 7d and 2w count back from `now`; a day is its first moment in the reader's zone, with
    `whole_day` the first moment after it. Raises ValueError for anything else.
    """
    ago = re.fullmatch(r"(\d{1,4})([hdw])", typed)
    try:
        if ago:
            return now.astimezone(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        read = datetime.fromisoformat(typed)
        if whole_day and re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", typed):
            read += timedelta(days=1)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{typed} lies outside the calendar") from None
