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

from crawlers.extraction.date_text import EARLIEST, FUTURE, read_date
from crawlers.extraction.zones import country_of, page_zone
from crawlers.feed_date_forms import restated

Refusal = Literal["future", "before_1990", "unreadable"]

GUESSED = ("pt", "es", "fr", "id", "vi", "ms", "de", "it", "ru", "tl")
"""Languages whose month names are tried where neither feed nor catalogue names the right one."""

_OF_LANGUAGE = {"zh": "CN"}
"""Where a feed's language tells its zones' names, if neither address nor region does."""


@dataclass(frozen=True, slots=True)
class EntryDate:
    """An aware moment, or why what was written is none; neither where nothing was written."""

    moment: datetime | None = None
    refused: Refusal | None = None


class FeedDates:
    """Reads the dates of one feed, whose language need be found only once."""

    def __init__(self, url: str, *languages: str | None, now: datetime | None = None) -> None:
        """Read dates of the feed at `url`, in these languages (BCP 47) by preference.

        `now` is the moment to know the future by; this moment if not given.
        """
        self._url = url
        self._now = now or datetime.now(UTC)
        # A feed may call its language anything ('US', 'Deutsch'): only what looks like a tag is.
        self._languages = [name for name in languages if name and name[:2].islower()]
        self._country = country_of(url) or self._region() or _OF_LANGUAGE.get(self._main())
        self._guessed = False

    def read(self, said: object, parsed: struct_time | None = None) -> EntryDate:
        """Return the date written in `said`; `parsed` is what feedparser made of it."""
        if not isinstance(said, str) or not said.strip():
            return EntryDate()
        moment = self._moment(restated(said.strip()[:120], self._country))
        if moment is None and parsed is not None:
            moment = _from_struct(parsed)
        if moment is None:
            return EntryDate(refused="unreadable")
        if moment < EARLIEST:
            return EntryDate(refused="before_1990")
        if moment > self._now + FUTURE:
            return EntryDate(refused="future")
        return EntryDate(moment)

    def _region(self) -> str | None:
        """Return the country that a language's tag names: AU of en-AU."""
        parts = (part for name in self._languages for part in name.split("-")[1:])
        return next((part.upper() for part in parts if len(part) == 2), None)

    def _main(self) -> str:
        return self._languages[0].split("-")[0] if self._languages else ""

    def _moment(self, said: str) -> datetime | None:
        for language in self._languages or ["en"]:
            moment = self._in(language, said)
            if moment is not None:
                return moment
        return None if self._guessed else self._guess(said)

    def _guess(self, said: str) -> datetime | None:
        """Look for the language once, by the first date that none of the named ones reads."""
        self._guessed = True
        for language in GUESSED:
            moment = self._in(language, said)
            if moment is not None:
                self._languages.append(language)
                return moment
        return None

    def _in(self, language: str, said: str) -> datetime | None:
        written = read_date(said, language)
        if written is None:
            return None
        try:
            return written.aware(page_zone(self._url, language)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _from_struct(parsed: struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
