"""Articles that two outlets name, that change, and that only the feed shows."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import SENTENCE, Answer, OutletServer

TEXT = "".join(f"<p>{SENTENCE.format(n=n)}</p>" for n in range(3, 9))


def _full_feed(outlet: OutletServer, path: str, text: str = TEXT, at: str = "/feed.xml") -> str:
    item = (
        f"<item><title>Harbour report</title><link>{outlet.url}{path}</link>"
        f"<author>Desk</author><description>{escape(text)}</description></item>"
    )
    body = f'<rss version="2.0"><channel>{item}</channel></rss>'.encode()
    outlet.routes[at] = Answer(body, content_type="application/rss+xml")
    return outlet.url + at


@pytest.mark.parametrize(
    "refusal", [Answer(b"no", 403), Answer(b"no", 401), Answer(b"<html><p>Log in</p></html>")]
)
def test_the_feeds_text_is_taken_where_the_page_refuses(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, refusal: Answer
) -> None:
    outlet.routes["/story"] = refusal
    feed = _full_feed(outlet, "/story")
    part = crawl_feeds(sample=feed).source("sample")
    (article,) = Archive(storage.archive).read("crawled")
    assert (article.title, article.text_from) == ("Harbour report", "feed")
    assert article.text.splitlines()[0] == SENTENCE.format(n=3).strip()
    assert part.health == "healthy"
    assert part.detail == "1 articles have the feed's text: their pages refuse us"
    again = crawl_feeds(sample=feed, settings={"recheck_hours": 0})
    assert again.totals["unchanged"] == 1


def test_what_robots_txt_forbids_is_not_taken_from_the_feed(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /story\n")
    report = crawl_feeds(sample=_full_feed(outlet, "/story"))
    assert report.source("sample").reasons == {"rejected:robots": 1}


def test_a_teaser_is_no_text_and_a_page_once_seen_is_kept(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/teased"] = Answer(b"no", 403)
    teaser = _full_feed(outlet, "/teased", "<p>Read on at our site.</p>")
    assert crawl_feeds(teased=teaser).source("teased").reasons == {"failed:http_403": 1}
    outlet.article("/story")
    feed = _full_feed(outlet, "/story")
    crawl_feeds(sample=feed)
    outlet.routes["/story"] = Answer(b"no", 403)
    report = crawl_feeds(sample=feed, settings={"recheck_hours": 0})
    assert report.source("sample").reasons == {"failed:http_403": 1}
    (article,) = Archive(storage.archive).read("crawled")
    assert (article.version, article.text_from) == (1, "page")


def test_one_address_of_two_sources_is_one_article_that_knows_both(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.12") as other:
        outlet.article("/story")
        first = crawl_feeds(owner=outlet.feed("/story"))
        copy = other.feed(f"{outlet.url}/story")
        assert first.totals["new"] == 1
        for _ in range(2):
            report = crawl_feeds(owner=f"{outlet.url}/feed.xml", reader=copy)
            assert report.source("reader").reasons in ({"duplicate:same_address": 1}, {})
            (article,) = Archive(storage.archive).read("crawled", versions=True)
            assert (article.source_id, article.also_from) == ("owner", ("reader",))


def test_a_new_version_says_what_changed(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/story", "Ships wait", title="Ships wait")
    feed = outlet.feed("/story")
    crawl_feeds(sample=feed)
    outlet.article("/story", "Ships wait", title="Ships no longer wait")
    outlet.routes["/story"] = Answer(outlet.routes["/story"].body)  # type: ignore[union-attr]
    outlet.feed("/story", title="Another word in the feed: {path}")
    crawl_feeds(sample=feed)
    first, second = Archive(storage.archive).read("crawled", versions=True)
    assert (first.changed, second.changed) == ((), ("title",))


def test_a_feed_names_the_authors_of_a_page_that_names_none(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/signed", head='<meta name="author" content="Mei Tan">')
    outlet.article("/unsigned")
    outlet.article("/by-the-outlet")
    space = "http://purl.org/dc/elements/1.1/"
    said = {"/signed": "Budi Santoso", "/unsigned": "Budi Santoso", "/by-the-outlet": "Sample"}
    items = "".join(
        f"<item><title>T</title><link>{outlet.url}{path}</link><d:creator>{name}</d:creator></item>"
        for path, name in said.items()
    )
    body = f'<rss version="2.0" xmlns:d="{space}"><channel>{items}</channel></rss>'.encode()
    outlet.routes["/feed.xml"] = Answer(body, content_type="application/rss+xml")
    crawl_feeds(sample=f"{outlet.url}/feed.xml")
    found = Archive(storage.archive).read("crawled")
    assert {article.url.removeprefix(outlet.url): article.authors for article in found} == {
        "/signed": ("Mei Tan",),
        "/unsigned": ("Budi Santoso",),
        "/by-the-outlet": (),
    }
