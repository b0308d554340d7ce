"""The time limit of a source: an outlet that answers drop by drop must not hold up a whole run."""

from __future__ import annotations

from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from crawlers.visit import source_of

SETTING = "SHOALWATCH_SOURCE_TIMEOUT"


class OutOfTimeError(IgnoreRequest):
    """The time of a request's source is up: it is not asked in this run."""

    def __init__(self, request: Request, source_id: str, seconds: float) -> None:
        """Name the request that is not sent."""
        super().__init__(f"{request.url}: {source_id} has had its {seconds:g} s")


class SourceTimeLimit:
    """Downloader middleware that asks a source nothing more once its time is up.

    Scrapy's own CLOSESPIDER_TIMEOUT would end the other sources of the process too. Retries and
    redirects are requests as well, and end here, and so does what waits for its host: with a delay
    of 600 s twenty feeds would wait for hours. What is under way ends by its own time limit.
    """

    crawler: Crawler

    def __init__(self, seconds: float) -> None:
        """Allow every source so many seconds from its first request on."""
        self._seconds = seconds
        self._since: dict[str, float] = {}
        self._bound: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the limit from the settings, and hold what waits for a host to it."""
        limit = cls(crawler.settings.getfloat(SETTING))
        limit.crawler = crawler
        crawler.signals.connect(limit._reached_host, signal=signals.request_reached_downloader)
        return limit

    def process_request(self, request: Request) -> None:
        """Refuse a request of a source whose time is up. Raises OutOfTimeError."""
        source = source_of(request)
        if source is None:
            return
        now = monotonic()
        if now - self._since.setdefault(source.id, now) >= self._seconds:
            raise OutOfTimeError(request, source.id, self._seconds)

    def _reached_host(self, request: Request) -> None:
        """See to it that a request does not wait for its host beyond its source's time."""
        source = source_of(request)
        if source is None:
            return
        left = self._since.get(source.id, 0.0) + self._seconds - monotonic()
        if left <= 0 or source.id not in self._bound:
            self._bound.add(source.id)
            call_later(max(0.0, left), self._end_waiting, source.id)

    def _end_waiting(self, source_id: str) -> None:
        self._since[source_id] = float("-inf")  # the clock may still be a grain short of it
        for slot in list(self.crawler.engine.downloader.slots.values()):
            queued = list(slot.queue)
            slot.queue.clear()
            for request, answer in queued:
                source = source_of(request)
                if source is None or source.id != source_id:
                    slot.queue.append((request, answer))
                    continue
                error = OutOfTimeError(request, source_id, self._seconds)
                answer.errback(Failure(error))  # type: ignore[no-untyped-call]
