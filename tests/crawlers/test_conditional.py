"""Documents are asked for only if they have changed, but where a 304 would hide news."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from articles.settings import StorageSettings
from crawlers.catalogue import Access, ListingAccess, SitemapAccess
from crawlers.feeds import Entry, Feed
from crawlers.report import SourceReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.visit import within_limit
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer

TODAY = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Run:
    """Crawls one source of one way of access."""

    def __init__(self, storage: StorageSettings) -> None:
        self.storage = storage

    def __call__(self, access: Access, **settings: object) -> SourceReport:
        entry = source("sample", access.url).model_copy(update={"access": (access,)})
        given = {"crawl_delay": 0, "allowed_private_hosts": LOOPBACK, **settings}
        chosen = CrawlSettings.model_validate(given)
        return crawl([entry], chosen, self.storage).source("sample")


@pytest.fixture
def run(storage: StorageSettings) -> Run:
    return Run(storage)


def _sitemap(outlet: OutletServer, path: str, *pages: str, date: str = TODAY) -> SitemapAccess:
    """Serve a sitemap of pages with an ETag, and return the way to it."""
    for page in pages:
        outlet.article(page)
    named = "".join(f"<url><loc>{page}</loc><lastmod>{date}</lastmod></url>" for page in pages)
    _serve(outlet, path, f"<urlset>{named}</urlset>")
    return SitemapAccess(kind="sitemap", url=outlet.url + path)


def _index(outlet: OutletServer, *paths: str) -> SitemapAccess:
    named = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths)
    _serve(outlet, "/index.xml", f"<sitemapindex>{named}</sitemapindex>")
    return SitemapAccess(kind="sitemap", url=f"{outlet.url}/index.xml")


def _serve(outlet: OutletServer, path: str, text: str) -> None:
    outlet.routes[path] = Answer(text.encode(), etag=f'"{hash(text)}"')


def _answers(part: SourceReport) -> dict[str, str]:
    return {feed.url.rpartition("/")[2]: feed.outcome for feed in part.feeds}


def test_an_index_that_never_changes_does_not_hide_its_sitemaps(
    outlet: OutletServer, run: Run
) -> None:
    _sitemap(outlet, "/news.xml", "/one")
    _sitemap(outlet, "/other.xml", "/other")
    way = _index(outlet, "/news.xml", "/other.xml")
    assert run(way).outcomes["new"] == 2
    _sitemap(outlet, "/news.xml", "/one", "/two")
    second = run(way)
    assert _answers(second) == {
        "index.xml": "read",
        "news.xml": "read",
        "other.xml": "not_modified",
    }
    assert (second.outcomes["new"], second.outcomes["unchanged"]) == (1, 1)
    assert "If-None-Match" not in outlet.headers["/index.xml"]


def test_a_sitemap_that_failed_is_asked_for_again_though_its_index_is_the_same(
    outlet: OutletServer, run: Run
) -> None:
    way = _index(outlet, "/news.xml")
    outlet.routes["/news.xml"] = Answer(b"later", 500)
    assert _answers(run(way)) == {"index.xml": "read", "news.xml": "failed"}
    _sitemap(outlet, "/news.xml", "/one")
    assert run(way).outcomes["new"] == 1


def test_a_sitemap_beyond_the_limit_is_gone_through_run_by_run(
    outlet: OutletServer, run: Run
) -> None:
    way = _sitemap(outlet, "/map.xml", *(f"/p{n}" for n in range(5)))
    runs = [run(way, max_feed_entries=2) for _ in range(4)]
    assert [
        (part.outcomes["new"], part.outcomes["unchanged"], part.feeds[0].left_out) for part in runs
    ] == [(2, 0, 3), (2, 2, 1), (1, 4, 0), (0, 0, 0)]
    assert _answers(runs[3]) == {"map.xml": "not_modified"}
    assert all(outlet.seen[f"/p{n}"] == 1 for n in range(5))


def test_pages_that_are_looked_at_again_leave_room_for_new_ones(
    outlet: OutletServer, run: Run
) -> None:
    way = _sitemap(outlet, "/map.xml", *(f"/p{n}" for n in range(4)))
    runs = [run(way, max_feed_entries=2, recheck_hours=0) for _ in range(2)]
    assert [part.outcomes["new"] for part in runs] == [2, 2]
    assert [part.fetched for part in runs] == [2, 4]


@pytest.mark.parametrize(
    ("known", "read"), [("", 2), ("a", 3), ("abcd", 6), ("bf", 3), ("cdef", 6), ("abcdef", 6)]
)
def test_known_pages_do_not_count_towards_the_limit(known: str, read: int) -> None:
    feed = Feed(tuple(Entry(name, "", "", None, "") for name in "abcdef"), left_out=10)
    found = within_limit(feed, 2, lambda entry: entry.address in tuple(known))
    assert found.entries == feed.entries[:read]
    assert found.left_out == 10 + 6 - read


def test_a_feed_that_was_read_in_part_is_read_again_under_a_higher_limit(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    paths = [f"/p{n}" for n in range(3)]
    for path in paths:
        outlet.article(path)
    feed = outlet.feed(*paths)
    crawl_feeds(sample=feed, settings={"max_feed_entries": 1})
    assert crawl_feeds(sample=feed).totals["new"] == 2
    assert crawl_feeds(sample=feed).source("sample").feeds[0].outcome == "not_modified"


def test_a_sitemap_that_is_read_further_back_is_read_again(outlet: OutletServer, run: Run) -> None:
    way = _sitemap(outlet, "/map.xml", "/old", date="2026-01-01")
    assert run(way).outcomes["new"] == 0
    assert _answers(run(way)) == {"map.xml": "not_modified"}
    back = run(way.model_copy(update={"days": 3650.0}))
    assert (back.outcomes["new"], _answers(back)) == (1, {"map.xml": "read"})


def test_a_listing_with_another_pattern_is_read_again(outlet: OutletServer, run: Run) -> None:
    for path in ("/news/1", "/views/1"):
        outlet.article(path)
    _serve(outlet, "/all", '<html><a href="/news/1">a</a><a href="/views/1">b</a></html>')
    way = ListingAccess(kind="listing", url=f"{outlet.url}/all", pattern="/news/")
    assert [run(way).outcomes["new"] for _ in range(2)] == [1, 0]
    assert _answers(run(way)) == {"all": "not_modified"}
    assert run(way.model_copy(update={"pattern": "/views/"})).outcomes["new"] == 1
