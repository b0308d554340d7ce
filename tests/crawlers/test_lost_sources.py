"""A source whose pages are all lost is told of in every run, also where none is asked for again."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from articles.settings import StorageSettings
from articles.state import State
from crawlers.run import check
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer

BARRED = Answer(b"User-agent: *\nDisallow: /lost\n", content_type="text/plain")


def _without_validators(outlet: OutletServer, *paths: str) -> str:
    """Serve a feed that is read anew in every run."""
    url = outlet.feed(*paths)
    served = outlet.routes["/feed.xml"]
    assert isinstance(served, Answer)
    outlet.routes["/feed.xml"] = dataclasses.replace(served, etag=None)
    return url


@pytest.mark.parametrize(
    ("page", "reason", "health"),
    [
        (BARRED, "rejected:robots", "blocked"),
        (Answer(b"", 451), "failed:http_451", "blocked"),
        (Answer(b"<html><div id=app></div></html>"), "rejected:no_text", "failing"),
        (Answer(b"", 404), "failed:http_404", "failing"),
    ],
    ids=["robots", "http_451", "no_text", "http_404"],
)
def test_a_lost_source_stays_so_until_a_page_of_it_is_had(
    outlet: OutletServer,
    storage: StorageSettings,
    crawl_feeds: Crawl,
    page: Answer,
    reason: str,
    health: str,
) -> None:
    for path in ("/lost-1", "/lost-2"):
        outlet.routes["/robots.txt" if page is BARRED else path] = page
    url = _without_validators(outlet, "/lost-1", "/lost-2")
    first = crawl_feeds(sample=url).source("sample")
    assert (first.health, first.fetched, first.reasons) == (health, 2, {reason: 2})
    second = crawl_feeds(sample=url).source("sample")
    assert (second.health, second.fetched, second.reasons) == (health, 0, {reason: 2})
    why = reason.rpartition(":")[2]
    told = f"all 2 pages named are lost, most to {why}; none was asked for in this run"
    assert (second.detail, second.since) == (told, first.since)
    with State.open(storage.state) as state:
        ((row,), yields) = state.source_health(), state.yields("sample", datetime.now(UTC).date())
    assert (row.status, row.detail, row.since) == (health, told, first.since)
    assert row.last_success is None
    assert yields == {}
    outlet.article("/good")
    _without_validators(outlet, "/lost-1", "/lost-2", "/good")
    assert [crawl_feeds(sample=url).source("sample").health for _ in "12"] == ["healthy"] * 2


def test_a_page_that_is_had_at_last_speaks_for_the_outlet(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/late"] = Answer(b"out of order", 503)
    url = _without_validators(outlet, "/lost", "/late")
    assert crawl_feeds(sample=url).source("sample").health == "failing"
    outlet.article("/late")
    _without_validators(outlet, "/lost")
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["new"], part.outcomes["failed"], part.health) == (1, 1, "healthy")


def test_a_feed_whose_items_have_no_address_is_malformed(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    items = "".join(f"<item><title>T{n}</title></item>" for n in range(3))
    broken = "<item><title>T</title><link>mailto:desk@o.example</link></item>"
    outlet.article("/good")
    good = f"<item><title>T</title><link>{outlet.url}/good</link></item>"

    def serve(listed: str) -> None:
        body = f"<rss version='2.0'><channel>{listed}</channel></rss>".encode()
        tag = f'"{len(body)}"'
        outlet.routes["/feed.xml"] = Answer(body, content_type="application/rss+xml", etag=tag)

    serve(items + broken)
    url = f"{outlet.url}/feed.xml"
    told = ("malformed", f"no_address at {url}")
    first = crawl_feeds(sample=url).source("sample")
    assert first.reasons == {"rejected:no_address": 3, "rejected:invalid_address": 1}
    second = crawl_feeds(sample=url).source("sample")
    assert second.feeds[0].outcome == "not_modified"
    assert [(each.health, each.detail) for each in (first, second)] == [told] * 2
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    (answer,) = check([source("sample", url)], settings)
    assert (answer.outcome, answer.reason) == ("read", "no_address")
    serve(items + good)
    third = crawl_feeds(sample=url).source("sample")
    assert (third.health, third.detail, third.outcomes["new"]) == ("healthy", "", 1)


def test_the_last_good_run_of_a_lost_source_stays_where_it_was(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    """From there on its sitemaps are read, once it is back."""
    outlet.article("/good")
    url = _without_validators(outlet, "/good")
    crawl_feeds(sample=url)
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with State.open(storage.state) as state:
        (row,) = state.source_health()
        ran = {"last_run": week_ago, "last_success": week_ago}
        state.save_source_health(row.model_copy(update=ran))
    _without_validators(outlet, "/lost-1", "/lost-2")
    assert [crawl_feeds(sample=url).source("sample").health for _ in "12"] == ["failing"] * 2
    with State.open(storage.state) as state:
        (row,) = state.source_health()
    assert row.last_success == week_ago
