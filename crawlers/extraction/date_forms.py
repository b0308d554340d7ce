"""Forms of dates that are read wrongly, or as another moment, unless they are restated.

Zone names that only the outlet's country makes plain ('EST' is Sydney's in Australia, 'CST' is
China's in China and Taiwan), the year at the end of a Unix date, years of the Republic of China
and of the Thai era beside English months, and the dot that Korea prints after the day
(tests/crawlers/test_feed_dates.py and test_page_dates.py show each).
"""

from __future__ import annotations

import re

from crawlers.extraction.date_text import BUDDHIST_ERA

_ZONES = {
    "AEST": "+1000", "AEDT": "+1100", "ACST": "+0930", "ACDT": "+1030", "AWST": "+0800",
    "NZST": "+1200", "NZDT": "+1300", "PGT": "+1000", "CHST": "+1000",
}  # fmt: skip
"""Names that mean one zone wherever they stand (IANA tz database, abbreviations)."""
_CHINA = {"CST": "+0800"}
_ZONES_IN = {
    "AU": {"EST": "+1000", "EDT": "+1100", "CST": "+0930", "CDT": "+1030", "WST": "+0800"},
    "CN": _CHINA,
    "TW": _CHINA,
    "HK": _CHINA,
    "MO": _CHINA,
    "SG": _CHINA,
    "MY": _CHINA,
}
"""Names that mean another zone there than in America, which is what the standards read."""
_CLOCK_AND_ZONE = re.compile(r"(?<=\d)(\s?[AaPp]\.?[Mm]\.?)?(\s?)\(?\b([A-Z]{3,4})\b\)?(?![+-]\d)")

_UNIX = re.compile(
    r"^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) ([\d:]{5,8}(?: [AP]M)?) "
    r"([A-Z]{3,4}|[+-]\d{4}) (\d{4})$"
)
"""As `date` and Java print it, the year behind the zone."""
_BASIC = re.compile(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?=Z|[+-]\d|$)")
"""ISO 8601's basic format, of which feedparser loses the time."""
_COMPACT = re.compile(
    r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$"
)
"""Digits only, as databases keep a day or a second."""
_REPUBLIC = re.compile(r"(?:中華|中华)?民[國国]\s*(元|\d{1,3})\s*年")
_REPUBLIC_BARE = re.compile(r"^(1\d\d)(?=[-/.年]\d{1,2}(?:[-/.]|月)\d{1,2})")
"""A year of three digits before month and day: of the Republic, in a feed from Taiwan."""
_BEFORE_THE_REPUBLIC = 1911
_BUDDHIST = re.compile(r"(?<=[A-Za-z][ ,-])(25[4-9]\d)\b|(?<=[A-Za-z], )(25[4-9]\d)\b")
_KOREAN_DOT = re.compile(r"^(\d{4}\.\s?\d{1,2}\.\s?\d{1,2})\.(?=\s)")


def restated(said: str, country: str | None) -> str:
    """Return a date as written, with years of the common era and zones as offsets.

    Args:
        said: The date of an entry.
        country: The outlet's country (ISO 3166-1 alpha-2), None where it is not known.
    """
    text = _UNIX.sub(r"\1, \3 \2 \6 \4 \5", said)
    text = _COMPACT.sub(_extended, _BASIC.sub(_extended, text))
    text = _REPUBLIC.sub(lambda found: f"{_republican(found[1])}年", text)
    if country == "TW":
        text = _REPUBLIC_BARE.sub(lambda found: str(_republican(found[1])), text)
    text = _BUDDHIST.sub(lambda found: str(int(found[0]) - BUDDHIST_ERA), text)
    text = _KOREAN_DOT.sub(r"\1", text)
    zones = _ZONES | _ZONES_IN.get(country or "", {})
    return _CLOCK_AND_ZONE.sub(lambda found: _with_offset(found, zones), text)


def _extended(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second = found.groups(default="00")
    if found[4] is None:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"


def _republican(year: str) -> int:
    return _BEFORE_THE_REPUBLIC + (1 if year == "元" else int(year))


def _with_offset(found: re.Match[str], zones: dict[str, str]) -> str:
    half, space, name = found.groups()
    return f"{half or ''}{space}{zones[name]}" if name in zones else found[0]
