"""Listings: section pages of outlets without feeds, whose links to articles follow a pattern."""

from __future__ import annotations

from urllib.parse import urldefrag

from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor

from crawlers.feeds import Entry, Feed, MalformedFeedError, looks_like

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
    headers = {"Content-Type": content_type or "text/html"}
    page = HtmlResponse(url, headers=headers, body=body)
    links = LinkExtractor(allow=pattern).extract_links(page) if b"<" in body else []
    addresses = list(dict.fromkeys(urldefrag(link.url).url for link in links))
    if not addresses:
        # A section page always lists something: without a match, the outlet has a new layout.
        raise MalformedFeedError(f"No link of {url} matches {pattern!r}; it is {looks_like(body)}")
    entries = (Entry(each, "", "", None, LISTING_STAMP) for each in addresses[:limit])
    return Feed(tuple(entries), max(0, len(addresses) - limit))
