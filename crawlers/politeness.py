"""Politeness: robots.txt with its crawl delay, delays of single hosts, and Retry-After."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import structlog
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

MAX_CRAWL_DELAY = 60.0
"""Seconds that a robots.txt can ask for between requests: a day's delay would stall the crawl."""
MAX_RETRY_AFTER = 120.0
"""Seconds that a Retry-After is waited for within a run; a longer one ends as a failure."""

_NOT_HAD_WHOLE = (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
"""What a robots.txt ends as that may be there but could not be had: too large, its connection
broken, too slow, cut short. A host that does not exist or refuses connections is not among them:
its pages end as `dns` or `connection`, which says more."""
_TOO_MANY_REQUESTS = 429

log = structlog.get_logger()


class ForbiddenByRobotsError(IgnoreRequest):
    """The host's robots.txt forbids the address to us."""


class RobotsUnreachableError(IgnoreRequest):
    """The host's robots.txt cannot be read just now, so nothing may be asked for."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware, with RFC 9309's rules for answers that are no robots.txt.

    A client error (404 and the like), or redirects that lead nowhere, mean that everything is
    allowed; a server error, or a file that cannot be had whole, that nothing is until it can be
    read (RFC 9309, 2.3.1.2 to 2.3.1.4). "Too many requests" (429) is no permission either, though
    the RFC would let it be one: a host that asks to be left alone just now is left alone. Scrapy
    alone takes every failure for permission.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Start with no host's robots.txt read."""
        super().__init__(crawler)
        self._unreachable: set[str] = set()

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == _TOO_MANY_REQUESTS:
            self._unreachable.add(netloc)
        body = b"" if response.status >= 400 else _as_utf_8(response.body)
        response = response.replace(body=body)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # Scrapy tells of a body that is too large only when unpacked by this message
        if isinstance(exc, _NOT_HAD_WHOLE) or "DOWNLOAD_MAXSIZE" in str(exc):
            log.warning("robots_not_had", host=netloc, reason=type(exc).__name__)
            self._unreachable.add(netloc)
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Raise ForbiddenByRobotsError or RobotsUnreachableError where the request is not to be."""
        if urlsplit(request.url).netloc in self._unreachable:
            raise RobotsUnreachableError(
                f"{request.url}: the host's robots.txt cannot be had just now"
            )
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise ForbiddenByRobotsError(f"{request.url}: {refusal}") from refusal


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below what robots.txt or the catalogue asks of a host."""

    def __init__(self, crawler: Crawler) -> None:
        """Watch robots.txt files; throttle by latency only where AutoThrottle is on."""
        self._floors: dict[str, float] = {
            host: float(slot["delay"])
            for host, slot in crawler.settings.getdict("DOWNLOAD_SLOTS").items()
        }
        self._user_agent = crawler.settings["USER_AGENT"]
        self.crawler = crawler
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        try:
            super().__init__(crawler)
        except NotConfigured:
            log.debug("autothrottle_off")

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        asked = robotparser.crawl_delay(self._user_agent)
        host = urlsplit(request.url).hostname or ""
        if not asked:
            return
        self._floors[host] = max(self._floors.get(host, 0.0), min(float(asked), MAX_CRAWL_DELAY))
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, self._floors[host])

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if slot is not None:
            slot.delay = max(slot.delay, self._floors.get(key or "", 0.0))


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, which wait as long as a Retry-After asks, or give up if that is long."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - part of the signature
    ) -> Request | Response:
        """Pause the host as its Retry-After asks, then let Scrapy decide on the retry."""
        wait = retry_after(response, datetime.now(UTC))
        if wait is None or response.status not in self.retry_http_codes:
            return super().process_response(request, response)
        if wait > MAX_RETRY_AFTER:
            return response
        self._pause(request, wait)
        return super().process_response(request, response)

    def _pause(self, request: Request, seconds: float) -> None:
        """Hold back the host's next request by dating its last one later."""
        slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is not None:
            slot.delay = max(slot.delay, 0.001)  # without a delay Scrapy does not look at the clock
            slot.lastseen = monotonic() + seconds - slot.delay


def _as_utf_8(robots: bytes) -> bytes:
    """Return a robots.txt in the encoding it is to have: one in UTF-16 would hold no rules."""
    if robots.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return robots.decode("utf-16", errors="ignore").encode()
    return robots


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
