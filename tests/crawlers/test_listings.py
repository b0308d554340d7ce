"""Listings: the links of a section page that follow a pattern, and a new layout is told."""

from __future__ import annotations

import pytest

from articles.settings import StorageSettings
from crawlers.catalogue import ListingAccess
from crawlers.feeds import MalformedFeedError
from crawlers.listings import read_listing
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

PAGE = b"""<html><a href="/2026/11/one">One</a><a href="/about">About</a>
<a href="two?id=2026">Two</a><a href="/2026/11/one#comments">Comments</a>
<a href="javascript:x('2026')">No</a></html>"""


def test_links_that_match_are_entries() -> None:
    found = read_listing(PAGE, "https://o.example/news/", None, "2026", 10)
    assert [entry.address for entry in found.entries] == [
        "https://o.example/2026/11/one",
        "https://o.example/news/two?id=2026",
    ]
    assert read_listing(PAGE, "https://o.example/news/", None, "2026", 1).left_out == 1


@pytest.mark.parametrize("body", [PAGE, b"", b"not a page"])
def test_a_page_without_a_match_is_malformed(body: bytes) -> None:
    with pytest.raises(
        MalformedFeedError, match=r"No link of https://o\.example/ matches '/2031/'"
    ):
        read_listing(body, "https://o.example/", None, "/2031/", 10)


def test_an_outlet_without_feeds_is_crawled(outlet: OutletServer, storage: StorageSettings) -> None:
    outlet.article("/story/1")
    outlet.article("/story/2")
    links = b'<a href="/story/1">First</a> <a href="/story/2">Second</a> <a href="/login">In</a>'
    outlet.routes["/news"] = Answer(b"<html>" + links + b"</html>")
    access = ListingAccess(kind="listing", url=f"{outlet.url}/news", pattern=r"/story/\d+$")
    entry = source("sample", access.url).model_copy(update={"access": (access,)})
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    first = crawl([entry], settings, storage)
    second = crawl([entry], settings, storage)
    assert first.totals["new"] == 2
    assert second.totals["unchanged"] == 2
    assert outlet.seen["/login"] == 0
    assert outlet.seen["/story/1"] == 1
