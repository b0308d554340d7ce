"""Retry-After: a host that asks to wait is left alone for as long as it asks."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

import structlog
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

MAX_RETRY_AFTER = 120.0
"""Seconds that a Retry-After is waited for within a run."""

log = structlog.get_logger()


class HostClosedError(IgnoreRequest):
    """The host has asked to be left alone for longer than a run waits: it is not asked."""

    def __init__(self, request: Request) -> None:
        """Name the request that is not sent."""
        super().__init__(f"{request.url}: the host has asked to be left alone")


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, which wait as long as a Retry-After asks.

    Where that is longer than `MAX_RETRY_AFTER`, nothing is waited for: the answer stands, and what
    else is to be asked of the host before the moment that it named ends at once.
    """

    def __init__(self, settings: BaseSettings) -> None:
        """Start with every host open."""
        super().__init__(settings)
        self._closed_until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to the answers themselves: middlewares see one after the next request is sent."""
        middleware: Self = super().from_crawler(crawler)
        crawler.signals.connect(middleware._heed, signal=signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        """Refuse a request to a host that is to be left alone. Raises HostClosedError."""
        if self._is_closed(request):
            raise HostClosedError(request)

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - part of the signature
    ) -> Request | Response:
        """Let Scrapy decide on the retry, unless the host is to be left alone."""
        if self._is_closed(request):
            return response
        return super().process_response(request, response)

    def _is_closed(self, request: Request) -> bool:
        return monotonic() < self._closed_until.get(_host(request), 0.0)

    def _heed(self, response: Response, request: Request) -> None:
        """Hold back what waits for the host, as its answer asks."""
        wait = retry_after(response, datetime.now(UTC))
        slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if wait is None or slot is None or response.status not in self.retry_http_codes:
            return
        if wait <= MAX_RETRY_AFTER:
            _pause(slot, wait)
            return
        log.warning("host_closed", host=_host(request), seconds=wait)
        self._closed_until[_host(request)] = monotonic() + wait
        while slot.queue:
            waiting, answer = slot.queue.popleft()
            answer.errback(Failure(HostClosedError(waiting)))  # type: ignore[no-untyped-call]


def retry_after(response: Response, now: datetime) -> float | None:
    """Return the seconds a response's Retry-After asks to wait (RFC 9110, 10.2.3), or None."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if not said:
        return None
    if said.isdecimal():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # overflow: a year or zone of many digits
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""


def _pause(slot: Slot, seconds: float) -> None:
    """Hold back a host's next request by dating its last one later (no delay is ever 0)."""
    slot.lastseen = monotonic() + seconds - slot.delay
