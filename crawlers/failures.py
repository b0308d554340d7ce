"""Failures: what a refused, broken or unusual answer means, in one word for the report."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web.http import PotentialDataLoss

from articles.identity import is_front_page
from crawlers.addresses import PrivateAddressError, refused_names
from crawlers.outcomes import CRAWL_DELAY, OUT_OF_TIME, RETRY_AFTER
from crawlers.politeness import CrawlDelayError, ForbiddenByRobotsError, RobotsUnreachableError
from crawlers.redirects import fault_of_redirect
from crawlers.retry_after import HostClosedError
from crawlers.time_limit import OutOfTimeError

Ending = tuple[Literal["rejected", "failed"], str]
"""An outcome without an article, and the reason."""

_PAGE_TYPES = ("text/html", "application/xhtml", "text/plain", "application/xml", "text/xml")
_REJECTED: dict[type[BaseException], str] = {
    PrivateAddressError: "private_address",
    ForbiddenByRobotsError: "robots",
    DownloadCancelledError: "too_large",  # the size is Scrapy's only reason to cancel
}
_FAILED: dict[type[BaseException], str] = {
    OutOfTimeError: OUT_OF_TIME,
    HostClosedError: RETRY_AFTER,
    CrawlDelayError: CRAWL_DELAY,
    RobotsUnreachableError: "robots_unreachable",
    DownloadTimeoutError: "timeout",
    CannotResolveHostError: "dns",
    DownloadConnectionRefusedError: "connection",
    ResponseDataLossError: "incomplete",
    PotentialDataLoss: "incomplete",
    DownloadFailedError: "connection",
    OSError: "connection",
}


def ending_of(failure: Failure, url: str) -> Ending:
    """Return how a request ended that brought no response."""
    error = failure.value
    if isinstance(error, CannotResolveHostError) and _was_refused(url):
        return "rejected", "private_address"
    for kind, reason in _REJECTED.items():
        if isinstance(error, kind):
            return "rejected", reason
    for kind, reason in _FAILED.items():
        if isinstance(error, kind):
            return "failed", reason
    return _ignored(str(error)) if isinstance(error, IgnoreRequest) else ("failed", "connection")


def ending_of_status(response: Response) -> Ending | None:
    """Return how a response ended that is no success, or None for 200 and its like."""
    if 200 <= response.status < 300 and response.status not in {204, 205, 206}:
        return None
    return "failed", fault_of_redirect(response) or f"http_{response.status}"


def ending_of_type(response: Response) -> Ending | None:
    """Return the ending of a page whose declared type is no text that could be an article."""
    declared = (response.headers.get("Content-Type") or b"").decode("latin-1").strip().lower()
    if not declared or declared.startswith(_PAGE_TYPES):
        return None
    return "rejected", "not_html"


def ending_of_redirect(asked: str, answered: str) -> Ending | None:
    """Return the ending of an article's address that leads to a front page: the article is gone."""
    if is_front_page(answered) and not is_front_page(asked):
        return "rejected", "front_page"
    return None


def _was_refused(url: str) -> bool:
    return (urlsplit(url).hostname or "").lower() in refused_names


def _ignored(message: str) -> Ending:
    # Scrapy gives both the same class; their messages are pinned by tests/crawlers.
    if "max redirections" in message:
        return "failed", "redirects"
    if "DOWNLOAD_MAXSIZE" in message:
        return "rejected", "too_large"
    return "failed", "connection"
