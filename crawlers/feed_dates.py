"""Dates of feed entries: read in the outlet's language and zone, or refused with a reason.

feedparser knows no language but English, and takes a zone that it does not know for UTC: 'ICT' and
'WIB' come out seven hours late, and '2026年11月24日' as the first of the month
(tests/crawlers/test_feed_dates.py). Its reading is used only where ours gives none.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Literal

from crawlers.extraction.date_text import EARLIEST, FUTURE, MAX_DATE_TEXT
from crawlers.extraction.stated_dates import StatedDates
from crawlers.extraction.zones import page_zone

Refusal = Literal["future", "before_1990", "unreadable"]


@dataclass(frozen=True, slots=True)
class EntryDate:
    """An aware moment, or why what was written is none; neither where nothing was written."""

    moment: datetime | None = None
    refused: Refusal | None = None


class FeedDates:
    """Reads the dates of one feed, or says why one is none."""

    def __init__(
        self,
        url: str,
        *languages: str | None,
        now: datetime | None = None,
        country: str | None = None,
    ) -> None:
        """Read dates of the feed at `url`, in these languages (BCP 47) by preference.

        `now` is the moment to know the future by; this moment if not given. `country` is the
        outlet's (ISO 3166-1 alpha-2), where it is known.
        """
        self._url = url
        self._now = now or datetime.now(UTC)
        self._country = country
        self._stated = StatedDates(url, *languages, country=country)

    def read(self, said: object, parsed: struct_time | None = None) -> EntryDate:
        """Return the date written in `said`; `parsed` is what feedparser made of it."""
        if not isinstance(said, str) or not said.strip():
            return EntryDate()
        moment = self._moment(said.strip()[:MAX_DATE_TEXT])
        if moment is None and parsed is not None:
            moment = _from_struct(parsed)
        if moment is None:
            return EntryDate(refused="unreadable")
        if moment < EARLIEST:
            return EntryDate(refused="before_1990")
        if moment > self._now + FUTURE:
            return EntryDate(refused="future")
        return EntryDate(moment)

    def _moment(self, said: str) -> datetime | None:
        stated = self._stated.read(said)
        if stated is None:
            return None
        try:
            zone = page_zone(self._url, stated.language, self._country)
            return stated.written.aware(zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _from_struct(parsed: struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
