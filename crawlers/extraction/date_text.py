"""From a date as written on a page to a moment.

ISO 8601 and RFC 2822 by the standard library, everything else by dateparser. Before dateparser sees
a text, the forms that it reads wrongly or not at all are rewritten to ISO dates: the Thai Buddhist
era, Japanese eras, clocks of twelve hours (clocks.py), and Burmese, Khmer and Filipino dates
(tests/crawlers/test_extraction_date_text.py shows each).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib import import_module
from typing import Any

from crawlers.extraction.clocks import hour_of_24, on_24_hours

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No outlet was on the web before: an older date is a default or a typing error."""

FUTURE = timedelta(days=1)
"""How far ahead of now a date may lie: zones differ by up to 26 hours, and clocks are set wrong."""

BUDDHIST_ERA = 543
"""Years by which Thailand's calendar is ahead of the common era."""
MAX_DATE_TEXT = 120
MAX_LINE = 200
"""Characters of the longest line at whose end a date is looked for."""

ZONES = {
    "ICT": "+07:00", "WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00", "MYT": "+08:00",
    "PHT": "+08:00", "PHST": "+08:00", "SGT": "+08:00", "HKT": "+08:00", "BNT": "+08:00",
    "MMT": "+06:30", "JST": "+09:00", "KST": "+09:00", "TLT": "+09:00", "IST": "+05:30",
}  # fmt: skip
"""The region's zone names (IANA tz database, abbreviations). IST is read as India's."""

_DIGITS = str.maketrans(
    "๐๑๒๓๔๕๖๗๘๙໐໑໒໓໔໕໖໗໘໙០១២៣៤៥៦៧៨៩၀၁၂၃၄၅၆၇၈၉０１２３４５６７８９", "0123456789" * 5
)
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\.?(?:[T\s|,]|[(（]\w{1,3}[)）])+"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*\(?(?:(?:UTC|GMT)\s?(?=[+-]\d))?(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?|[A-Z]{3,4})?)?(?!\d)"
)
_RFC = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})?(\W*\w)?")
_US_NUMERIC = re.compile(
    r"(?:([A-Z][a-z]{2,8}),?\s+)?(\d{1,2})/(\d{1,2})/(\d{4})(?:[\s,-]+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp][Mm])?)?$"
)
_MONTHS = {
    "th": ["มกรา ม.ค", "กุมภา ก.พ", "มีนา มี.ค", "เมษา เม.ย", "พฤษภา พ.ค", "มิถุนา มิ.ย", "กรกฎา ก.ค",
           "สิงหา ส.ค", "กันยา ก.ย", "ตุลา ต.ค", "พฤศจิกา พ.ย", "ธันวา ธ.ค"],
    "my": ["ဇန်နဝါရီ ဇန်နဝါရီ", "ဖေဖော်ဝါရီ", "မတ်", "ဧပြီ", "မေ", "ဇွန်", "ဇူလိုင်", "ဩဂုတ် သြဂုတ်",
           "စက်တင်ဘာ", "အောက်တိုဘာ", "နိုဝင်ဘာ", "ဒီဇင်ဘာ"],
    "km": ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា",
           "វិច្ឆិកា", "ធ្នូ"],
    "lo": ["ມັງກອນ", "ກຸມພາ", "ມີນາ", "ເມສາ", "ພຶດສະພາ", "ມິຖຸນາ", "ກໍລະກົດ", "ສິງຫາ", "ກັນຍາ",
           "ຕຸລາ", "ພະຈິກ ພຈິກ", "ທັນວາ"],
    "ar": ["كانون_الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول",
           "تشرين_الأول", "تشرين_الثاني", "كانون_الأول"],
}  # fmt: skip
_MONTH_BY_NAME = {
    name.replace("_", " "): number
    for months in _MONTHS.values()
    for number, names in enumerate(months, start=1)
    for name in names.split()
}
_MONTH_NAMES = "|".join(re.escape(n) for n in sorted(_MONTH_BY_NAME, key=len, reverse=True))
_DAY_MONTH_YEAR = re.compile(
    rf"(?<!\d)(\d{{1,2}})\D{{0,12}}?({_MONTH_NAMES})[^\d]{{0,20}}?(\d{{4}}|\d{{2}})(?!\d)"
)
_YEAR_MONTH_DAY = re.compile(
    rf"(\d{{4}})[^\d]{{0,20}}?({_MONTH_NAMES})[^\d]{{0,12}}?(\d{{1,2}})(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(
    rf"({_MONTH_NAMES})[^\d]{{0,12}}?(\d{{1,2}})[^\d]{{1,12}}?(\d{{4}})(?!\d)"
)
_CJK = re.compile(
    r"(?:(\d{4})|(令和|平成)(\d{1,2}|元))\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?"
    r"(?:[^\d]{0,14}?(\d{1,2})\s*[:：时時点點시]\s*(\d{1,2})?)?"
)
_MONTH_FIRST_ENGLISH = frozenset(
    {"US", "AS", "GU", "MH", "MP", "PR", "UM", "VI", "PH", "FM", "PW", "CA", "CN", "JP", "KR", "TW"}
)
"""Where English print puts the month first (Unicode CLDR, short dates; Palau and Micronesia as the
other islands, Canada and East Asia whose English press mostly writes as America's)."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ERAS = {"令和": 2018, "平成": 1988}
_BUDDHIST = re.compile(r"(?<!\d)(25\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](25\d\d)(?!\d)")
_FILIPINO = re.compile(r"ika-?\s*(\d{1,2})\s+ng\s+(\w+),?\s+(\d{4})", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})[:.：](\d{2})(?::\d{2})?(?!\d)\s*(?:น\.|hrs?|Uhr)?\s*\(?(?:GMT|UTC)?\s*([+-]\d{1,2}(?::?\d{2})?)?\s*([A-Z]{3,4})?"
)
_LONG_NUMBER = re.compile(r"\d{9}")
_ZONE_NAME = re.compile(rf"\b({'|'.join(ZONES)})\b|(?<=:\d\d )(?i:({'|'.join(ZONES)}))\b")
_HAS_TIME = re.compile(
    r"\d{1,2}\s*(?:[:：]\s*\d{2}|[时時点點시h]\s*\d{0,2}|\s?[ap]\.?m\b)|\d{1,2}\.\d{2}\s*(?:น|WI)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written: naive where it names no zone, at midnight where it names no time."""

    moment: datetime
    has_time: bool

    def aware(self, zone: tzinfo | None = None) -> datetime:
        """Return the moment in its own zone, or in `zone` (UTC if None) where it names none."""
        if self.moment.tzinfo is not None:
            return self.moment
        return self.moment.replace(tzinfo=zone or UTC)


def is_believable(moment: datetime, now: datetime) -> bool:
    """Tell whether an aware moment can be a publication date: from 1990 to a day after `now`."""
    return EARLIEST <= moment <= now + FUTURE


@lru_cache(maxsize=4096)
def read_date(text: str, language: str | None = None) -> WrittenDate | None:
    """Read one date as written on a page or in its meta data.

    Args:
        text: The date, with or without time, zone, weekday and words around it.
        language: The page's language (BCP 47), to read month names and the order of numbers.

    Returns:
        The date, or None where there is no complete one (day, month and year). Relative dates
        ('2 hours ago') are not read: they say nothing about a stored page.
    """
    text = " ".join(text.translate(_DIGITS).split())
    if len(text) > MAX_DATE_TEXT or not re.search(r"\d", text):
        return None
    written = _read_us(text, language)
    if written is not None:
        return written
    text = on_24_hours(text)
    for reader in (_read_iso, _read_rfc, _read_rewritten):
        written = reader(text)
        if written is not None:
            return written
    primary = (language or "en").split("-")[0].lower()
    found = _read_by_dateparser(text, primary, _day_first(language))
    return found or _read_rfc(text, any_zone=True)


def _day_first(language: str | None) -> bool:
    """Whether 1/5/2026 is the first of May to a language's readers."""
    primary, *subtags = (language or "en").split("-")
    if primary.lower() == "en":
        region = next((tag.upper() for tag in subtags if len(tag) == 2), "US")
        return region not in _MONTH_FIRST_ENGLISH
    return primary.lower() not in {"zh", "ja", "ko", "fil", "tl"}


_PIECES = re.compile(
    r"\s*[|•·]\s*|\s[-–—/]\s|(?:updated|published|posted|created)(?:\s+(?:on|at))?:?\s|\bby\s",
    re.IGNORECASE,
)


_WORD = r"[^\s\d,.|/:;()\[\]–—-]{3,15}"
_ENDS_WITH_DATE = re.compile(
    rf"(?<![\d/.:-])((?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:de\s|of\s|(?=tháng\s))?(?:{_WORD}|tháng\s\d{{1,2}})\.?,?\s"
    rf"(?:de\s|năm\s)?|{_WORD}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s)(?:19|20)\d\d)"
    r"(?:\sг\.)?(?:\W{1,4}(?:(?:at|um|à|às|a\slas|alle|kl\.?|klo|om|в|lúc|pukul|jam|الساعة)\s)?"
    r"(\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?:\s[A-Z]{3,4}\b)?))?\W*\w{0,5}\W*$"
)
"""A date in words at the end of a line, with or without a time: what stands before it may be a
byline, a place or a verb in any language ('publiziert am 25. September 2026')."""


_IN_NUMBERS = re.compile(
    r"((?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?\s)?(?<![\d/.-])"
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d)(?![\d/.-])(?:[\s,|-]{1,4}(\d{1,2}[:.]\d{2}))?"
)
_CLOCK_POINT = re.compile(r"(?<=\d)(?:\.|\s?h\s?)(?=\d\d)")
_FULL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


# A page shows one line in elements within each other, and sections show the same day many times.
@lru_cache(maxsize=4096)
def find_date(text: str, language: str | None = None) -> WrittenDate | None:
    """Find the date within a line such as 'By A. Writer | Published 24 Nov 2026, 10:30'."""
    plain = " ".join(text.translate(_DIGITS).split())
    clocked = on_24_hours(plain)
    inside = _ISO.search(clocked)
    written = _read_iso(clocked[inside.start() :]) if inside else None
    written = written or read_date(plain, language)
    if written:
        return written
    pieces = (piece.strip() for piece in _PIECES.split(plain) if piece)
    dated = (read_date(piece, language) for piece in pieces if re.search(r"\d{4}", piece))
    return next(filter(None, dated), None) or _read_at_end(clocked, language)


def _read_at_end(line: str, language: str | None) -> WrittenDate | None:
    # with two dates the last is an update's, or neither is the story's
    if len(line) > MAX_LINE or len(_FULL_YEAR.findall(line)) > 1:
        return None
    match = _ENDS_WITH_DATE.search(line) or _IN_NUMBERS.search(line)
    if not match:
        return None
    day, clock = match.groups()
    timed = f"{day} {_CLOCK_POINT.sub(':', clock)}" if clock else day
    return read_date(timed, language) or read_date(day, language)


def _read_iso(text: str) -> WrittenDate | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    year = str(int(year) - BUDDHIST_ERA) if year.startswith("25") else year
    offset = _offset(zone)
    clock = f"{int(hour or 0):02d}:{minute or '00'}:{second or '00'}"
    iso = f"{year}-{int(month):02d}-{int(day):02d}T{clock}{offset}"
    try:
        return WrittenDate(datetime.fromisoformat(iso), hour is not None)
    except ValueError:
        return None


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone in ZONES:
        return ZONES[zone]
    if zone in {"Z", "UTC", "GMT"}:
        return "+00:00"
    if zone[0] not in "+-":
        return ""
    hours, minutes = zone[1:3].rstrip(":"), zone[-2:] if len(zone) > 3 else "00"
    return f"{zone[0]}{int(hours):02d}:{minutes}"


def _read_rfc(text: str, *, any_zone: bool = False) -> WrittenDate | None:
    """Read RFC 2822's form; with a zone that the standard library drops only if told to."""
    form = _RFC.search(text)
    if not form:
        return None
    try:
        moment = _in_named_zone(parsedate_to_datetime(text), _ZONE_NAME.search(text))
    except ValueError:
        return None
    is_dropped = moment.tzinfo is None and form[1] is not None
    return None if is_dropped and not any_zone else WrittenDate(moment, has_time=True)


def _in_named_zone(moment: datetime, named: re.Match[str] | None) -> datetime:
    if named is None or moment.tzinfo is not None:
        return moment
    return datetime.fromisoformat(moment.isoformat() + ZONES[named[0].upper()])


def _read_us(text: str, language: str | None) -> WrittenDate | None:
    """Read numbers with slashes, where only one order makes a date or the weekday tells it.

    A clock of twelve hours is a sign of month/day/year too, unless the readers' order is another.
    """
    match = _US_NUMERIC.match(text)
    if not match:
        return None
    weekday, *numbers, hour, minute, half = match.groups()
    first, second = map(int, numbers[:2])
    year = _common_era(numbers[2])
    month, day = first, second
    if first > 12:
        return None
    if second <= 12 and first != second:
        told = _weekday_order(weekday, first, second, year)
        if told is None and (not half or _day_first(language)):
            return None
        month, day = told or (month, day)
    clock = hour_of_24(int(hour or 0), half) if half else int(hour or 0)
    try:
        return WrittenDate(
            datetime(year, month, day, clock, int(minute or 0)),  # noqa: DTZ001
            hour is not None,
        )
    except ValueError:
        return None


def _weekday_order(
    weekday: str | None, first: int, second: int, year: int
) -> tuple[int, int] | None:
    """Return the month and the day of two numbers, in the one order that has this weekday."""
    name = (weekday or "")[:3].lower()
    if name not in _WEEKDAYS or not year:
        return None
    number = _WEEKDAYS.index(name)
    orders = ((first, second), (second, first))
    right = [order for order in orders if date(year, *order).weekday() == number]
    return right[0] if len(right) == 1 else None


def _read_rewritten(text: str) -> WrittenDate | None:
    if match := _CJK.search(text):
        return _from_cjk(match)
    parts = _ymd(text)
    if parts is None:
        return None
    year, month, day, rest = parts
    clock = _CLOCK.search(rest)
    hour, minute, zone = 0, 0, ""
    if clock:
        hour, minute = int(clock[1]), int(clock[2])
        zone = _offset(clock[3]) or _offset(clock[4] if clock[4] in ZONES else None)
    try:
        return WrittenDate(
            datetime.fromisoformat(
                f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:00{zone}"
            ),
            clock is not None,
        )
    except ValueError:
        return None


def _ymd(text: str) -> tuple[int, int, int, str] | None:
    """Find year, month, day and the text after them in the forms that dateparser misreads."""
    if match := _DAY_MONTH_YEAR.search(text):
        day, month, year = int(match[1]), _MONTH_BY_NAME[match[2]], match[3]
    elif match := _YEAR_MONTH_DAY.search(text):
        day, month, year = int(match[3]), _MONTH_BY_NAME[match[2]], match[1]
    elif match := _MONTH_DAY_YEAR.search(text):
        day, month, year = int(match[2]), _MONTH_BY_NAME[match[1]], match[3]
    elif match := _DAY_FIRST.search(text):
        day, month, year = int(match[1]), int(match[2]), match[3]
    else:
        return None
    return _common_era(year), month, day, text[match.end() :]


def _common_era(year: str) -> int:
    """Turn a Buddhist year (2569, or 69 as Thai papers print it) into the common era's."""
    number = int(year)
    if len(year) == 2:
        number += 2500
    return number - BUDDHIST_ERA if number > 2400 else number


def _from_cjk(match: re.Match[str]) -> WrittenDate | None:
    western, era, era_year, month, day, hour, minute = match.groups()
    year = int(western) if western else _ERAS[era] + (1 if era_year == "元" else int(era_year))
    try:
        moment = datetime(year, int(month), int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001
    except ValueError:
        return None
    return WrittenDate(moment, hour is not None)


@lru_cache(maxsize=64)
def _parser(language: str, day_first: bool) -> Any:
    language = "nb" if language == "no" else language  # pages declare the macrolanguage
    # imported late: a crawl process reads nearly all dates of feeds without it
    date_data_parser = import_module("dateparser.date").DateDataParser
    # dateparser knows no order of numbers for Vietnamese or Indonesian, and takes America's
    order = {"DATE_ORDER": "DMY", "PREFER_LOCALE_DATE_ORDER": False} if day_first else {}
    settings = {
        **order,
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "NORMALIZE": False,
    }
    languages = [language, "en"] if language != "en" else ["en"]
    try:
        return date_data_parser(languages=languages, settings=settings)
    except ValueError:  # a language that dateparser does not know
        return date_data_parser(languages=["en"], settings=settings)


def _read_by_dateparser(text: str, language: str, day_first: bool) -> WrittenDate | None:
    if _LONG_NUMBER.search(text):  # no date has one, and dateparser tries it for long
        return None
    if filipino := _FILIPINO.search(text):
        text = f"{filipino[2]} {filipino[1]}, {filipino[3]}{text[filipino.end() :]}"
    # dateparser takes IST for Israel's
    named = _ZONE_NAME.search(text)
    unzoned = text if named is None else text[: named.start()] + text[named.end() :]
    try:
        found = _parser(language, day_first).get_date_data(unzoned)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    moment = found.date_obj if found else None
    if moment is None:
        return None
    if moment.tzinfo is not None:  # dateparser's own zone class does not survive pickling
        moment = datetime.fromisoformat(moment.isoformat())
    return WrittenDate(_in_named_zone(moment, named), bool(_HAS_TIME.search(text)))
