"""Redirects: followed as the target's requests, or named in the report where they lead nowhere."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response
from w3lib.url import safe_url_string

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses whose Location is followed."""


def fault_of_redirect(
    response: Response,
) -> Literal["redirect_not_http", "redirect_invalid"] | None:
    """Return why a response's redirect cannot be followed; None where it can, or is none."""
    location = response.headers.get("Location")
    if location is None or response.status not in REDIRECTS:
        return None
    try:
        parts = urlsplit(urljoin(response.url, safe_url_string(location)))
        named = bool(parts.hostname) and parts.port != 0  # a port out of range is a ValueError
    except ValueError:  # 'http://[::1'
        return "redirect_invalid"
    if parts.scheme not in {"http", "https"}:
        return "redirect_not_http"
    return None if named else "redirect_invalid"


class WebRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects; an answer whose redirect cannot be followed is handed on as it is.

    Scrapy alone breaks off at a broken address, and asks for the path of a `mailto:` at no host.
    It would also leave the request in the queue of the host that it came from, so that the delays
    of the one that it leads to would not hold.
    """

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - part of the signature
    ) -> Request | Response:
        """Return the request for where the response leads, or the response."""
        if fault_of_redirect(response):
            return response
        followed = super().process_response(request, response)
        if isinstance(followed, Request):
            followed.meta.pop(Downloader.DOWNLOAD_SLOT, None)
        return followed
