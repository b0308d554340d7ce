"""The feed spider: RSS, Atom and JSON feeds of several sources, and the pages they name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from articles.errors import InvalidURLError
from articles.identity import canonical_url
from crawlers.bot_walls import is_bot_wall
from crawlers.catalogue import FeedAccess
from crawlers.conditional import conditions, validators_of
from crawlers.deadline import DeadlineError, deadline
from crawlers.failures import Ending, ending_of, ending_of_status
from crawlers.feeds import Entry, Feed, MalformedFeedError, read_feed
from crawlers.findings import as_last_time, faulty, met_already
from crawlers.orphans import remember_orphans
from crawlers.outcomes import FeedDone, PageFound
from crawlers.source_run import SourceRun
from crawlers.spiders.page import READING_SECONDS, PageSpider
from crawlers.visit import Visit, is_article, must_fetch

log = structlog.get_logger()

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


class FeedSpider(PageSpider):
    """Reads its sources' feeds, and every page they name that may have news.

    A feed's validators (ETag, Last-Modified) are remembered only once all its pages are accounted
    for, so that a run that was killed reads the feed again. Which known pages are asked for again
    is decided by `crawlers.visit.must_fetch`.
    """

    name = "feed"

    async def start(self) -> AsyncIterator[Request]:
        """Ask for every feed of every source."""
        self._flushing = asyncio.create_task(self.flush_regularly())
        for run in self.runs.values():
            orphans = remember_orphans(self.archive, self.state, run.source.id, run.before)
            if orphans:
                log.info("orphans_remembered", source=run.source.id, articles=orphans)
            for access in run.source.access:
                yield self._feed_request(run, access)

    def _feed_request(self, run: SourceRun, access: FeedAccess) -> Request:
        headers = conditions(self.state.validators(access.url)) | {"Accept": FEED_TYPES}
        return Request(
            access.url,
            callback=self.parse_feed,
            errback=self.feed_lost,
            headers=headers,
            cb_kwargs={"run": run, "access": access},
            dont_filter=True,
            priority=1,
        )

    def feed_lost(self, failure: Failure) -> None:
        """Note a feed that was not answered."""
        request = failure.request  # type: ignore[attr-defined]
        run, access = request.cb_kwargs["run"], request.cb_kwargs["access"]
        self._feed_ended(run, access, ending_of(failure, request.url))

    def parse_feed(self, response: Response, run: SourceRun, access: FeedAccess) -> list[Request]:
        """Account for every entry of a feed, and ask for the first of the pages to be fetched."""
        done = FeedDone(source_id=run.source.id, url=access.url, outcome="not_modified")
        if response.status == 304:
            return self._feed_closed(run, done)
        ending = ending_of_status(response)
        if ending and is_bot_wall(response):
            ending = ("failed", "bot_wall")
        if ending:
            return self._feed_ended(run, access, ending)
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        limit = self.spec.settings.max_feed_entries
        try:
            with deadline(READING_SECONDS):
                feed = read_feed(response.body, response.url, declared, limit, run.source.language)
        except (MalformedFeedError, DeadlineError) as problem:
            if is_bot_wall(response):
                return self._feed_ended(run, access, ("failed", "bot_wall"))
            log.warning("feed_malformed", source=run.source.id, reason=str(problem))
            changes = {"outcome": "malformed", "reason": "malformed"}
            return self._feed_closed(run, done.model_copy(update=changes))
        run.validators[access.url] = validators_of(response)
        return self._feed_read(run, done, feed)

    def _feed_read(self, run: SourceRun, done: FeedDone, feed: Feed) -> list[Request]:
        dates = [entry.published for entry in feed.entries if entry.published]
        read = {"entries": len(feed.entries), "left_out": feed.left_out, "outcome": "read"}
        told = {"newest": max(dates, default=None), "refused_dates": feed.refused_dates}
        done = done.model_copy(update=read | told)
        if not self.spec.pages:
            return self._feed_closed(run, done)
        visits, repeats = [], 0
        for number, entry in enumerate(feed.entries):
            visit = self._visit(run, entry, f"{done.url}#entry-{number + 1}")
            if run.knows(visit.key):
                repeats += 1
                continue
            run.open_pages[visit.key] = visit
            self.tell(PageFound(source_id=run.source.id, url=visit.url))
            visits.append(visit)
        for visit in visits:
            self._take(run, visit)
        self._feed_closed(run, done.model_copy(update={"repeats": repeats}))
        return self.next_page(run)

    def _visit(self, run: SourceRun, entry: Entry, place: str) -> Visit:
        """Return the visit for an entry; one without a usable address is known by its place."""
        if not entry.address:
            return Visit(run.source, entry, place, place, fault="no_address")
        try:
            key = canonical_url(entry.address)
        except InvalidURLError:
            return Visit(run.source, entry, place, place, fault="invalid_address")
        return Visit(run.source, entry, entry.address, key, self.recorder.known(key))

    def _take(self, run: SourceRun, visit: Visit) -> None:
        """Put a page on the list to be asked for, or account for it without a request."""
        now = datetime.now(UTC)
        known = visit.known
        if visit.fault:
            self.record(visit, faulty(visit, visit.fault))
        elif known and is_article(known) and self._is_taken(visit, known.canonical_url):
            self.record(visit, met_already(visit, known))
        elif known and not must_fetch(visit, self.spec.settings, now):
            self.record(visit, as_last_time(visit, known))
        else:
            run.waiting.append(visit)

    def _is_taken(self, visit: Visit, canonical: str) -> bool:
        """Whether another page of this run, or another source, has the article already."""
        return (
            self.claimed.setdefault(canonical, visit.key) != visit.key
            or visit.known is None
            or visit.known.source_id != visit.source.id
        )

    def _feed_ended(self, run: SourceRun, access: FeedAccess, ending: Ending) -> list[Request]:
        outcome, reason = ending
        return self._feed_closed(
            run,
            FeedDone(source_id=run.source.id, url=access.url, outcome=outcome, reason=reason),
        )

    def _feed_closed(self, run: SourceRun, done: FeedDone) -> list[Request]:
        self.close_feed(run, done)
        self.finish_if_done(run)
        return []
