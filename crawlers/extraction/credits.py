"""Credits: the author's name where no mark-up tells it, in the forms that the press prints.

Agencies and papers of East Asia sign in the text itself: a dateline in brackets that names the
reporter, a signed last line, or a line that only says 'reporter: name'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawlers.extraction.datelines import dateline_author
from crawlers.extraction.evidence import Evidence, text_of

NEAR = 40
"""Elements after the headline in which an unmarked 'By …' is a byline."""
MAX_CREDIT = 90
"""Characters of the longest line that is only a credit."""
MAX_LINES = 400
"""Short elements looked at: a hostile page has any number of them."""

_HAN_NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?"
_KANJI_NAME = r"[\u4e00-\u9fff々]{1,4}[ \u3000]?[\u4e00-\u9fffぁ-ん々ァ-ンー]{1,5}"
_DATELINE = re.compile(
    rf"[（(〔【\[][^（(〔【\[）)〕】\]]{{0,12}}?(?:记者|記者|通讯员)\s*"
    rf"(?P<names>{_HAN_NAME}(?:[、，, ]{_HAN_NAME}){{0,5}}?)\s*"
    rf"(?:[／/][^）)〕】\]]{{0,16}})?[）)〕】\]]"
)
_TAIWANESE = re.compile(
    r"[（(〔【][^（(〔【）)〕】]{2,6}?記者(?P<run>[\u4e00-\u9fff]{4,8}?)(?:\d{1,2}日)?(?:綜合)?(?:外)?電[）)〕】]"
)
_KOREAN = re.compile(
    r"(?P<names>[가-힣]{2,4})\s?(?:선임|인턴|수습|전문)?기자(?=\s*(?:=|$|[\w.+-]+@|\(|/))"
)
_KOREAN_OUTLET = re.compile(
    r"\[[^\[\]=]{2,20}=(?:[가-힣]{2,6}\s)??(?P<names>[가-힣]{2,4}?)(?:의\s[^\]]{1,20}|\s?[가-힣]{0,4}기자)\]"
)
"""'[Outlet=Name 기자]' opens a Korean text; a columnist's name has the column's behind it."""
_SIGNED = re.compile(rf"(?:[【（(](?P<names>{_KANJI_NAME})[】）)])$")
_LABELLED = re.compile(
    r"(?:pewarta|penulis|reporter|wartawan|laporan|oleh|tác giả|ผู้เขียน|ผู้สื่อข่าว|โดย|"
    r"作者|(?:本[报報]|[\u4e00-\u9fff]{2,6})?(?:记者|記者)|撰文|文|执笔|執筆|글)\s*[:：|｜/／]\s*(?P<names>\S.{1,60})",
    re.IGNORECASE,
)
_REPORTER = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,8}})?(?:记者|記者)\s+"
    rf"(?P<names>{_HAN_NAME}(?:[ 、]{_HAN_NAME}){{0,3}})(?:\s|$)"
)
_BY_NAME = re.compile(
    r"(?:(?:(?:Written|Posted|Published|Reported|Story|Words)\s+)?[Bb]y|(?:Ditulis\s+)?[Oo]leh|"
    r"(?:Publicado\s+)?[Pp]or|(?:Publié\s+)?[Pp]ar|Von|Bởi)\s*:?\s+"
    r"(?=[A-Z\u00c0-\u1ef9])[^!?]{4,}"
)
_VIETNAMESE_NAME = re.compile(
    r"[A-ZÀ-ỸĐ][a-zà-ỹđ]+(?:\s[A-ZÀ-ỸĐ][a-zà-ỹđ]+){1,3}|[A-ZÀ-ỸĐ]{2,}(?:\s[A-ZÀ-ỸĐ]{2,}){1,3}"
)
_TAGS = ("p", "div", "span", "li", "em", "i", "small", "strong", "address")
_FURNITURE = {"nav", "footer", "aside", "form", "figcaption", "figure", "header"}


def text_credits(text: str, language: str | None) -> Iterator[str]:
    """Yield the names in an article's own text: its opening dateline, then its signed last line."""
    opening, lines = text[:240], [line.strip() for line in text.split("\n") if line.strip()]
    if match := _DATELINE.search(opening):
        yield from re.split(r"[、，, ]", match["names"])
    elif match := _TAIWANESE.search(opening):
        # a name of mostly three characters, then the place, of at least two
        yield match["run"][:3] if len(match["run"]) > 4 else match["run"][:2]
    elif match := _KOREAN_OUTLET.search(opening) or _KOREAN.search(opening):
        yield match["names"]
    last = lines[-1] if lines else ""
    primary = (language or "").split("-")[0]
    signature = {"ko": _KOREAN, "ja": _SIGNED}.get(primary)
    if signature and (match := signature.search(last[-MAX_CREDIT:])):
        yield match["names"]
    elif primary == "vi" and len(lines) > 2 and _VIETNAMESE_NAME.fullmatch(last):
        yield last


def line_credits(evidence: Evidence) -> Iterator[str]:
    """Yield the short lines of a page that are nothing but a credit, in page order."""
    body = evidence.tree.find(".//body")
    after_heading = NEAR + 1
    seen = 0
    for element in (evidence.tree if body is None else body).iter("h1", *_TAGS):
        after_heading = 0 if element.tag == "h1" else after_heading + 1
        if element.tag == "h1" or element.find(".//p") is not None:
            continue
        text = text_of(element)
        if not 3 <= len(text) <= MAX_CREDIT:
            continue
        seen += 1
        if seen > MAX_LINES:
            return
        signed = _is_at_the_right(element) and _VIETNAMESE_NAME.fullmatch(text)
        credit = text if signed else _credit(text, near=after_heading <= NEAR)
        if credit and not _in_furniture(element):
            yield credit


def _credit(text: str, *, near: bool) -> str | None:
    if near and (name := dateline_author(text)):
        return name
    if match := _LABELLED.match(text) or _REPORTER.match(text):
        return match["names"]
    if match := _KOREAN.match(text):
        return match["names"]
    return text if near and _BY_NAME.match(text) else None


def _is_at_the_right(element: HtmlElement) -> bool:
    """Whether a line is set at the right, where Vietnamese papers sign."""
    style = f"{element.get('style') or ''} {element.get('align') or ''}".replace(" ", "")
    return style == "right" or "text-align:right" in style


def _in_furniture(element: HtmlElement) -> bool:
    return bool(_FURNITURE.intersection(str(a.tag) for a in element.iterancestors()))
