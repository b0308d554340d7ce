"""A known page is looked at again when a document of another kind says that it has changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from articles.identity import canonical_url
from articles.settings import StorageSettings
from articles.state import KnownPage, State
from crawlers.catalogue import FeedAccess, SitemapAccess
from crawlers.feeds import Entry, read_feed, stamp
from crawlers.listings import LISTING_STAMP
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.sitemaps import SITEMAP_STAMP, read_sitemap
from crawlers.visit import Visit, must_fetch
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer, page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FETCHED = datetime(2026, 11, 21, 10, tzinfo=UTC)
URL = "https://outlet.example/a"


def _is_asked(entry: Entry, before: str, fetched: datetime = FETCHED) -> bool:
    """Whether a page is asked for that was last had, under a stamp, too long ago for a recheck."""
    known = KnownPage(
        canonical_url=URL,
        article_id="a",
        source_id="outlet",
        first_seen=FETCHED,
        content_hash="x",
        last_outcome="new",
        last_fetched=fetched,
        feed_stamp=before,
    )
    visit = Visit(source("outlet", URL), entry, URL, URL, known)
    return must_fetch(visit, CrawlSettings(), NOW)


def _in_sitemap(lastmod: str) -> Entry:
    body = f"<urlset><url><loc>{URL}</loc><lastmod>{lastmod}</lastmod></url></urlset>"
    return read_sitemap(body.encode(), URL, FETCHED - timedelta(days=30), 10, NOW).entries[0]


@pytest.mark.parametrize(
    ("lastmod", "asked"),
    [
        ("2026-11-21T09:59:00Z", False),
        ("2026-11-21T10:01:00Z", True),
        ("2026-11-21T17:30:00+08:00", False),
        ("2026-11-20", False),
        ("2026-11-21", False),
        ("2026-11-22", True),
        ("", False),
        ("soon", False),
    ],
)
def test_a_sitemap_tells_of_a_page_that_a_feed_had_named(lastmod: str, asked: bool) -> None:
    entry = _in_sitemap(lastmod)
    assert _is_asked(entry, stamp("Title", "Sat, 21 Nov 2026")) == asked
    assert _is_asked(entry, LISTING_STAMP) == asked
    assert not _is_asked(entry, entry.stamp)  # once it was had, what it says is no news


def test_a_day_is_asked_for_once() -> None:
    today = _in_sitemap("2026-11-24")
    assert _is_asked(today, "feed", NOW - timedelta(days=1))
    assert not _is_asked(today, "feed", NOW)


@pytest.mark.parametrize(("updated", "asked"), [("2026-11-21", False), ("2026-11-22", True)])
def test_a_feed_tells_of_a_page_that_a_sitemap_had_named(updated: str, asked: bool) -> None:
    dates = f"<published>2026-11-20T08:00:00Z</published><updated>{updated}T08:00:00Z</updated>"
    item = f'<entry><title>T</title><link href="{URL}"/>{dates}</entry>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{item}</feed>'
    version = "https://jsonfeed.org/version/1.1"
    dated = {"date_published": "2026-11-20T08:00:00Z", "date_modified": f"{updated}T08:00:00Z"}
    of_json = json.dumps({"version": version, "items": [{"id": "1", "url": URL, **dated}]})
    for body in (atom, of_json):
        (entry,) = read_feed(body.encode(), URL, None, 10, now=NOW).entries
        assert entry.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
        assert _is_asked(entry, SITEMAP_STAMP + stamp("T")) == asked


class TestCrawl:
    """A source with a feed and a sitemap, whose stories were met three days ago."""

    def _crawl(self, outlet: OutletServer, storage: StorageSettings) -> CrawlReport:
        ways = (
            FeedAccess(kind="feed", url=f"{outlet.url}/feed.xml"),
            SitemapAccess(kind="sitemap", url=f"{outlet.url}/sitemap.xml"),
        )
        entry = source("sample", ways[0].url).model_copy(update={"access": ways})
        settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
        return crawl([entry], settings, storage)

    def _list(self, outlet: OutletServer, *rows: tuple[str, datetime]) -> None:
        named = "".join(
            f"<url><loc>{path}</loc><lastmod>{at.isoformat()}</lastmod></url>" for path, at in rows
        )
        outlet.routes["/sitemap.xml"] = Answer(f"<urlset>{named}</urlset>".encode())

    def test_a_story_that_has_left_the_feed_is_had_again_once(
        self, outlet: OutletServer, storage: StorageSettings
    ) -> None:
        for path in ("/story", "/same", "/other"):
            outlet.article(path)
        outlet.feed("/story", "/same")
        self._list(outlet)
        assert self._crawl(outlet, storage).totals["new"] == 2
        now, then = datetime.now(UTC), timedelta(days=3)
        with State.open(storage.state) as state:
            for path in ("/story", "/same"):
                known = state.page(canonical_url(f"{outlet.url}{path}"))
                assert known is not None
                moved = {"first_seen": now - then, "last_fetched": now - then}
                state.save_page(known.model_copy(update=moved))
        outlet.routes["/story"] = Answer(page("The bridge has collapsed"))
        outlet.feed("/other")
        self._list(outlet, ("/story", now - timedelta(hours=1)), ("/same", now - then * 1.1))
        outlet.seen.clear()
        totals = self._crawl(outlet, storage).totals
        assert (totals["new"], totals["updated"]) == (1, 1)
        assert (outlet.seen["/story"], outlet.seen["/same"]) == (1, 0)
        self._crawl(outlet, storage)
        assert outlet.seen["/story"] == 1
