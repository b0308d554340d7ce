"""Dates that an outlet states, in its feed or on its pages: one reader for both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from crawlers.extraction.date_forms import restated
from crawlers.extraction.date_text import MAX_DATE_TEXT, WrittenDate, find_date, read_date
from crawlers.extraction.zones import country_of

GUESSED = ("pt", "es", "fr", "id", "vi", "ms", "de", "it", "ru", "tl")
"""Languages whose month names are tried where none of the named ones reads a date."""

_UNIX_TIME = re.compile(r"[1-9]\d{9}(?:\d{3})?", re.ASCII)
"""Seconds since 1970, of 2001 or later; thirteen digits count milliseconds."""

_OF_LANGUAGE = {"zh": "CN"}
"""Where a language tells its zones' names, if neither address nor region does."""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as written, and the language (BCP 47) in which it was read."""

    written: WrittenDate
    language: str


def read_unix(said: str) -> WrittenDate | None:
    """Read a Unix time in meta data, in seconds or milliseconds; a telephone number is shown."""
    if not _UNIX_TIME.fullmatch(said):
        return None
    return WrittenDate(datetime.fromtimestamp(int(said[:10]), UTC), has_time=True)


class StatedDates:
    """Reads the dates of one document, whose language need be found only once."""

    def __init__(self, url: str, *languages: str | None, country: str | None = None) -> None:
        """Read dates of the document at `url`, in these languages (BCP 47) by preference.

        `country` is the outlet's (ISO 3166-1 alpha-2), where it is known.
        """
        # A feed may call its language anything ('US', 'Deutsch'): only what looks like a tag is.
        self._languages = [name for name in languages if name and name[:2].islower()]
        place = country_of(url, country)
        self._country = place or self._region() or _OF_LANGUAGE.get(self._main())
        self._languages = [_regional(name, place) for name in self._languages]
        self._usual = _regional("en", place)
        self._guessed = False

    def read(self, said: str) -> StatedDate | None:
        """Read what is nothing but a date; None where it is no complete one."""
        if len(said) > MAX_DATE_TEXT:
            return None
        text = restated(said.strip(), self._country)
        for language in self._languages or [self._usual]:
            written = read_date(text, language)
            if written is not None:
                return StatedDate(written, language)
        return None if self._guessed else self._guess(text)

    def find(self, line: str) -> WrittenDate | None:
        """Find the date within a line that a page shows, in its first language only."""
        language = self._languages[0] if self._languages else self._usual
        return find_date(restated(line.strip(), self._country), language)

    def _guess(self, text: str) -> StatedDate | None:
        """Look for the language once, by the first date that none of the named ones reads."""
        self._guessed = True
        for language in GUESSED:
            written = read_date(text, language)
            if written is not None:
                self._languages.append(language)
                return StatedDate(written, language)
        return None

    def _region(self) -> str | None:
        """Return the country that a language's tag names: AU of en-AU."""
        parts = (part for name in self._languages for part in name.split("-")[1:])
        return next((part.upper() for part in parts if len(part) == 2), None)

    def _main(self) -> str:
        return self._languages[0].split("-")[0] if self._languages else ""


def _regional(language: str, country: str | None) -> str:
    """Name the country in a tag for English, which prints 1/5/2026 in two orders.

    It goes before the tag's own region: site builders declare en-US everywhere.
    """
    return f"en-{country}" if country and language.partition("-")[0] == "en" else language
