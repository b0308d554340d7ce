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


STORY = "https://outlet.com.ph/2026/11/30/port-strike"


@pytest.mark.parametrize(
    ("link", "own"),
    [
        ("/2026/11/30/port-strike", True),
        ("https://www.outlet.com.ph/2026/11/30/port-strike", True),
        ("/2026/11/30/port-strike?page=2&lang=en/ph", True),
        ("/read/2026/11/30?next=/home", True),
        (f"https://www.facebook.com/sharer/sharer.php?u={STORY}", False),
        (f"https://twitter.com/intent/tweet?url={STORY}&amp;text=x", False),
        ("https://other.com.ph/2026/11/30/port-strike", False),
        ("/login?next=/2026/11/30/port-strike", False),
        ("/login?next=%2F2026%2F11%2F30%2Fport-strike", False),
        ("/login?next=https%253A%252F%252Foutlet.com.ph/2026/11/30/port-strike", False),
        ("/share?to=mail&amp;url=www.outlet.com.ph/2026/11/30/port-strike", False),
        (f"/send?text=Port+strike:%0A{STORY}", False),
    ],
)
def test_links_to_share_or_log_in_are_no_articles(link: str, own: bool) -> None:
    page = f'<a href="{link}">A</a><a href="/2026/11/other">B</a>'.encode()
    found = read_listing(page, "https://outlet.com.ph/news", None, r"/2026/\d+/", 10).entries
    assert len(found) == 1 + own


def test_stories_on_further_hosts_are_taken_where_the_catalogue_names_these() -> None:
    page = b'<a href="https://stories.example/2026/11/a">A</a><a href="https://x.example/2026/1/b">'
    taken = read_listing(page, "https://o.example/", None, "/2026/", 10, ("stories.example",))
    assert [entry.address for entry in taken.entries] == ["https://stories.example/2026/11/a"]
    with pytest.raises(
        MalformedFeedError,
        match=r"matches '/2026/' but ones on stories\.example, x\.example, which its `hosts`",
    ):
        read_listing(page, "https://o.example/", None, "/2026/", 10)


def test_a_page_of_a_bare_number_lists_what_is_on_its_host() -> None:
    page = b'<a href="http://127.0.0.1:9/2026/a">A</a><a href="http://127.0.0.2/2026/b">B</a>'
    (entry,) = read_listing(page, "http://127.0.0.1/", None, "2026", 10).entries
    assert entry.address == "http://127.0.0.1:9/2026/a"


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
