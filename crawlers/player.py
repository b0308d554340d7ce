"""The player: answers the spider's requests with the responses that a crawl process kept."""

from __future__ import annotations

from collections.abc import Callable, Container, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from scrapy import Request

from articles.state import State
from crawlers.catalogue import KINDS, Access
from crawlers.crawl_spec import CrawlSpec
from crawlers.failures import Ending
from crawlers.feeds import Feed
from crawlers.findings import settled
from crawlers.known import KnownAtStart
from crawlers.outcomes import Event
from crawlers.reading import PageReader, ReaderHere
from crawlers.source_run import SourceRun
from crawlers.spiders.source import SourceSpider
from crawlers.warc import StoredResponse


class _ReplaySpider(SourceSpider):
    """The spider of every crawl, run by hand instead of by Scrapy's engine."""

    kinds: ClassVar[tuple[str, ...]] = tuple(kind for kind in KINDS if kind != "archive")
    """Without recorded pages: they were not asked for, so no response of theirs was kept."""
    asked: Mapping[str, Container[str]] = MappingProxyType({})
    """By source: the addresses of further documents that the process asked for."""

    def make_reader(self) -> PageReader:
        """Return what reads the pages: this process, so that nothing is ever waited for."""
        return ReaderHere()

    def _read_on(
        self, run: SourceRun, access: Access, feed: Feed, place: tuple[str, int]
    ) -> tuple[Feed, str | None]:
        """Read on as the process did: another rule may have chosen among an index's sitemaps."""
        chosen, reason = super()._read_on(run, access, feed, place)
        if access.kind != "sitemap":
            return chosen, reason
        asked = self.asked.get(run.source.id, ())
        further = tuple(each for each in feed.children if each in asked)
        left_out = max(0, chosen.left_out + len(chosen.further) - len(further))
        return replace(chosen, further=further, left_out=left_out), reason

    def stop_crawl(self) -> None:
        """Raise what could not be stored: there is no engine to be stopped."""
        if self.storage_error is not None:
            raise self.storage_error


def _at_once(callback: Coroutine[None, None, list[Request]]) -> list[Request]:
    """Run a spider's callback, which never waits here, to its end."""
    try:
        callback.send(None)
    except StopIteration as ended:
        requests: list[Request] = ended.value
        return requests
    raise RuntimeError("a replay has nothing to wait for")


class Player:
    """Answers one crawl process's requests with what was kept."""

    def __init__(self, spec: CrawlSpec, known: KnownAtStart, tell: Callable[[Event], None]) -> None:
        """Play for those of the sources that the process crawled, knowing what it knew.

        Files of Shoalwatch before this was kept do not say: any source may be in them.
        """
        own = tuple(each for each in spec.sources if each.id in known.before)
        self.sources = own or spec.sources
        with State.open(spec.state) as state:
            known.remember(state)
        spec = spec.model_copy(update={"sources": self.sources})
        self._spider = _ReplaySpider(spec=spec, tell=tell)
        self._spider.asked = known.documents
        for run in self._spider.runs.values():
            run.before = known.before.get(run.source.id, run.before)
            run.unfinished = dict(known.unfinished.get(run.source.id, run.unfinished))
        self._open: dict[tuple[str, str], Request] = {}
        self._started = False

    def answer(self, stored: StoredResponse) -> bool:
        """Answer the request that a response was kept for; False if the spider has none."""
        self._spider.now = lambda: stored.at
        if not self._started:
            self._started = True
            self._begin()
        if stored.owed:
            self._spider.runs[stored.source_id or ""].owe(stored.owed)
            return False
        if stored.passing:
            return False
        key = (stored.source_id or "", stored.asked or stored.url)
        while key not in self._open:
            if not self._is_lined_up(*key) or not self._lose_page(key[0], stored.at):
                return False
        request = self._open.pop(key)
        if stored.failure:
            self._expect(self._lose(request, stored.failure))
            return True
        assert request.callback is not None  # noqa: S101 - the spider sets one on each
        self._expect(_at_once(request.callback(stored.as_response(), **request.cb_kwargs)))
        return True

    def end(self) -> None:
        """Write what waits, and give up what was never answered."""
        self._spider.end("replayed")
        self._spider.close_stores()

    def _begin(self) -> None:
        """Open the sources' documents; which pages were owed is told by the process's records."""
        self._expect(self._spider.opening_requests())
        for run in self._spider.runs.values():
            run.owed.clear()
            run.failed_before.clear()

    def _expect(self, requests: Iterable[Request]) -> None:
        for request in requests:
            asked = request.cb_kwargs
            visit = asked.get("visit")
            key = (visit.source.id, visit.url) if visit else (asked["run"].source.id, asked["url"])
            self._open[key] = request

    def _lose(self, request: Request, failure: tuple[str, str]) -> list[Request]:
        """Let a request end as it did, without an answer."""
        asked = request.cb_kwargs
        ending: Ending = ("rejected" if failure[0] == "rejected" else "failed", failure[1])
        if "visit" in asked:
            return self._spider.lose_page(asked["visit"], ending)
        return self._spider.lose_document(asked["run"], asked["access"], asked["url"], ending)

    def _is_lined_up(self, source_id: str, url: str) -> bool:
        """Whether a page is asked for once those before it have ended."""
        run = self._spider.runs.get(source_id)
        return run is not None and any(
            visit.url == url for line in (run.waiting, run.again) for visit in line
        )

    def _lose_page(self, source_id: str, at: datetime) -> bool:
        """Let a source's page fail that has no response, so that its next one is asked for."""
        for key, request in self._open.items():
            visit = request.cb_kwargs.get("visit")
            if visit is not None and key[0] == source_id:
                del self._open[key]
                lost = settled(visit, "failed", "connection", at)
                self._expect(self._spider.answered(visit, lost))
                return True
        return False
