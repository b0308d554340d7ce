"""The time limit of a source: an outlet that answers drop by drop must not hold up a whole run."""

from __future__ import annotations

from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawlers.visit import source_of

SETTING = "SHOALWATCH_SOURCE_TIMEOUT"


class OutOfTimeError(IgnoreRequest):
    """The time of a request's source is up: it is not asked in this run."""


class SourceTimeLimit:
    """Downloader middleware that asks a source nothing more once its time is up.

    Scrapy's own CLOSESPIDER_TIMEOUT would end the other sources of the process too. Retries and
    redirects are requests as well, and end here; what is under way ends by its own time limit.
    """

    def __init__(self, seconds: float) -> None:
        """Allow every source so many seconds from its first request on."""
        self._seconds = seconds
        self._since: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the limit from the settings."""
        return cls(crawler.settings.getfloat(SETTING))

    def process_request(self, request: Request) -> None:
        """Refuse a request of a source whose time is up. Raises OutOfTimeError."""
        source = source_of(request)
        if source is None:
            return
        now = monotonic()
        if now - self._since.setdefault(source.id, now) >= self._seconds:
            raise OutOfTimeError(f"{request.url}: {source.id} has had its {self._seconds:g} s")
