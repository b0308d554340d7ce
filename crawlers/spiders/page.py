"""What all spiders share: pages are asked for, read, judged, recorded, and none is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, ClassVar, Self

import structlog
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from articles.archive import Archive
from articles.errors import ArchiveError, StateError
from articles.lock import hold
from articles.settings import StorageSettings
from articles.state import State
from crawlers.bot_walls import is_bot_wall
from crawlers.browser import BrowserProxy, rendered
from crawlers.catalogue import crawl_locks
from crawlers.conditional import conditions, validators_of
from crawlers.crawl_spec import CrawlSpec, spec_from_environment
from crawlers.deadline import DeadlineError
from crawlers.extraction import ExtractedPage, ExtractionError
from crawlers.failures import (
    Ending,
    ending_of,
    ending_of_redirect,
    ending_of_status,
    ending_of_type,
)
from crawlers.findings import interrupted, settled
from crawlers.health import GOOD, WELL, as_row, assess, faults_of
from crawlers.known import Known
from crawlers.memory import peak_memory
from crawlers.orphans import settle_left
from crawlers.outcomes import Event, FeedDone, KeepingStopped, PageDone, SourceDone, Traffic
from crawlers.owed import OwedPage
from crawlers.quiet import is_looked_back_for, quiet
from crawlers.reading import PageReader, ReaderDiedError, WorkerReader
from crawlers.recorder import Finding, Recorder
from crawlers.source_run import SourceRun
from crawlers.verdict import Fetched, judge, judge_by_feed, judge_unmodified
from crawlers.visit import Visit
from crawlers.warc import KeepingError, PageKeeper, Passing

FLUSH_EVERY = 1.0
"""Seconds between looks at whether a group of articles has waited long enough."""

log = structlog.get_logger()


class PageSpider(Spider):
    """Brings every page that a way of access names to exactly one outcome."""

    kinds: ClassVar[tuple[str, ...]] = ()
    """The ways of access that the spider tries."""

    def __init__(
        self,
        source: str = "",
        spec: CrawlSpec | None = None,
        tell: Callable[[Event], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Crawl what `spec` says, or (`scrapy crawl … -a source=a,b`) what the settings say.

        In the second case nobody has locked the sources, so it is done here. Raises LockedError.
        """
        super().__init__(**kwargs)
        ids = tuple(each.strip() for each in source.split(",") if each.strip())
        self.spec = spec or spec_from_environment(ids)
        self.locks = ExitStack()
        if spec is None:
            home = StorageSettings().home
            self.locks.enter_context(hold(home, crawl_locks(self.spec.sources)))
        self.tell = tell or _log_event
        self.state = State.open(self.spec.state)
        self.archive = Archive(self.spec.archive)
        self.recorder = Recorder(self.archive, self.state, self.tell)
        self.claimed: dict[str, str] = {}
        self.storage_error: ArchiveError | StateError | OSError | None = None
        health = {row.source_id: row for row in self.state.source_health()}
        unfinished = self.state.unfinished_feeds()
        self.runs: dict[str, SourceRun] = {}
        for each in self.spec.sources:
            ways = tuple(access for access in each.access if access.kind in self.kinds)
            if ways:
                left = unfinished.get(each.id, {})
                self.runs[each.id] = SourceRun(each, health.get(each.id), ways, left)
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.keeper = self.spec.page_keeper()
        self.reader = self.make_reader()
        self.browser: BrowserProxy | None = None
        self.turn = asyncio.Lock()
        """Held while an answer is judged: answers are, in the order in which they came."""

    def make_reader(self) -> PageReader:
        """Return what reads the pages: a worker that can be killed."""
        worker = WorkerReader()
        if self.spec.pages:
            worker.start()
        return worker

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, with a browser if a source asks for one."""
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        settings = spider.spec.settings
        if settings.browser and any(source.browser for source in spider.spec.sources):
            spider.browser = BrowserProxy(settings)
            crawler.settings.setdict(spider.browser.for_scrapy(), priority="spider")
        return spider

    async def flush_regularly(self) -> None:
        """Write groups that have waited long enough, for as long as the spider runs."""
        while self.storage_error is None:
            await asyncio.sleep(FLUSH_EVERY)
            self._store(self.recorder.flush_if_due)
            self.tell(self._traffic())

    def next_page(self, run: SourceRun) -> list[Request]:
        """Return the request for a source's next page, unless one of its pages is under way.

        One after the other, so that of two addresses of a story the same is first in every run.
        """
        visit = run.next_visit() if self.storage_error is None else None
        return [self._page_request(visit)] if visit else []

    def _page_request(self, visit: Visit) -> Request:
        """Return the request for a page, conditional where its validators are known."""
        return Request(
            visit.url,
            callback=self.parse_page,
            errback=self.page_lost,
            headers=conditions(visit.known_article),
            cb_kwargs={"visit": visit},
            dont_filter=True,
            meta=rendered() if self.browser and visit.source.browser else {},
        )

    async def parse_page(self, response: Response, visit: Visit) -> list[Request]:
        """Bring a page that was answered to its outcome, and ask for the next."""
        now = self.now()
        self.keep(response, visit.source.id, visit.url, now)
        async with self.turn:
            return self.answered(visit, await self.finding(response, visit, now))

    def keep(
        self,
        response: Response,
        source_id: str,
        asked: str,
        at: datetime,
        passing: Passing | None = None,
    ) -> None:
        """Keep a response, where the run is told to."""
        self._keep(lambda keeper: keeper.keep(response, source_id, asked, at, passing))

    def keep_failure(self, source_id: str, asked: str, ending: Ending) -> None:
        """Keep how a request ended that had no answer."""
        self._keep(lambda keeper: keeper.keep_failure(source_id, asked, self.now(), ending))

    def keep_owed(self, source_id: str, page: OwedPage) -> None:
        """Keep that a page is owed from an earlier run, for a replay to know it."""
        self._keep(lambda keeper: keeper.keep_owed(source_id, page, self.now()))

    def keep_known(
        self, run: SourceRun, visits: Iterable[Visit] = (), documents: Iterable[str] = ()
    ) -> None:
        """Keep what is known of a source and of pages that it names, for a replay to know it.

        And which further documents are now asked for: a later rule may choose others.
        """

        def write(keeper: PageKeeper) -> None:
            pages = {visit.key: visit.known for visit in visits if visit.known}
            known = Known(
                source_id=run.source.id,
                at=self.now(),
                before=run.before,
                unfinished=run.unfinished,
                pages=pages,
                documents=tuple(documents),
            )
            keeper.keep_known(known)

        self._keep(write)

    def _keep(self, write: Callable[[PageKeeper], None]) -> None:
        """Keep something; when that fails, go on without: the articles are worth more."""
        if self.keeper is None:
            return
        try:
            write(self.keeper)
        except KeepingError as problem:
            self.keeper.close()
            self.keeper = None
            self.tell(KeepingStopped(reason=str(problem)))

    def page_lost(self, failure: Failure) -> list[Request]:
        """Bring a page that was not answered to its outcome, and ask for the next."""
        request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        ending = ending_of(failure, request.url)
        self.keep_failure(visit.source.id, visit.url, ending)
        return self.lose_page(visit, ending)

    def lose_page(self, visit: Visit, ending: Ending) -> list[Request]:
        """Note that a page has not been had, and ask for the next."""
        return self.answered(visit, settled(visit, *ending, self.now()))

    def answered(self, visit: Visit, finding: Finding) -> list[Request]:
        """Note how a page ended, and return the request for its source's next."""
        run = self.runs[visit.source.id]
        run.asking = False
        self.record(visit, finding)
        return self.next_page(run)

    def record(self, visit: Visit, finding: Finding) -> None:
        """Note a page's outcome in its source's books, and finish the source with its last."""
        run = self.runs[visit.source.id]
        if finding.article and is_looked_back_for(finding.article, self.now()):
            run.looked_back_for.add(visit.key)
        run.close_page(visit.key, finding.done)
        self._store(lambda: self.recorder.record(finding))
        self.finish_if_done(run)

    def finish_if_done(self, run: SourceRun) -> None:
        """Write what waits and remember how the source did, once nothing of it is open."""
        if run.finished and self.storage_error is None:
            self._store(lambda: self._finish(run))

    def closed(self, reason: str) -> None:
        """End the crawl: account for everything, and close what is open."""
        self.end(reason)
        self.tell(self._traffic())
        self.close_stores()

    def end(self, reason: str) -> None:
        """Account for what a stopped crawl did not get to, and write what waits."""
        if self.storage_error is None:
            for run in self.runs.values():
                if not run.finished:
                    log.warning("source_interrupted", source=run.source.id, reason=reason)
                    self._store(partial(self._interrupt, run))

    def close_stores(self) -> None:
        """End the reader, and close the state database and the file of kept pages."""
        self.reader.close()
        if self.browser is not None:
            self.browser.close()
        if self.keeper is not None:
            self.keeper.close()
        self.state.close()
        self.locks.close()

    async def finding(self, response: Response, visit: Visit, now: datetime) -> Finding:
        """Return what a page that was answered at a moment turns out to be."""
        try:
            finding = await self._page_finding(response, visit, now)
            return judge_by_feed(visit, finding, self.recorder, self.claimed, now)
        except Exception:
            log.exception("page_broke_the_crawler", url=visit.url)
            return settled(visit, "failed", "internal_error", now)

    async def _page_finding(self, response: Response, visit: Visit, now: datetime) -> Finding:
        if response.status == 304 and visit.known_article:
            return judge_unmodified(visit, visit.known_article, self.recorder, now)
        page = (
            ending_of_status(response)
            or ending_of_type(response)
            or ending_of_redirect(visit.url, response.url)
            or await self._extracted(response, visit.source.country, now)
        )
        text = page.text if isinstance(page, ExtractedPage) else ""
        if is_bot_wall(response, len(text)):
            return settled(visit, "failed", "bot_wall", now)
        if not isinstance(page, ExtractedPage):
            return settled(visit, *page, now)
        fetched = Fetched(visit, response.url, validators_of(response), now, page)
        return judge(fetched, self.recorder, self.claimed)

    async def _extracted(
        self, response: Response, country: str | None, now: datetime
    ) -> ExtractedPage | Ending:
        """Return what was read from a page, or how it ended without."""
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        try:
            return await self.reader.read(response.body, response.url, declared, now, country)
        except ExtractionError as problem:
            return "rejected", problem.reason
        except DeadlineError:
            return "failed", "extraction_timeout"
        except ReaderDiedError:
            return "failed", "extraction_died"

    def _finish(self, run: SourceRun) -> None:
        self.recorder.flush()
        self.archive.settle(run.source.id)
        if run.may_skip_next_time:
            for url, validators in run.validators.items():
                if validators.etag or validators.last_modified:
                    self.state.save_validators(url, validators)
        now = self.now()
        for way in run.unfinished:
            if run.nothing_owed(way, now):
                self.state.forget_unfinished_feed(run.source.id, way)
        of_today = [done for key, done in run.pages.items() if key not in run.reopened]
        assessed = assess(run.feeds, of_today, run.before, run.articles)
        if self.spec.pages and (run.new_articles or assessed[0] in GOOD):
            self.state.add_yield(run.source.id, now.date(), run.new_articles)
        if assessed[0] in {"healthy", "quiet"}:
            yields = self.state.yields(run.source.id, date.min)
            well = assessed if assessed[0] == "healthy" else WELL
            assessed = quiet(run.source, yields, now) or well
        faults = faults_of(run.feeds, run.before)
        row = as_row(run.source.id, assessed, run.articles, now, run.before, faults)
        self.state.save_source_health(row)
        run.pages.clear()  # told and stored: a long run would only carry them along
        status, detail = assessed
        done = SourceDone(source_id=run.source.id, health=status, detail=detail, since=row.since)
        self.tell(done)

    def _interrupt(self, run: SourceRun) -> None:
        """Close what is open as interrupted; nothing is remembered of a run that did not end."""
        for url in sorted(run.open_feeds):
            done = FeedDone(
                source_id=run.source.id,
                url=url,
                outcome="failed",
                reason="interrupted",
                entries=run.unclaimed_pages,  # of an archive that was being read
            )
            self.close_feed(run, done)
        for key, visit in list(run.open_pages.items()):
            finding = interrupted(visit)
            run.close_page(key, finding.done)
            self.recorder.record(finding)
        self.recorder.flush()
        settle_left(self.archive, self.state, run.source.id, self.now())
        self.tell(SourceDone(source_id=run.source.id, health="failing", detail="interrupted"))

    def close_feed(self, run: SourceRun, done: FeedDone) -> None:
        """Note a feed's outcome in its source's books."""
        run.close_feed(done)
        self.tell(done)

    def _store(self, write: Callable[[], None]) -> None:
        """Write to archive and state; when that fails nothing can be kept, so the crawl stops."""
        if self.storage_error is not None:
            return
        try:
            write()
        except (ArchiveError, StateError, OSError) as problem:
            log.error("crawl_stops", reason=str(problem))
            self.storage_error = problem
            self.stop_crawl()

    def stop_crawl(self) -> None:
        """Stop Scrapy's engine in good order."""
        self._stopping = asyncio.ensure_future(self.crawler.stop_async())

    def _traffic(self) -> Traffic:
        count = self.crawler.stats.get_value
        return Traffic(
            received_bytes=count("downloader/response_bytes", 0),
            requests=count("downloader/request_count", 0),
            peak_memory_bytes=peak_memory() + self.reader.peak_memory_bytes,
        )


def _log_event(event: Event) -> None:
    if isinstance(event, PageDone):
        log.debug("page_done", **event.model_dump(exclude={"event"}))
    elif isinstance(event, KeepingStopped):
        log.error(event.event, reason=event.reason)
    elif isinstance(event, FeedDone | SourceDone):
        log.info(event.event, **event.model_dump(exclude={"event"}))
