"""Listings: section pages of outlets without feeds, whose links to articles follow a pattern."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote, unquote_plus, urldefrag, urlsplit

from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.utils.response import get_base_url

from articles.identity import registered_domain
from crawlers.extraction.charset import encoding_of
from crawlers.feeds import Entry, Feed, MalformedFeedError, looks_like

_BASE = re.compile(rb"<base\b", re.IGNORECASE)
_LEADS_ELSEWHERE = re.compile(r"\s*(/|www\.)|.*://", re.IGNORECASE | re.DOTALL)
"""The start of a query value that is an address or path: of a story to be shared, or to return to
after a login."""

LISTING_STAMP = "listing:"
"""The stamp of every link: a listing says nothing of whether an article has changed."""


def read_listing(
    body: bytes,
    url: str,
    content_type: str | None,
    pattern: str,
    limit: int,
    hosts: Collection[str] = (),
) -> Feed:
    """Return the links of a section page to its outlet's articles, in the page's order.

    They are those that match a pattern and lie under the page's own registered domain (where it has
    none, on its host) or on further hosts. Links to share an article or to log in for it name it in
    their query, and often lead to other sites.

    Args:
        body: The page.
        url: Its address, which relative links go by.
        content_type: As the server declares it.
        pattern: A regular expression that is searched in the absolute address, but not in query
            values that are themselves an address or a path.
        limit: Links returned at the most.
        hosts: Further hosts of the outlet's articles, in small letters.

    Raises:
        MalformedFeedError: the document is no web page, or no link of it matches and is the
            outlet's; says on which hosts those lie that match.
    """
    page = _page(body, url, content_type)
    links = LinkExtractor().extract_links(page) if b"<" in body else []
    found = dict.fromkeys(urldefrag(link.url).url for link in links)
    matching = [each for each in found if re.search(pattern, _as_searched(each))]
    addresses = [each for each in matching if _is_own(each, url, hosts)]
    if not addresses:
        # A section page always lists something: without a match, the outlet has a new layout.
        foreign = ", ".join(sorted({_host(each) for each in matching}))
        but = f" but ones on {foreign}, which its `hosts` do not name" if foreign else ""
        raise MalformedFeedError(
            f"No link of {url} matches {pattern!r}{but}; it is {looks_like(body)}"
        )
    entries = (Entry(each, "", "", None, LISTING_STAMP) for each in addresses[:limit])
    return Feed(tuple(entries), max(0, len(addresses) - limit))


def _as_searched(address: str) -> str:
    """Return an address without the values of its query that are an address or a path."""
    start, mark, query = address.partition("?")
    return start + mark + "&".join(map(_without_place, query.split("&")))


def _without_place(parameter: str) -> str:
    name, sign, value = parameter.partition("=")
    place = _LEADS_ELSEWHERE.match(unquote(unquote_plus(value)))  # some are quoted twice
    return name + sign if place else parameter


def _is_own(address: str, page: str, hosts: Collection[str]) -> bool:
    if _host(address) in hosts:
        return True
    domain = registered_domain(page)
    return registered_domain(address) == domain if domain else _host(address) == _host(page)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _page(body: bytes, url: str, content_type: str | None) -> HtmlResponse:
    """Return the page in the encoding that its bytes are in, rid of a base that is no address."""
    page = HtmlResponse(url, body=body, encoding=encoding_of(body, content_type))
    try:
        get_base_url(page)
    except ValueError:  # 'http://[::1'
        return page.replace(body=_BASE.sub(b"<no-base", body))
    return page
