"""Keeping what no page is read from: redirects, robots.txt, answers that are asked for again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response

from crawlers.redirects import REDIRECTS, fault_of_redirect
from crawlers.warc import Passing

if TYPE_CHECKING:
    from crawlers.spiders.page import PageSpider

ROBOTS_PRIORITY = RobotsTxtMiddleware.DOWNLOAD_PRIORITY
"""By which Scrapy's own requests for robots.txt are told from ours."""


class PassingResponses:
    """Downloader middleware, outside of redirects and retries, that keeps what these take in."""

    def __init__(self, crawler: Crawler) -> None:
        """Keep for the crawler's spider, if it keeps pages."""
        self._crawler = crawler
        self._retried = {int(code) for code in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self._times = crawler.settings.getint("RETRY_TIMES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the crawler whose spider keeps pages."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep a response that will not reach the spider, and hand it on as it is."""
        passing = self._passing(request, response)
        spider: PageSpider | None = self._crawler.spider  # type: ignore[assignment]
        if passing and spider is not None and spider.keeper is not None:
            about = request.cb_kwargs
            visit, run = about.get("visit"), about.get("run")
            source = visit.source.id if visit else run.source.id if run else ""
            asked = visit.url if visit else about.get("url", request.url)
            spider.keep(response, source, asked, datetime.now(UTC), passing)
        return response

    def _passing(self, request: Request, response: Response) -> Passing | None:
        if request.priority == ROBOTS_PRIORITY:
            return "robots"
        if response.status in REDIRECTS and "Location" in response.headers:
            return None if fault_of_redirect(response) else "redirect"
        again = request.meta.get("retry_times", 0) < self._times
        return "retried" if again and response.status in self._retried else None
