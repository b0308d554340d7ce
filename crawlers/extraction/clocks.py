"""Clocks of twelve hours told on twenty-four, whatever the date beside them looks like.

The standard library drops 'PM', dateparser leaves '12:30 SA' at noon, and neither knows the words
of every language of the region in every place. So the half of the day is resolved before either
sees a text (tests/crawlers/test_clocks.py has each form).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MORNING = (
    "上午", "午前", "凌晨", "清晨", "早上", "오전", "새벽", "SA", "sáng",
    "PG", "pagi", "awal pagi", "dini hari", "ng umaga",
    "ព្រឹក", "နံနက်", "မနက်", "ເຊົ້າ", "ກ່ອນທ່ຽງ",
)  # fmt: skip
_NOON = (
    "中午", "trưa", "siang", "tengah hari", "tengahari", "ng tanghali",
    "ថ្ងៃត្រង់", "နေ့လယ်", "နေ့လည်", "ທ່ຽງ", "ສວາຍ",
)  # fmt: skip
_AFTERNOON = (
    "下午", "午後", "午后", "傍晚", "오후", "CH", "chiều",
    "ptg", "petang", "sore", "ng hapon",
    "រសៀល", "ល្ងាច", "ညနေ", "ບ່າຍ", "ແລງ", "ຫຼັງທ່ຽງ",
)  # fmt: skip
_EVENING = ("晚上", "晚間", "晚间", "저녁")
_NIGHT = (
    "tối", "đêm", "malam", "mlm", "tengah malam", "ng gabi",
    "យប់", "ည", "ກາງຄືນ",
)  # fmt: skip
_FIRST_HOUR = {
    **dict.fromkeys(_MORNING, 0),
    **dict.fromkeys(_NOON, 10),
    **dict.fromkeys(_AFTERNOON, 12),
    **dict.fromkeys((*_EVENING, *_NIGHT), 17),
}
"""The first of the twelve hours that a word names (Unicode CLDR, day periods; SA and CH are
Vietnamese, PG, ptg and mlm Malay): 11 is 11 o'clock with 中午 and 23 with 晚上. After midnight
_NIGHT goes on in the day that is named: 12:30 malam is 00:30."""


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of words, the longer ones first: 'ည' begins 'ညနေ'."""
    return "|".join(sorted(words, key=len, reverse=True))


_ASIAN = _any_of(word for word in _FIRST_HOUR if word[0] > "\u0e00")
_ENGLISH_TOO = {"siang", "sore"}
"""With one capital these begin a name or an English line: '24 Nov 2026 8:00 Siang Li'."""
_SMALL = [word for word in _FIRST_HOUR if word[0] < "\u0e00" and word.islower()]
_LATIN = _any_of(
    (*_SMALL, *map(str.upper, _SMALL), *(w.capitalize() for w in _SMALL if w not in _ENGLISH_TOO))
)
_LETTERS = _any_of(word for word in _FIRST_HOUR if word.isascii() and word.isupper())
_ENGLISH = r"[AaPp]\.?\s?[Mm]\b\.?"
_END = r"(?![\w\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3])"
_HALF = rf"{_ENGLISH}|(?:(?:ຕອນ)?(?:{_ASIAN})|{_LETTERS}|(?:{_LATIN})){_END}"
_TWELVE_HOURS = re.compile(
    rf"(?:(?P<before>(?=[^\0-\u0dff])(?:{_ASIAN})|\b[AP]M(?![A-Za-z]))[\s\u200b]*|(?<![\d.:：/-]))(?P<hour>\d{{1,2}})"
    rf"(?:(?:\s?[:：時时點点시]\s?|(?P<h>h|\sh\s|\s?giờ\s?)(?=[0-5]\d(?!\s?tháng|[/.-]\d))"
    rf"|(?<!2[4-9])(?<!3[01])\.(?=\d\d\s?(?:{_ENGLISH}|(?:{_LATIN}){_END})))(?P<minute>\d{{1,2}})"
    rf"|\s?[時时點点시]|\s?(?:h|giờ)(?=\s?(?:{_LATIN}){_END}))"
    r"(?!\d)(?:\s?(?:[分분]|phút|នាទី|မိနစ်))?(?P<second>:\d{2}(?:[.,]\d+)?(?!\d))?"
    rf"(?:[\s\u200b]?(?P<after>{_HALF}))?"
)
"""A word behind a clock must end there, its vowel signs too: 下午茶 is tea. With a dot between hour
and minute only words in Latin letters make a clock of what may be day and month."""


def on_24_hours(text: str) -> str:
    """Rewrite each clock of twelve hours in `text`: '03:30 PM' is '15:30', as is '下午3点30分'.

    An hour above twelve stands, whatever word is beside it. Midnight and the hours after it are
    left out where they are called evening: of which day they are is not said, the date is. '7h00'
    is '07:00'.
    """
    return _TWELVE_HOURS.sub(_rewritten, text)


def hour_of_24(hour: int, half: str) -> int:
    """Return what `hour` is with a word for its half of the day: past 23 after an evening's end."""
    if hour > 12:
        return hour
    word = half if half in _FIRST_HOUR else half.lower().removeprefix("ຕອນ")
    first = _FIRST_HOUR.get(word)
    if first is None:
        first = 12 if half[0] in "Pp" else 0
    told = first + (hour - first) % 12
    return told % 24 if word in _NIGHT else told


def _rewritten(found: re.Match[str]) -> str:
    half = found["before"] or found["after"]
    if not half and not found["h"]:
        return found[0]
    hour = hour_of_24(int(found["hour"]), half) if half else int(found["hour"])
    if hour > 23:
        return "" if half else found[0]
    # nothing need stand between the day and the word that is taken away here
    space = " " if found["before"] else ""
    return f"{space}{hour:02d}:{int(found['minute'] or 0):02d}{found['second'] or ''}"
