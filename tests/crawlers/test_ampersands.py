"""Ampersands that a sitemap does not escape: its addresses are read as they were meant."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from articles.settings import StorageSettings
from crawlers.ampersands import EscapedAmpersands
from crawlers.catalogue import SitemapAccess
from crawlers.deadline import deadline
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.sitemaps import read_sitemap
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

URL = "https://o.example/sitemap.xml"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECONDS = 5.0
"""CPU seconds for what takes a fifth of one; in square time it took minutes."""


def _escaped(document: bytes) -> bytes:
    return b"".join(iter(EscapedAmpersands(document).read, b""))


def _addresses(places: str) -> list[str | None]:
    found = read_sitemap(f"<urlset>{places}</urlset>".encode(), URL, NOW, 1_000_000, NOW)
    return [entry.address for entry in found.entries]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/view?cat=1&id=1", "/view?cat=1&id=1"),
        ("/view?cat=1&amp;id=1", "/view?cat=1&id=1"),
        ("/view?cat=1&#38;id=1&#x26;p=2", "/view?cat=1&id=1&p=2"),
        ("/view?a=1&amp;b=2&c=3&", "/view?a=1&b=2&c=3&"),
        ("/view?a=1&&copy=2&lt=3&amp=4", "/view?a=1&&copy=2&lt=3&amp=4"),
        ("/view?q=a&b;c", "/view?q=a&b;c"),
        ("/view?q=&#x;&#12z;&", "/view?q=&#x;&#12z;&"),
        ("<![CDATA[/view?a=1&b=2&amp;c]]>", "/view?a=1&b=2&amp;c"),
    ],
)
def test_an_address_is_read_as_it_was_meant(written: str, meant: str) -> None:
    places = f"<url><loc>{written}</loc></url><url><loc>/b?a&c=1</loc></url>"
    assert _addresses(places) == [f"https://o.example{meant}", "https://o.example/b?a&c=1"]


def test_cdata_that_a_comment_opens_is_none() -> None:
    places = "<!-- R&D <![CDATA[ --><url><loc>/view?a=1&b=2</loc></url><!-- ]]> -->"
    assert _addresses(places) == ["https://o.example/view?a=1&b=2"]


def test_an_entity_of_html_in_a_title_is_its_character() -> None:
    news = "<n:news><n:title>Caf&eacute; R&D &amp; rice</n:title></n:news>"
    body = f'<urlset xmlns:n="http://n.example"><url><loc>/a</loc>{news}</url></urlset>'
    (entry,) = read_sitemap(body.encode(), URL, NOW, 10, NOW).entries
    assert entry.title == "Café R&D & rice"


def test_a_sitemap_in_text_is_as_it_is_written() -> None:
    (entry,) = read_sitemap(b"https://o.example/v?a=1&b=2\n", URL, NOW, 10, NOW).entries
    assert entry.address == "https://o.example/v?a=1&b=2"


def test_a_long_sitemap_is_read_piece_by_piece() -> None:
    places = "".join(f"<url><loc>/view?cat=1&id={n}&amp;p=1</loc></url>" for n in range(20_000))
    meant = [f"https://o.example/view?cat=1&id={n}&p=1" for n in range(20_000)]
    assert _addresses(places) == meant


@pytest.mark.parametrize("opening", [b"<!--", b"<![CDATA[", b"<!-- -- >", b"<!-"])
def test_what_is_never_closed_takes_no_square_time(opening: bytes) -> None:
    document = opening * 200_000
    with deadline(SECONDS):
        assert _escaped(document) == document


def test_a_document_of_nothing_else_is_not_held_in_its_grown_length() -> None:
    document = b"&" * 300_000
    stream = EscapedAmpersands(document)
    tracemalloc.start()
    try:
        length = sum(map(len, iter(stream.read, b"")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length == 5 * len(document)
    assert peak < 500_000


def test_pages_at_such_addresses_are_had(outlet: OutletServer, storage: StorageSettings) -> None:
    paths = [f"/view?cat=1&id={number}" for number in (1, 2)]
    places = ""
    for path in paths:
        outlet.article(path)
        places += f"<url><loc>{outlet.url}{path}</loc></url>"
    outlet.routes["/s.xml"] = Answer(f"<urlset>{places}</urlset>".encode())
    access = SitemapAccess(kind="sitemap", url=f"{outlet.url}/s.xml")
    entry = source("sample", access.url).model_copy(update={"access": (access,)})
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    assert crawl([entry], settings, storage).totals["new"] == 2
