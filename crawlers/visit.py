"""A visit: one page that a feed names, and whether it must be asked for in this run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scrapy import Request

from articles.state import KnownPage
from crawlers.catalogue import Source
from crawlers.feeds import Entry, Feed
from crawlers.settings import CrawlSettings

RETRY_DAYS = 7
"""Days for which a page that failed for now is asked for, whether or not a feed names it still."""
SITEMAP_REACH = 5
"""Entries of a sitemap that are looked through for unknown ones, as a multiple of the limit.

To look one up takes 0.6 ms, in which the crawl does nothing else."""
MAX_ADDRESS = 2048
"""Characters of an address that the state can hold."""
ARTICLE_OUTCOMES = frozenset({"new", "updated", "unchanged"})


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to be accounted for: by its outlet and its address in canonical form."""

    source: Source
    entry: Entry
    url: str
    """The address as the feed gives it."""
    key: str
    """Its canonical form; entries with the same are one page."""
    known: KnownPage | None = None
    fault: str | None = None
    """Why it cannot be asked for: the entry has no usable address."""

    @property
    def known_article(self) -> KnownPage | None:
        """What is known of the page if it is an article, else None."""
        return self.known if self.known and is_article(self.known) else None


def source_of(request: Request) -> Source | None:
    """Return the source that a request is made for; None for Scrapy's own, for a robots.txt."""
    about = request.cb_kwargs.get("visit") or request.cb_kwargs.get("run")
    return about.source if about else None


def is_article(page: KnownPage) -> bool:
    """Whether a remembered page is an article, not one that was rejected, failed or a duplicate."""
    return page.last_outcome in ARTICLE_OUTCOMES


def awaits_retry(page: KnownPage) -> bool:
    """Whether a remembered page has never been had, for a failure that may be gone by now."""
    return page.last_outcome.startswith("failed:") and page.feed_stamp is None


def must_fetch(visit: Visit, settings: CrawlSettings, now: datetime) -> bool:
    """Whether a page that a feed names is asked for in this run.

    It is when it is not known; when the feed says something else of it than last time (title or
    dates: outlets touch these when they rewrite a story); where last time a document of another
    kind named it, a feed and now a sitemap, when its date is later than the last look; and, since
    some rewrite without a word in the feed, while it is younger than `recheck_days` and
    `recheck_hours` have passed since that look. Everything else counts as it ended last time,
    without a request: an outlet's feed repeats some fifty items at every run, and nearly none of
    them has changed.
    """
    known = visit.known
    if known is None or known.feed_stamp is None:
        return True
    if _is_touched(visit.entry, known, known.feed_stamp):
        return True
    young = now - known.first_seen < timedelta(days=settings.recheck_days)
    stale = now - known.last_fetched >= timedelta(hours=settings.recheck_hours)
    return young and stale


def within_limit(feed: Feed, limit: int, is_known: Callable[[Entry], bool]) -> Feed:
    """Return what a document names without its entries beyond a limit of unknown ones.

    A long sitemap is so gone through run by run: what is known does not hide the rest.
    """
    if len(feed.entries) <= limit:
        return feed
    room, read = limit, 0
    for entry in feed.entries:
        room -= not is_known(entry)
        if room < 0:
            break
        read += 1
    beyond = len(feed.entries) - read
    return replace(feed, entries=feed.entries[:read], left_out=feed.left_out + beyond)


def _is_touched(entry: Entry, known: KnownPage, stamp: str) -> bool:
    """Whether a page has changed since it was had, by what is said of it now and was then.

    A date that is always now tells so once: then it is compared with what its like said before.
    """
    if _kind(stamp) == _kind(entry.stamp):
        return stamp != entry.stamp
    return entry.touched is not None and entry.touched > known.last_fetched


def _kind(stamp: str) -> str:
    """Return whose stamp it is: what a feed and what a sitemap say of a page cannot be compared."""
    return stamp.rpartition(":")[0]
