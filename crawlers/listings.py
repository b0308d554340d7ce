"""Listings: section pages of outlets without feeds, whose links to articles follow a pattern."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.utils.response import get_base_url

from crawlers.extraction.charset import encoding_of
from crawlers.feeds import Entry, Feed, MalformedFeedError, looks_like

_BASE = re.compile(rb"<base\b", re.IGNORECASE)

LISTING_STAMP = "listing:"
"""The stamp of every link: a listing says nothing of whether an article has changed."""


def read_listing(body: bytes, url: str, content_type: str | None, pattern: str, limit: int) -> Feed:
    """Return the links of a section page that match a pattern, in the page's order.

    Args:
        body: The page.
        url: Its address, which relative links go by.
        content_type: As the server declares it.
        pattern: A regular expression that is searched in the absolute address.
        limit: Links returned at the most.

    Raises:
        MalformedFeedError: the document is no web page, or no link of it matches.
    """
    page = _page(body, url, content_type)
    links = LinkExtractor(allow=pattern).extract_links(page) if b"<" in body else []
    addresses = list(dict.fromkeys(urldefrag(link.url).url for link in links))
    if not addresses:
        # A section page always lists something: without a match, the outlet has a new layout.
        raise MalformedFeedError(f"No link of {url} matches {pattern!r}; it is {looks_like(body)}")
    entries = (Entry(each, "", "", None, LISTING_STAMP) for each in addresses[:limit])
    return Feed(tuple(entries), max(0, len(addresses) - limit))


def _page(body: bytes, url: str, content_type: str | None) -> HtmlResponse:
    """Return the page in the encoding that its bytes are in, rid of a base that is no address."""
    page = HtmlResponse(url, body=body, encoding=encoding_of(body, content_type))
    try:
        get_base_url(page)
    except ValueError:  # 'http://[::1'
        return page.replace(body=_BASE.sub(b"<no-base", body))
    return page
