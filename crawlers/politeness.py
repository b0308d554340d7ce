"""Politeness: robots.txt with its crawl delay, and the delays of single hosts."""

from __future__ import annotations

import codecs
import re
from typing import Any
from urllib.parse import urlsplit

import structlog
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
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

from crawlers.retry_after import HostClosedError
from crawlers.settings import PRODUCT
from crawlers.visit import source_of

MAX_CRAWL_DELAY = 600.0
"""Seconds between requests that a robots.txt is obeyed in, as many as a catalogue entry can ask
for. A host that asks for more is not asked: in an hour it would give next to nothing."""
_OUR_VERSION = re.compile(rb"(?i)(user-?agent[ \t]*:[ \t]*shoalwatch)/[^\r\n]*")
"""A group that is named as our requests are, not by the product token alone."""

_NOT_HAD_WHOLE = (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    HostClosedError,
    ResponseDataLossError,
)
"""What a robots.txt ends as that may be there but could not be had: too large, its connection
broken, too slow, cut short, not asked for. A host that does not exist or refuses connections is not
among them: its pages end as `dns` or `connection`, which says more."""
_TOO_MANY_REQUESTS = 429

log = structlog.get_logger()


class ForbiddenByRobotsError(IgnoreRequest):
    """The host's robots.txt forbids the address to us."""


class RobotsUnreachableError(IgnoreRequest):
    """The host's robots.txt cannot be read just now, so nothing may be asked for."""


class CrawlDelayError(IgnoreRequest):
    """The host's robots.txt asks for a longer delay than a run can keep: it is not asked."""


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
        body = _OUR_VERSION.sub(rb"\1", body)
        response = response.replace(body=body)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # Scrapy tells of a body that is too large only when unpacked by this message
        if isinstance(exc, _NOT_HAD_WHOLE) or "DOWNLOAD_MAXSIZE" in str(exc):
            log.warning("robots_not_had", host=netloc, reason=type(exc).__name__)
            self._unreachable.add(netloc)
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Refuse what is not to be asked for.

        Raises:
            RobotsUnreachableError: whether it may be asked for cannot be known just now.
            ForbiddenByRobotsError: it may not.
            CrawlDelayError: it may, but only at longer intervals than `MAX_CRAWL_DELAY`.
        """
        if urlsplit(request.url).netloc in self._unreachable:
            raise RobotsUnreachableError(
                f"{request.url}: the host's robots.txt cannot be had just now"
            )
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise ForbiddenByRobotsError(f"{request.url}: {refusal}") from refusal
        delay = _crawl_delay(rp) if rp else 0.0
        if delay > MAX_CRAWL_DELAY:
            raise CrawlDelayError(f"{request.url}: the host asks for {delay:g} s between requests")


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below what robots.txt or the catalogue asks of a host.

    The delay that a catalogue entry asks for holds at every host that the source's requests go to,
    from the first such request on.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Watch robots.txt files; throttle by latency only where AutoThrottle is on."""
        self._floors: dict[str, float] = {}
        self.crawler = crawler
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._request_queued, signal=signals.request_reached_downloader)
        try:
            super().__init__(crawler)
        except NotConfigured:
            log.debug("autothrottle_off")

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        host, asked = urlsplit(request.url).hostname or "", _crawl_delay(robotparser)
        if asked > MAX_CRAWL_DELAY:  # RobotsMiddleware asks nothing more there
            log.warning("crawl_delay_too_long", host=host, seconds=asked)
        else:
            self._raise_floor(host, asked)

    def _request_queued(self, request: Request, spider: Spider) -> None:
        """Set the host's delay, before its queue, in which the request is, is looked at."""
        source = source_of(request)
        if source is not None:
            self._raise_floor(request.meta["download_slot"], source.politeness.delay or 0.0)
        self._keep_floor(request, spider)

    def _raise_floor(self, host: str, seconds: float) -> None:
        self._floors[host] = max(self._floors.get(host, 0.0), seconds)

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        self._keep_floor(request, spider)

    def _keep_floor(self, request: Request, spider: Spider) -> None:
        key, slot = self._get_slot(request, spider)
        if slot is not None:
            slot.delay = max(slot.delay, self._floors.get(key or "", 0.0))


def _crawl_delay(robotparser: Any) -> float:
    """Return the seconds that a robots.txt asks us to leave between requests."""
    return float(robotparser.crawl_delay(PRODUCT) or 0.0)


def _as_utf_8(robots: bytes) -> bytes:
    """Return a robots.txt in the encoding it is to have: one in UTF-16 would hold no rules."""
    if robots.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return robots.decode("utf-16", errors="ignore").encode()
    return robots
