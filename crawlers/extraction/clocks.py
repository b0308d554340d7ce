"""Clocks of twelve hours told on twenty-four, whatever the date beside them looks like.

The standard library drops 'PM', dateparser leaves '12:30 SA' at noon, and neither knows the words
of every language of the region in every place. So the half of the day is resolved before either
sees a text (tests/crawlers/test_clocks.py has each form).
"""

from __future__ import annotations

import re

_MORNING = ("上午", "午前", "凌晨", "清晨", "早上", "오전", "새벽", "SA", "sáng", "Sáng", "PG")
_AFTERNOON = ("下午", "午後", "午后", "傍晚", "오후", "CH", "chiều", "Chiều", "PTG")
_EVENING = ("晚上", "晚間", "晚间", "저녁")
_FIRST_HOUR = {
    **dict.fromkeys(_MORNING, 0),
    **dict.fromkeys(_AFTERNOON, 12),
    **dict.fromkeys(_EVENING, 17),
    "中午": 10,
}
"""The first of the twelve hours that a word names (Unicode CLDR, day periods; SA and CH are
Vietnamese, PG and PTG Malay): 11 is 11 o'clock with 中午 and 23 with 晚上."""

_CJK_WORDS = "|".join(word for word in _FIRST_HOUR if ord(word[0]) > 0x3000)
_OTHER_WORDS = "|".join(word for word in _FIRST_HOUR if ord(word[0]) < 0x3000)
_ENGLISH = r"[AaPp]\.?\s?[Mm]\b\.?"
_TWELVE_HOURS = re.compile(
    rf"(?:(?P<before>{_CJK_WORDS}|\b[AP]M(?![A-Za-z]))\s*|(?<![\d.:：/-]))(?P<hour>\d{{1,2}})"
    rf"(?:(?:\s?[:：時时点點시]\s?|\.(?=\d\d\s?{_ENGLISH}))(?P<minute>\d{{1,2}})|\s?[時时点點시])"
    r"(?!\d)(?:\s?[分분])?(?P<second>:\d{2}(?:[.,]\d+)?(?!\d))?"
    rf"(?:\s?(?P<after>{_ENGLISH}|(?:{_CJK_WORDS}|{_OTHER_WORDS})(?!\w)))?"
)
"""A word behind a clock must end there: 下午茶 is tea. With a dot between hour and minute only
'am' and 'pm' make a clock of what may be day and month."""


def on_24_hours(text: str) -> str:
    """Rewrite each clock of twelve hours in `text`: '03:30 PM' is '15:30', as is '下午3点30分'.

    An hour above twelve stands, whatever word is beside it. Midnight and the hours after it are
    left out where they are called evening: of which day they are is not said, the date is.
    """
    return _TWELVE_HOURS.sub(_rewritten, text)


def hour_of_24(hour: int, half: str) -> int:
    """Return what `hour` is with a word for its half of the day: past 23 after an evening's end."""
    if hour > 12:
        return hour
    first = _FIRST_HOUR.get(half)
    if first is None:
        first = 12 if half[0] in "Pp" else 0
    return first + (hour - first) % 12


def _rewritten(found: re.Match[str]) -> str:
    half = found["before"] or found["after"]
    if not half:
        return found[0]
    hour = hour_of_24(int(found["hour"]), half)
    if hour > 23:
        return ""
    # nothing need stand between the day and the word that is taken away here
    space = " " if found["before"] else ""
    return f"{space}{hour:02d}:{int(found['minute'] or 0):02d}{found['second'] or ''}"
