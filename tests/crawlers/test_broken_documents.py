"""Documents with half characters, and charsets and bases that are none, are read all the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from articles.settings import StorageSettings
from crawlers.catalogue import ListingAccess
from crawlers.extraction.charset import decode
from crawlers.feeds import Feed, MalformedFeedError, read_feed
from crawlers.listings import read_listing
from crawlers.replay import replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.sitemaps import read_sitemap
from crawlers.spiders import source as source_spider
from crawlers.ways import Document, read_document
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

URL = "https://o.example/feed"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SETTINGS = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
NO_CHARSETS = ["hex", "rot13", "base64", "undefined", "idna", "punycode", "unicode_escape", "x-no"]
REFERENCES = [
    ("&#55357;&#56832;", "😀"),
    ("&#xD83D;&#xde00;", "😀"),
    ("&amp;#55357;&amp;#56832;", "😀"),
    ("<![CDATA[&#55357;&#56832;]]>", "😀"),
    ("&#55357; &#56832;", "\ufffd \ufffd"),
    ("&#55357;", "\ufffd"),
    ("&#55295;&#57344;&#x1f600;", "\ud7ff\ue000😀"),
]


def _json_feed(title: str) -> bytes:
    item = {"url": f"/a{title[2:]}", "title": title, "content_text": title, "author": title}
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "items": [item, {"url": "/b"}]}).encode()


@pytest.mark.parametrize(
    ("title", "read"), [("x \ud83d", "x \ufffd"), ("x \ude00!", "x \ufffd!"), ("x 😀", "x 😀")]
)
def test_half_a_character_in_a_json_feed_is_replaced(title: str, read: str) -> None:
    first, second = read_feed(_json_feed(title), URL, None, 10).entries
    assert (first.title, first.summary, first.authors) == (read, read, (read,))
    assert first.address == f"https://o.example/a{read[2:]}"
    assert second.address == "https://o.example/b"


@pytest.mark.parametrize(("written", "read"), REFERENCES)
def test_a_character_in_two_references_is_one(written: str, read: str) -> None:
    item = f"<item><title>x {written} y</title><link>/a</link></item>"
    rss = f'<rss version="2.0"><channel>{item}<item><link>/b</link></item></channel></rss>'
    found = read_feed(rss.encode(), URL, None, 10).entries
    assert [entry.title for entry in found] == [f"x {read} y", ""]
    name = "http://www.google.com/schemas/sitemap-news/0.9"
    news = f"<n:news><n:title>x {written} y</n:title></n:news>"
    page = f"<url><loc>/a</loc>{news}</url><url><loc>/b</loc></url>"
    sitemap = f'<urlset xmlns:n="{name}">{page}</urlset>'
    found = read_sitemap(sitemap.encode(), URL, NOW, 10, NOW).entries
    assert [entry.title for entry in found] == [f"x {read} y", ""]


@pytest.mark.parametrize("charset", NO_CHARSETS)
def test_a_charset_by_which_no_text_is_read_is_ignored(charset: str) -> None:
    text = "<html><p>Les dockers ont repris le travail à la fin de la journée, après cinq jours"
    told = f"text/html; charset={charset}"
    for head in ("", '<meta charset="iso-8859-1">', f'<meta charset="{charset}">'):
        page = (head + text).encode("latin-1")
        assert decode(page, told) == decode(page) == head + text
    links = b'<a href="/2026/a">caf\xe9</a>'
    (entry,) = read_listing(links, URL, told, "2026", 10).entries
    assert entry.address == "https://o.example/2026/a"


@pytest.mark.parametrize("base", ["http://[::1", "http://a:b/", "http://\u2100.example/"])
def test_a_base_that_is_no_address_is_ignored(base: str) -> None:
    page = f'<html><head><BASE href="{base}"></head><a href="2026/a">a</a></html>'
    (entry,) = read_listing(page.encode(), URL, None, "2026", 10).entries
    assert entry.address == "https://o.example/2026/a"


def test_a_base_that_is_an_address_counts() -> None:
    page = b'<html><base href="/news/"><a href="2026/a">a</a></html>'
    (entry,) = read_listing(page, URL, None, "2026", 10).entries
    assert entry.address == "https://o.example/news/2026/a"


def test_such_documents_are_crawled(outlet: OutletServer, storage: StorageSettings) -> None:
    outlet.article("/b")
    outlet.article("/2026/c")
    outlet.routes["/feed.json"] = Answer(_json_feed("x \ud83d"), content_type="application/json")
    links = b'<html><base href="http://[::1"><a href="/2026/c">caf\xe9</a></html>'
    outlet.routes["/all"] = Answer(links, content_type="text/html; charset=hex")
    listing = ListingAccess(kind="listing", url=f"{outlet.url}/all", pattern="2026")
    entries = [
        source("feed", f"{outlet.url}/feed.json"),
        source("listing", listing.url).model_copy(update={"access": (listing,)}),
    ]
    report = crawl(entries, SETTINGS, storage)
    assert [each.health for each in report.sources] == ["healthy", "healthy"]
    assert report.source("feed").reasons == {"failed:http_404": 1}
    assert report.totals["new"] == 2


def test_what_was_not_foreseen_ends_the_document_and_nothing_else(
    outlet: OutletServer, storage: StorageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet.article("/b")
    feeds = outlet.feed("/b", path="/a.xml"), outlet.feed("/b", path="/b.xml")
    entry = source("sample", *feeds)
    keep = storage.home / "pages"
    crawl([entry], SETTINGS, storage, keep_pages=keep)

    def breaks(document: Document, *how: object) -> Feed:
        if document.url == feeds[0]:
            raise RuntimeError("not foreseen")
        return read_document(document, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(source_spider, "read_document", breaks)
    again = replay([entry], SETTINGS, storage, keep, datetime.now(UTC).date())
    (done,) = again.sources
    assert (done.health, done.detail) == ("malformed", f"internal_error at {feeds[0]}")
    assert [(page.url[-2:], page.outcome) for page in again.pages] == [("/b", "new")]


def test_a_document_that_is_none_is_malformed_all_the_same() -> None:
    with pytest.raises(MalformedFeedError):
        read_feed(b'{"version": "\\ud83d", "items": 7}', URL, None, 10)
