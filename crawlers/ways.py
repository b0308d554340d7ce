"""Ways of access by document: feeds, sitemaps and listings, each read to the entries it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from articles.state import SourceHealth
from crawlers.catalogue import Access, FeedAccess, ListingAccess, SitemapAccess, Source
from crawlers.feeds import Feed, read_feed
from crawlers.listings import read_listing
from crawlers.sitemaps import read_sitemap

MAX_CATCH_UP = timedelta(days=31)
"""How far back a sitemap is followed after a source was down."""
OVERLAP = timedelta(days=1)
"""How far before the last healthy run a sitemap is read again: outlets list pages late."""

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
ACCEPTED = {
    "feed": FEED_TYPES,
    "sitemap": "application/xml, text/xml, */*;q=0.5",
    "listing": "text/html, */*;q=0.5",
}
"""The Accept header for each kind of document."""


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that should be a feed, sitemap or listing."""

    body: bytes
    url: str
    content_type: str | None
    at: datetime


def read_document(
    document: Document, access: Access, source: Source, before: SourceHealth | None, limit: int
) -> Feed:
    """Return what a document names, by its way of access. Raises MalformedFeedError."""
    body, url, declared, now = document.body, document.url, document.content_type, document.at
    match access:
        case FeedAccess():
            return read_feed(body, url, declared, limit, source.languages, now, source.country)
        case SitemapAccess():
            since = cut_off(access, before, now)
            return read_sitemap(body, url, since, limit, now, source.country)
        case ListingAccess():
            return read_listing(body, url, declared, access.pattern, limit, access.hosts)
        case _:
            raise TypeError(f"{access.kind} is no way of access by documents")


def cut_off(access: SitemapAccess, before: SourceHealth | None, now: datetime) -> datetime:
    """Return the moment from which a sitemap's pages count.

    It is `access.days` back, or where the source's last healthy run lies further back, a day before
    that: an outlet that was down, empty or quiet for a week is so caught up with, over a month at
    the most.
    """
    usual = now - timedelta(days=access.days)
    if before is None or before.last_success is None:
        return usual
    return min(usual, max(before.last_success - OVERLAP, now - MAX_CATCH_UP))
