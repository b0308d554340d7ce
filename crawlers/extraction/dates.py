"""The publication date: from JSON-LD, meta tags, the visible page, then the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import htmldate
from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.date_text import WrittenDate, is_believable, read_date
from crawlers.extraction.evidence import Evidence, text_of
from crawlers.extraction.page import PageDateOrigin

REPUBLISHED = timedelta(days=30)
"""A page that shows only a date this long after its first publication was published again: guides
and lists that outlets renew under one address. Shorter gaps are corrections of one story."""

_META_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "datepublished",
    "date.published", "publishdate", "publish-date", "publish_date", "pubdate", "pub_date",
    "publicationdate", "article:publicationdate", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dc.date",
    "dcterms.created", "dcterms.issued", "dc.date.created", "article.published",
    "article_date_original", "weibo:article:create_at",
    "og:published_time", "og:pubdate", "citation_publication_date", "article:created_time",
    "datecreated", "uploaddate", "content_createdate", "contentdate", "published", "date",
)  # fmt: skip
_META_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified",
    "og:article:modified_time", "article:updated_time", "article:modified", "revised",
    "weibo:article:update_at", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_DATE_MARK = re.compile(
    r"date|time|publish|posted|pubd|tanggal|waktu|ngay|thoi-?gian|fecha|datum|日期|時間|时间|"
    r"riqi|shijian|byline|meta|info|source|laiyuan",
    re.IGNORECASE,
)
_UPDATED_MARK = re.compile(
    r"updat|modif|revis|更新|แก้ไข|อัปเดต|diperbarui|dikemaskini|cập nhật|수정|edited", re.IGNORECASE
)
_FURNITURE = {"nav", "footer", "aside", "form"}
_URL_DATE = re.compile(
    r"[/_-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-])|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[/_-]?(0[1-9]|[12]\d|3[01]|[1-9](?=[/_-]))(?!\d)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEXT_DATE = re.compile(r"\d{4}|[๐-๙]{4}|[၀-၉]{4}|[០-៩]{4}|[໐-໙]{4}|令和|平成|พ\.ศ")
MAX_SHOWN = 25
"""Dates read near the headline at most: later ones belong to related stories and comments."""


@dataclass(frozen=True, slots=True)
class PageDates:
    """Publication and update of a page, aware, in the page's own offset."""

    published: datetime | None = None
    published_from: PageDateOrigin = "none"
    updated: datetime | None = None


def find_dates(evidence: Evidence, language: str | None, now: datetime) -> PageDates:
    """Find when the page was published and updated.

    A date in UTC is told in the zone of the outlet where the page shows the same moment in local
    time: the page's own day is the one its readers see. A date after `now` (by more than a day) or
    before 1990 is refused, and the next source is asked.
    """
    shown = list(_shown(evidence, language))
    for origin, found in (
        ("json-ld", _from_json_ld(evidence, language, "datePublished")),
        ("meta", _from_meta(evidence, language, _META_PUBLISHED)),
        ("page", _first_shown(shown)),
        ("page", _by_htmldate(evidence, now)),
        ("url", _from_url(evidence.url)),
    ):
        for written in found:
            if is_believable(written.aware(), now):
                return _settle(evidence, language, written, origin, shown, now)  # type: ignore[arg-type]
    return PageDates()


def _settle(
    evidence: Evidence,
    language: str | None,
    written: WrittenDate,
    origin: PageDateOrigin,
    shown: list[tuple[WrittenDate, bool]],
    now: datetime,
) -> PageDates:
    visible = [date for date, _ in shown]
    published = _in_page_zone(written, visible)
    updated = next(
        (
            _in_page_zone(date, visible)
            for date in (
                *_from_json_ld(evidence, language, "dateModified"),
                *_from_meta(evidence, language, _META_UPDATED),
                *(date for date, is_update in shown if is_update),
            )
            if is_believable(date.aware(), now)
        ),
        None,
    )
    if updated and _was_republished(published, updated, visible):
        published, origin = updated, "page"
    return PageDates(published, origin, updated)


def _was_republished(published: datetime, updated: datetime, shown: list[WrittenDate]) -> bool:
    if updated - published < REPUBLISHED:
        return False
    days = {date.moment.date() for date in shown[:3]}
    return updated.date() in days and published.date() not in days


def _in_page_zone(written: WrittenDate, shown: list[WrittenDate]) -> datetime:
    """Express a UTC or zoneless moment in the offset in which the page shows it."""
    moment = written.aware()
    if moment.utcoffset() or not written.has_time:
        return moment
    for date in shown:
        if not date.has_time:
            continue
        if date.moment.tzinfo is not None and date.moment.utcoffset():
            if abs(date.moment - moment) < timedelta(minutes=1):
                return moment.astimezone(date.moment.tzinfo)
            continue
        offset = date.moment.replace(tzinfo=moment.tzinfo) - moment.replace(second=0, microsecond=0)
        minutes = offset.total_seconds() / 60
        # zones lie between -12 and +14 hours, on the quarter hour
        if minutes and -720 <= minutes <= 840 and minutes % 15 == 0:
            return moment.astimezone(timezone(offset))
    return moment


def _from_json_ld(evidence: Evidence, language: str | None, key: str) -> Iterator[WrittenDate]:
    pages = [
        n for n in evidence.nodes if "WebPage" in jsonld.types(n) or "FAQPage" in jsonld.types(n)
    ]
    for node in (*evidence.articles, *pages):
        text = jsonld.string(node.get(key)) or (
            jsonld.string(node.get("dateCreated")) if key == "datePublished" else ""
        )
        written = read_date(text, language) if text else None
        if written:
            yield written


def _from_meta(
    evidence: Evidence, language: str | None, names: tuple[str, ...]
) -> Iterator[WrittenDate]:
    for name in names:
        for text in evidence.meta.get(name, ()):
            written = read_date(text, language)
            if written:
                yield written


def _first_shown(shown: list[tuple[WrittenDate, bool]]) -> Iterator[WrittenDate]:
    yield from (date for date, is_update in shown if not is_update)
    yield from (date for date, is_update in shown if is_update)


def _shown(evidence: Evidence, language: str | None) -> Iterator[tuple[WrittenDate, bool]]:
    """Dates that the page shows near its headline, and whether each is marked as an update."""
    body = evidence.tree.find(".//body")
    root = evidence.tree if body is None else body
    tried = 0
    for element in root.iter(
        "time",
        "span",
        "div",
        "p",
        "li",
        "small",
        "em",
        "i",
        "abbr",
        "td",
        "h4",
        "h5",
        "h6",
        "a",
        "b",
        "strong",
        "section",
        "footer",
    ):
        label = _label(element)
        if element.tag != "time" and not _DATE_MARK.search(label):
            continue
        text = text_of(element)
        stamp = element.get("datetime") or element.get("content") or ""
        if len(text) > 160 or not (_TEXT_DATE.search(text) or _TEXT_DATE.search(stamp)):
            continue
        if _FURNITURE.intersection(str(a.tag) for a in element.iterancestors()):
            continue
        tried += 1
        if tried > MAX_SHOWN:
            return
        written = read_date(stamp, language) or _read_within(text, language)
        if written:
            yield written, bool(_UPDATED_MARK.search(label + text))


def _label(element: HtmlElement) -> str:
    names = ("class", "id", "itemprop", "property", "data-testid")
    return " ".join(filter(None, (element.get(name) for name in names)))


_AROUND = re.compile(
    r"(?:[^\W\d_]+[.,]?\s+)?\d{1,4}(?:st|nd|rd|th)?[^\d\W]*[\s./,-]*(?:[^\W\d_]+[.]?[\s,]*)?(?:\d{1,2}(?:st|nd|rd|th)?[\s,./-]*)?\d{4}.{0,30}"
)


def _read_within(text: str, language: str | None) -> WrittenDate | None:
    """Read the date inside a line such as 'By A. Writer | Published 24 Nov 2026, 10:30'."""
    written = read_date(text, language)
    if written:
        return written
    for part in re.split(
        r"\s*[|•·]\s*|\s[-–—]\s|(?:updated|published|posted)(?:\s+on)?:?", text, flags=re.IGNORECASE
    ):
        if _TEXT_DATE.search(part) and (written := read_date(part.strip(), language)):
            return written
    return None


def _by_htmldate(evidence: Evidence, now: datetime) -> Iterator[WrittenDate]:
    found = htmldate.find_date(
        evidence.tree,
        original_date=True,
        extensive_search=False,
        max_date=now.strftime("%Y-%m-%d"),
        min_date="1990-01-01",
    )
    written = read_date(found) if found else None
    if written:
        yield written


def _from_url(url: str) -> Iterator[WrittenDate]:
    match = _URL_DATE.search(url)
    if not match:
        return
    year, month, day = match.groups()
    number = _MONTHS.index(month.lower()) + 1 if month.isalpha() else int(month)
    written = read_date(f"{year}-{number:02d}-{int(day):02d}")
    if written:
        yield written
