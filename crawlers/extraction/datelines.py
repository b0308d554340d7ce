"""The author in a dateline: one unmarked line that holds the date, and somewhere the reporter.

So the region's press prints it, in every order: '2026年11月24日 10:30 来源：海港网 记者：王小明',
'김하늘 기자 입력 2026.11.24', 'Selasa, 24 November 2026 Penulis: Budi Santoso'.
"""

from __future__ import annotations

import re

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
    r"(?:(?:作者|[记記]者|撰文|文|執筆|执笔|編譯|编译|글|기자명|ผู้เขียน|เรื่อง|โดย|ရေးသားသူ|ដោយ|អ្នកនិពន្ធ|ໂດຍ|"
    r"लेखक|كتبت?|بقلم|(?i:tác giả|bài và ảnh|penulis|pewarta|reporter|wartawan|jurnalis|oleh))"
    rf"\s*[:：៖/／-]\s*|(?:โดย|ដោយ|ໂດຍ|بقلم|^글|(?i:\boleh|^penulis|^theo))\s+){_NAME}{_END}"
)
_HAN_NAME = r"(?P<name>[\u4e00-\u9fff]{2,4}?)"
_REPORTER = re.compile(
    rf"(?:[记記]者|編譯|编译)\s*{_HAN_NAME}(?=[／/\s]|报道|報道|報導|$)|"
    rf"(?:^|[\s】]){_HAN_NAME.replace('name', 'other')}[／/][\u4e00-\u9fff]{{2,4}}報導"
)
_KOREAN = re.compile(r"(?:^|[\s|/])(?P<name>[가-힣]{2,4})\s(?:기자|특파원|논설위원)(?![가-힣])")


def dateline_author(line: str) -> str | None:
    """Return the name that a line with a date gives its author; None without date or label."""
    if not _YEAR.search(line):
        return None
    for form in (_KOREAN, _REPORTER, _LABELLED):
        if match := form.search(line):
            return next(name for name in match.groups() if name).strip(" -–—")
    return None
