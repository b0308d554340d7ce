"""The publication date: from JSON-LD, meta tags, the visible page, then the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from itertools import chain, islice

import htmldate
from lxml import etree

from crawlers.extraction import jsonld
from crawlers.extraction.date_text import WrittenDate, is_believable, read_date
from crawlers.extraction.evidence import Evidence
from crawlers.extraction.language import declared_languages
from crawlers.extraction.offsets import Clocks
from crawlers.extraction.page import PageDateOrigin
from crawlers.extraction.shown_dates import ShownDate, shown_dates
from crawlers.extraction.stated_dates import StatedDates, read_unix
from crawlers.extraction.zones import page_zone

REPUBLISHED = timedelta(days=30)
"""A page that shows only a date this long after its first publication was published again: guides
and lists that outlets renew under one address. Shorter gaps are corrections of one story."""

_META_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "datepublished",
    "date.published", "publishdate", "publish-date", "publish_date", "pubdate", "pub_date",
    "publicationdate", "article:publicationdate", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dc.date",
    "dcterms.created", "dcterms.issued", "dc.date.created", "article.published",
    "article_date_original", "published_at", "weibo:article:create_at",
    "og:published_time", "og:pubdate", "citation_publication_date", "article:created_time",
    "datecreated", "uploaddate", "content_publisheddate", "content_createdate", "contentdate",
    "dtk:publishdate", "published", "date",
)  # fmt: skip
_META_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified",
    "og:article:modified_time", "article:updated_time", "article:modified", "revised",
    "article_date_updated", "weibo:article:update_at", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_URL_DATE = re.compile(
    r"[/_-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2]|[1-9](?=[/_-])|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[/_-]?(0[1-9]|[12]\d|3[01]|[1-9](?=[/_-]))(?!\d)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class PageDates:
    """Publication and update of a page, aware, in the page's own offset."""

    published: datetime | None = None
    published_from: PageDateOrigin = "none"
    updated: datetime | None = None


def find_dates(
    evidence: Evidence, language: str | None, now: datetime, country: str | None = None
) -> PageDates:
    """Find when the page was published and updated.

    A date in UTC is told in the outlet's own offset where the page lets it be known
    (`offsets.Clocks`): the page's own day is the one its readers see. A date without a zone is in
    the zone that the page names beside it, else in the page's own (`zones.page_zone`, by the
    outlet's `country` first), else in UTC. A date after `now` (by more than a day) or before 1990
    is refused, and the next source is asked.
    """
    page = _Page(evidence, language, now, country)
    sources: tuple[tuple[PageDateOrigin, Iterator[WrittenDate]], ...] = (
        ("json-ld", _from_json_ld(page, "datePublished")),
        ("meta", _from_meta(page, _META_PUBLISHED)),
        ("page", _first_shown(page)),
        ("url", _from_url(evidence.url)),
        ("page", _by_htmldate(page)),
    )
    for origin, found in sources:
        for written in found:
            published = page.settle(written)
            if published is not None:
                return _with_update(page, published, origin)
    return PageDates()


def _with_update(page: _Page, published: datetime, origin: PageDateOrigin) -> PageDates:
    candidates = chain(
        _from_json_ld(page, "dateModified"), _from_meta(page, _META_UPDATED), _shown_updates(page)
    )
    updated = next(filter(None, map(page.settle, candidates)), None)
    if updated and _was_republished(published, updated, page):
        return PageDates(updated, "page", updated)
    return PageDates(published, origin, updated)


def _was_republished(published: datetime, updated: datetime, page: _Page) -> bool:
    if updated - published < REPUBLISHED:
        return False
    days = {date.written.moment.date() for date in page.shown[:3]}
    return updated.date() in days and published.date() not in days


@dataclass(frozen=True)
class _Page:
    evidence: Evidence
    language: str | None
    now: datetime
    country: str | None

    @cached_property
    def zone(self) -> tzinfo | None:
        """The zone of the page's country, where that has one."""
        return page_zone(self.evidence.url, self.language, self.country)

    @cached_property
    def dates(self) -> StatedDates:
        """The reader of what the page states, in its text's language, then in the declared one."""
        languages = (self.language, *declared_languages(self.evidence))
        return StatedDates(self.evidence.url, *languages, country=self.country)

    def read(self, said: str) -> WrittenDate | None:
        """Read a date of the page's meta data."""
        stated = self.dates.read(said)
        return stated.written if stated else read_unix(said)

    @cached_property
    def shown(self) -> list[ShownDate]:
        """Dates shown near the headline: 15% of a page's time, so read only on demand."""
        return shown_dates(self.evidence.tree, self.dates)

    @cached_property
    def clocks(self) -> Clocks:
        """The page's local time, by all it shows and declares."""
        day = next((written.moment.date() for written in _from_url(self.evidence.url)), None)
        events = (("datePublished", _META_PUBLISHED), ("dateModified", _META_UPDATED))
        pairs = [
            [*islice(_from_json_ld(self, key), 4), *islice(_from_meta(self, names), 8)]
            for key, names in events
        ]
        return Clocks(lambda: self.shown, pairs, self.zone, day)

    def settle(self, written: WrittenDate) -> datetime | None:
        """Make a written date aware in the page's zone; None where it cannot be a page's date."""
        moment = written.aware(self.zone)
        if not is_believable(moment, self.now):
            return None
        if written.moment.tzinfo is None and not written.has_time:
            return moment
        if written.moment.tzinfo is None and self.zone:
            return self.clocks.named_beside(written) or moment
        return self.clocks.tell(written)


def _from_json_ld(page: _Page, key: str) -> Iterator[WrittenDate]:
    nodes = page.evidence.nodes
    pages = [n for n in nodes if {"WebPage", "FAQPage"}.intersection(jsonld.types(n))]
    for node in (*page.evidence.articles, *pages):
        text = jsonld.stamp(node.get(key))
        if not text and key == "datePublished":
            text = jsonld.stamp(node.get("dateCreated"))
        written = page.read(text) if text else None
        if written:
            yield written


def _from_meta(page: _Page, names: tuple[str, ...]) -> Iterator[WrittenDate]:
    for name in names:
        for text in page.evidence.meta.get(name, ()):
            written = page.read(text)
            if written:
                yield written


def _first_shown(page: _Page) -> Iterator[WrittenDate]:
    yield from (date.written for date in page.shown if not date.is_update)
    yield from _shown_updates(page)


def _shown_updates(page: _Page) -> Iterator[WrittenDate]:
    yield from (date.written for date in page.shown if date.is_update)


def _by_htmldate(page: _Page) -> Iterator[WrittenDate]:
    # without the scripts, where it would take the dates of related stories from JSON-LD lists
    tree = deepcopy(page.evidence.tree)
    etree.strip_elements(tree, "script", with_tail=False)
    found = htmldate.find_date(
        tree,
        original_date=True,
        extensive_search=False,
        max_date=page.now.strftime("%Y-%m-%d"),
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
