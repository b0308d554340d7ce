"""The source spider: every way of access of several sources, and the pages that they name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import structlog
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from articles.errors import InvalidURLError
from articles.state import KnownPage
from crawlers.bot_walls import is_bot_wall
from crawlers.breaking_off import breaks_off
from crawlers.catalogue import KINDS, Access, ArchiveAccess
from crawlers.conditional import conditions, kept_as, validators_of
from crawlers.deadline import DeadlineError, deadline
from crawlers.failures import Ending, ending_of, ending_of_status
from crawlers.feeds import Entry, Feed, MalformedFeedError, is_web_address
from crawlers.findings import as_last_time, faulty, met_already
from crawlers.further_documents import read_on
from crawlers.orphans import remember_orphans, settle_left
from crawlers.outcomes import NO_ADDRESS, FeedDone
from crawlers.owed import owed_page
from crawlers.reading import READING_SECONDS
from crawlers.source_run import SourceRun
from crawlers.spiders.recorded import RecordedSpider
from crawlers.visit import (
    RETRY_DAYS,
    SITEMAP_REACH,
    Visit,
    awaits_retry,
    is_article,
    must_fetch,
    within_limit,
)
from crawlers.ways import ACCEPTED, Document, read_document

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What came of a document, before anything of it is entered in its source's books."""

    done: FeedDone
    visits: tuple[Visit, ...] = ()
    further: tuple[Request, ...] = ()
    """Requests for the documents that go on where it ends."""


class SourceSpider(RecordedSpider):
    """Reads its sources' feeds, sitemaps and listings, and every page they name that may have news.

    A document's validators (ETag, Last-Modified) are remembered only once all its pages are
    accounted for, so that a run that was killed reads it again. They are not of one that was read
    in part, nor of a sitemap index, whose bytes may stay the same while its sitemaps change. Which
    known pages are asked for again is decided by `crawlers.visit.must_fetch`.
    """

    name = "source"
    kinds: ClassVar[tuple[str, ...]] = KINDS

    async def start(self) -> AsyncIterator[Request]:
        """Ask for every document of every source."""
        if self.browser is not None:
            await self.browser.start()
        self._flushing = asyncio.create_task(self.flush_regularly())
        for request in self.opening_requests():
            yield request
        for run in self.runs.values():
            for access in run.ways:
                if isinstance(access, ArchiveAccess):
                    for request in await self.read_archive(run, access):
                        yield request

    def opening_requests(self) -> Iterator[Request]:
        """Yield the requests for the documents that the catalogue names."""
        for run in self.runs.values():
            run.began = self.now()
            orphans = settle_left(self.archive, self.state, run.source.id, self.now())
            orphans += remember_orphans(self.archive, self.state, run.source.id, run.before)
            if orphans:
                log.info("orphans_remembered", source=run.source.id, articles=orphans)
            self.keep_known(run)
            since = self.now() - timedelta(days=RETRY_DAYS)
            for page, url in self.state.failed_pages(run.source.id, since):
                owed = owed_page(page, url)
                self.keep_owed(run.source.id, owed)
                run.owe(owed)
            for access in run.ways:
                if not isinstance(access, ArchiveAccess):
                    yield self._document_request(run, access, access.url)

    async def read_archive(self, run: SourceRun, access: ArchiveAccess) -> list[Request]:
        """Account for the outlet's pages in a WARC file, one after the other."""
        done = self._opened(run, access, access.url)
        return self._closed(run, await self.read_captures(run, access, done))

    def _document_request(
        self, run: SourceRun, access: Access, url: str, depth: int = 0
    ) -> Request:
        whole = run.new_since(access.url) == run.began
        known = self.state.validators(kept_as(access, url)) if whole else None
        return Request(
            url,
            callback=self.parse_document,
            errback=self.document_lost,
            headers=conditions(known) | {"Accept": ACCEPTED[access.kind]},
            cb_kwargs={"run": run, "access": access, "url": url, "depth": depth},
            dont_filter=True,
            priority=1,
        )

    def document_lost(self, failure: Failure) -> list[Request]:
        """Note a feed, sitemap or listing that was not answered."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        ending = ending_of(failure, asked["url"])
        self.keep_failure(asked["run"].source.id, asked["url"], ending)
        return self.lose_document(asked["run"], asked["access"], asked["url"], ending)

    def lose_document(
        self, run: SourceRun, access: Access, url: str, ending: Ending
    ) -> list[Request]:
        """Note that a document has not been had."""
        return self._closed(run, _ended(self._opened(run, access, url), ending))

    async def parse_document(
        self, response: Response, run: SourceRun, access: Access, url: str, depth: int
    ) -> list[Request]:
        """Account for every entry of a document, and ask for the first of the pages to be had."""
        now = self.now()
        self.keep(response, run.source.id, url, now)
        async with self.turn:
            try:
                reading = self._reading(response, run, access, (url, depth), now)
            except Exception:
                log.exception("document_broke_the_crawler", source=run.source.id, url=url)
                changes = {"outcome": "malformed", "reason": "internal_error"}
                reading = _Reading(self._opened(run, access, url).model_copy(update=changes))
            return self._enter(run, reading)

    def _reading(
        self,
        response: Response,
        run: SourceRun,
        access: Access,
        place: tuple[str, int],
        now: datetime,
    ) -> _Reading:
        url, depth = place
        done = self._opened(run, access, url)
        if response.status == 304:
            return _Reading(done)
        ending = ending_of_status(response)
        if ending:
            walled = is_bot_wall(response)
            return _Reading(_ended(done, ("failed", "bot_wall") if walled else ending))
        try:
            feed = self._feed(response, run, access, now)
        except (MalformedFeedError, DeadlineError) as problem:
            if is_bot_wall(response):
                return _Reading(_ended(done, ("failed", "bot_wall")))
            log.warning("document_malformed", source=run.source.id, reason=str(problem))
            changes = {"outcome": "malformed", "reason": "malformed"}
            return _Reading(done.model_copy(update=changes))
        cut_short = access.kind in {"feed", "sitemap"} and breaks_off(response.body)
        feed, reason = self._read_on(run, access, feed, (response.url, depth))
        done = done.model_copy(update={"reason": "cut_short" if cut_short else reason})
        further = (self._document_request(run, access, each, depth + 1) for each in feed.further)
        reading = self._read(run, done, feed, tuple(further))
        index = access.kind == "sitemap" and feed.further
        if not cut_short and not feed.left_out and not index:
            run.validators[kept_as(access, url)] = validators_of(response)
        return reading

    def _feed(self, response: Response, run: SourceRun, access: Access, now: datetime) -> Feed:
        """Return what a document names, with no more entries than may be read of one."""
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        document = Document(response.body, response.url, declared, now)
        limit = self.spec.settings.max_feed_entries
        reach = limit * SITEMAP_REACH if access.kind == "sitemap" else limit
        with deadline(READING_SECONDS):
            feed = read_document(document, access, run.source, run.before, reach)
        return within_limit(feed, limit, self._is_known)

    def _read_on(
        self, run: SourceRun, access: Access, feed: Feed, place: tuple[str, int]
    ) -> tuple[Feed, str | None]:
        """Return what a document names with those further documents that are to be asked for."""
        since = run.new_since(access.url)

        def met_before(entry: Entry) -> bool:
            known = self._known(entry)
            return known is not None and known.first_seen < since

        return read_on(access.kind, feed, place, met_before)

    def _known(self, entry: Entry) -> KnownPage | None:
        try:
            return self.recorder.known_as_met(entry.address or "")
        except InvalidURLError:
            return None

    def _is_known(self, entry: Entry) -> bool:
        known = self._known(entry)
        return known is not None and not awaits_retry(known)

    def _read(
        self, run: SourceRun, done: FeedDone, feed: Feed, further: tuple[Request, ...]
    ) -> _Reading:
        dates = [entry.published for entry in feed.entries if entry.published]
        read = {
            "outcome": "read",
            "reason": done.reason or (NO_ADDRESS if _leads_nowhere(feed) else None),
            "entries": len(feed.entries),
            "left_out": feed.left_out,
            "older": feed.older,
            "newest": max(dates, default=None),
            "refused_dates": feed.refused_dates,
        }
        done = done.model_copy(update=read)
        if not self.spec.pages:
            return _Reading(done, further=further)
        visits: dict[str, Visit] = {}
        for number, entry in enumerate(feed.entries):
            visit = self._visit(run, entry, f"{done.url}#entry-{number + 1}")
            if not run.knows(visit.key):
                visits.setdefault(visit.key, visit)
        repeats = len(feed.entries) - len(visits)
        return _Reading(
            done.model_copy(update={"repeats": repeats}), tuple(visits.values()), further
        )

    def _enter(self, run: SourceRun, reading: _Reading) -> list[Request]:
        """Enter a document's pages and further documents in its source's books, and close it."""
        asked = [each for each in reading.further if run.open_document(each.cb_kwargs["url"])]
        if asked and reading.done.kind == "feed":
            self._leave_unfinished(run, reading.done.way)
        if reading.visits or asked:
            self.keep_known(run, reading.visits, (each.cb_kwargs["url"] for each in asked))
        for visit in reading.visits:
            self.open_page(run, visit)
        for visit in reading.visits:
            self._take(run, visit)
        return [*asked, *self._closed(run, reading.done)]

    def _leave_unfinished(self, run: SourceRun, way: str) -> None:
        """Remember that a feed has further pages, until all that they name is accounted for.

        It is done before a page of the feed is: a run that is killed may leave all that one page
        names known, so that nothing would tell the next run of what lies behind.
        """
        if way not in run.unfinished:
            run.unfinished[way] = run.began
            self._store(lambda: self.state.save_unfinished_feed(run.source.id, way, run.began))

    def _take(self, run: SourceRun, visit: Visit) -> None:
        """Put a page on the list to be asked for, or account for it without a request."""
        known = visit.known
        if visit.fault:
            self.record(visit, faulty(visit, visit.fault))
        elif known and is_article(known) and self._is_taken(visit, known.canonical_url):
            self.record(visit, met_already(visit, known))
        elif known and not must_fetch(visit, self.spec.settings, self.now()):
            self.record(visit, as_last_time(visit, known))
        else:
            run.line_up(visit)

    def _is_taken(self, visit: Visit, canonical: str) -> bool:
        """Whether another page of this run, or another source, has the article already."""
        return (
            self.claimed.setdefault(canonical, visit.key) != visit.key
            or visit.known is None
            or visit.known.source_id != visit.source.id
        )

    def _opened(self, run: SourceRun, access: Access, url: str) -> FeedDone:
        place = {"url": url, "way": access.url}
        return FeedDone(source_id=run.source.id, kind=access.kind, outcome="not_modified", **place)

    def _closed(self, run: SourceRun, done: FeedDone) -> list[Request]:
        self.close_feed(run, done)
        if not run.open_feeds:
            self._open_owed(run)
        self.finish_if_done(run)
        return self.next_page(run)

    def _open_owed(self, run: SourceRun) -> None:
        """Open the pages that failed in earlier runs and that no feed has named in this one."""
        owed, run.owed = run.owed, []
        if not any(feed.outcome in {"read", "not_modified"} for feed in run.feeds):
            return  # the outlet is still down
        pages = {page.url: page for page in owed}.values()
        visits = [self._visit(run, page.entry(), page.url) for page in pages]
        visits = [visit for visit in visits if not run.knows(visit.key)]
        if not visits or not self.spec.pages:
            return
        limit, place = self.spec.settings.max_feed_entries, f"failed:{run.source.id}"
        run.open_document(place)  # closed once all are taken: the last one must not end the run
        for visit in visits[:limit]:
            run.reopened.add(visit.key)
            self.open_page(run, visit)
        for visit in visits[:limit]:
            self._take(run, visit)
        counts = {"entries": len(visits[:limit]), "left_out": len(visits[limit:])}
        done = FeedDone(source_id=run.source.id, url=place, kind="failed", outcome="read", **counts)
        self.close_feed(run, done)


def _leads_nowhere(feed: Feed) -> bool:
    """Whether a document has entries, and none with an address that can be asked for."""
    if not feed.entries or feed.older:
        return False
    return not any(is_web_address(entry.address or "") for entry in feed.entries)


def _ended(done: FeedDone, ending: Ending) -> FeedDone:
    outcome, reason = ending
    return done.model_copy(update={"outcome": outcome, "reason": reason})
