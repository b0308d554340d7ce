"""The dates that a page shows its readers near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lxml.html import HtmlElement

from crawlers.extraction.date_text import WrittenDate
from crawlers.extraction.evidence import text_of
from crawlers.extraction.stated_dates import StatedDates

MAX_SHOWN = 25
"""Dates read at most: later ones belong to related stories and comments."""

NEAR = 40
"""Elements after the first heading in which a date needs no telling class name."""

MAX_LINE = 160
"""Characters of the longest line read as a dateline; a longer one is text."""

_TAGS = (
    "h1", "time", "span", "div", "p", "li", "small", "em", "i", "abbr", "td", "h4", "h5", "h6", "a",
    "b", "strong", "section", "font", "dd", "address",
)  # fmt: skip
_DATE_MARK = re.compile(
    r"date|time|publish|posted|pubd|creat|tanggal|waktu|ngay|thoi-?gian|fecha|datum|"
    r"riqi|shijian|byline|meta|info|source|laiyuan"
)
"""Of a label in small letters: an expression that ignores case takes several times as long."""
_PUBLISHED = (
    "first published", "published", "posted", "publicad", "publié", "publiziert", "pubblicato",
    "posté", "veröffentlicht", "publicerad", "publisert", "publiceret", "gepubliceerd",
    "опубликован", "diterbit", "dipublikasi", "tayang", "diposting",
    "disiarkan", "đăng", "xuất bản", "เผยแพร่", "โพสต์", "ວັນທີ", "发布", "发表", "發布", "發佈",
    "刊登", "掲載", "公開", "등록", "입력", "기사입력", "प्रकाशित", "نشر", "ဖော်ပြ", "ចេញផ្សាយ",
)  # fmt: skip
"""How a line begins that tells when the story was published, wherever on the page it stands."""
_UPDATED_MARK = re.compile(
    r"updat|modif|revis|更新|แก้ไข|อัปเดต|ปรับปรุง|diperbarui|dikemaskini|cập nhật|수정|edited|"
    r"mis à jour|actualiz|atualiz|aggiornat|aktualisier|bijgewerkt|"
    r"uppdater|oppdater|opdater|обновл",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"(?<![a-zà-ỹа-я])(?:{'|'.join(_PUBLISHED)})|{_UPDATED_MARK.pattern}", re.IGNORECASE
)
"""What a date in a line is said to be; within a Latin or Cyrillic word ('reposted') nothing."""
_YEAR = re.compile(
    r"\d{4}|[๐-๙]{4}|[၀-၉]{4}|[០-៩]{4}|[໐-໙]{4}|令和|平成|民[國国]|(?<!\d)1\d\d年|"
    r"\d\d[./-]\d\d[./-]\d\d|\d \S+ \d\d"
)
_FURNITURE = {"nav", "footer", "aside", "form"}


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date that the page shows.

    Attributes:
        written: The date as the mark-up gives it, else as printed.
        is_update: Whether it is marked as the date of an update.
        printed: The date as readers see it; the mark-up's where the print cannot be read.
    """

    written: WrittenDate
    is_update: bool
    printed: WrittenDate


def shown_dates(tree: HtmlElement, dates: StatedDates) -> list[ShownDate]:
    """Read the dates in <time>, in elements named for a date, and close under the headline.

    Those under the headline come first: above it many outlets print today's date.
    """
    found = sorted(_dates(tree, dates), key=lambda pair: not pair[0])
    return [date for _, date in found]


def _dates(tree: HtmlElement, dates: StatedDates) -> Iterator[tuple[bool, ShownDate]]:
    tried = 0
    for element, label, near in _candidates(tree):
        stamp = element.get("datetime") or element.get("content") or ""
        text = text_of(element, MAX_LINE)
        if len(text) > (MAX_LINE if label or element.tag == "time" else MAX_LINE // 2):
            continue
        if not (_YEAR.search(text) or _YEAR.search(stamp)) or _in_furniture(element):
            continue
        tried += 1
        if tried > MAX_SHOWN:
            return
        stated = dates.read(stamp) if stamp else None
        written = stated.written if stated else None
        is_local = written is not None and bool(written.moment.utcoffset())
        whole = [(text, dates.find(text) if not is_local and _YEAR.search(text) else None)]
        for line, printed in whole if written else _statements(text, dates) or whole:
            at = written or printed
            if at and (near or label or element.tag == "time"):
                yield near, ShownDate(at, _is_update(label, line, text), printed or at)


def _statements(text: str, dates: StatedDates) -> list[tuple[str, WrittenDate]]:
    """Cut a line of several dates where it says 'published' or 'updated', before them or after.

    Returns the parts with their dates; none where there are fewer than two.
    """
    words = list(_SAID.finditer(text))
    if not words:
        return []
    leads = _YEAR.search(text, words[-1].end())
    cuts = [0, *(word.start() if leads else word.end() for word in words), len(text)]
    parts = [part for a, b in pairwise(cuts) if _YEAR.search(part := text[a:b])]
    if len(parts) < 2:
        return []
    stated = [(part, found) for part in parts if (found := dates.find(part))]
    return stated if len(stated) > 1 else []


def _is_update(label: str, line: str, text: str) -> bool:
    # 'entry-date published updated' is what a common theme calls a story never changed, and what
    # the element's name says of a line with two dates is true of one of them
    mark = line if "publish" in label or line != text else label + line
    return bool(_UPDATED_MARK.search(mark))


def _candidates(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, bool]]:
    body = tree.find(".//body")
    after_heading = NEAR + 1
    for element in (tree if body is None else body).iter(*_TAGS):
        after_heading += 1
        if element.tag == "h1":
            after_heading = 0
            continue
        label = _label(element)
        if not _is_marked(label):
            is_line = (element.text or "").lstrip()[:20].lower().startswith(_PUBLISHED)
            label = "published" if is_line else ""
        if label or element.tag == "time" or after_heading <= NEAR:
            yield element, label, after_heading <= NEAR


def _label(element: HtmlElement) -> str:
    get = element.get
    return (
        f"{get('class', '')} {get('id', '')} {get('itemprop', '')} "
        f"{get('property', '')} {get('data-testid', '')}"
    )


@lru_cache(maxsize=4096)
def _is_marked(label: str) -> bool:
    """Whether a class name speaks of a date; a page repeats its class names many times."""
    return bool(_DATE_MARK.search(label.lower()))


def _in_furniture(element: HtmlElement) -> bool:
    return bool(_FURNITURE.intersection(str(a.tag) for a in element.iterancestors()))
