"""The author in a dateline: one unmarked line that holds the date, and somewhere the reporter.

So the region's press prints it, in every order: '2026年11月24日 10:30 来源：海港网 记者：王小明',
'김하늘 기자 입력 2026.11.24', 'Selasa, 24 November 2026 Penulis: Budi Santoso'.
"""

from __future__ import annotations

import re

from crawlers.extraction import lead_words
from crawlers.extraction.han_bylines import han_names

_YEAR = re.compile(
    r"(?<!\d)\d{4}(?!\d)|令和|\d[/.-]\d{1,2}[/.-]\d|[\u0e00-\u0e7f]\.[\u0e00-\u0e7f]\.\s*\d\d"
)
_END = (
    r"(?=\s*(?:\d|[|｜•·／/(（【]|\s[-–—]\s|,|，|$|报道|報道|報導|公開|発表|更新|来源|來源|入力|"
    r"입력|승인|등록|수정|พุธ|วัน|เผยแพร่|ថ្ងៃ|ວັນ|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|"
    r"(?i:\s(?:pada|ngày|thứ|chủ nhật|on|editor|updated|senin|selasa|rabu|kamis|jumat|sabtu|minggu|"
    r"isnin|khamis|jumaat|ahad|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)))"
)
_NAME = r"(?P<name>[^\d\s|｜:：៖/／(（【][^\d|｜:：៖/／(（【]{1,40}?)"
_LABELLED = re.compile(
    rf"(?:(?<![A-Za-zÀ-ỹ])(?i:{lead_words.AUTHORS}|oleh|โดย|ដោយ|ໂດຍ|بقلم)\s*[:：៖/／-]\s*|"
    rf"(?<![A-Za-zÀ-ỹ])(?i:{lead_words.TEXTS}){lead_words.COLON}|"
    rf"(?:โดย|ដោយ|ໂດຍ|بقلم|^글|(?i:\boleh|^penulis|^theo))\s+){_NAME}{_END}"
)
_DATE = re.compile(r"\d[\d年月日/.:\s-]{5,}")
_KOREAN = re.compile(r"(?:^|[\s|/])(?P<name>[가-힣]{2,4})\s(?:기자|특파원|논설위원)(?![가-힣])")


def dateline_author(line: str) -> str | None:
    """Return the name that a line with a date gives its author; None without date or label."""
    if not _YEAR.search(line):
        return None
    if match := _KOREAN.search(line):
        return match["name"]
    if names := [name for part in _DATE.split(line) for name in han_names(part.strip()) or ()]:
        return ", ".join(names)
    match = _LABELLED.search(line)
    return match["name"].strip(" -–—") if match else None
