"""Feeds of several pages are read as far as they name anything new, whatever fails on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from articles.settings import StorageSettings
from articles.state import State
from crawlers.replay import replay
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer

BROKEN = Answer(b"broken", 500)


def _feed(outlet: OutletServer, *pages: str) -> str:
    """Serve a feed of several pages, each of stories named by letters; return its address."""
    for number, stories in enumerate(pages, 1):
        for story in stories:
            outlet.article(f"/{story}")
        outlet.feed(*(f"/{story}" for story in stories), path=_path(number))
        if number < len(pages):
            _name_next(outlet, number, outlet.url + _path(number + 1))
    return outlet.url + _path(1)


def _path(number: int) -> str:
    return "/feed.xml" if number == 1 else f"/feed.xml?page={number}"


def _name_next(outlet: OutletServer, number: int, address: str) -> None:
    answer = outlet.routes[_path(number)]
    assert isinstance(answer, Answer)
    link = f'<channel><link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{address}"/>'
    body = answer.body.replace(b"<channel>", link.encode())
    tag = f'"{hash(body)}"'
    outlet.routes[_path(number)] = Answer(body, content_type="application/rss+xml", etag=tag)


def _answers(report: CrawlReport) -> list[str]:
    """Return how each page of the feed ended, in their order."""
    feeds = sorted(report.source("sample").feeds, key=lambda feed: feed.url)
    return [feed.reason or feed.outcome for feed in feeds if feed.kind == "feed"]


def _unfinished(storage: StorageSettings) -> dict[str, dict[str, datetime]]:
    with State.open(storage.state) as state:
        return state.unfinished_feeds()


def test_a_page_that_failed_once_is_read_in_the_next_run(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    feed = _feed(outlet, "abc", "def", "g")
    well = outlet.routes[_path(2)]
    outlet.routes[_path(2)] = BROKEN
    first = crawl_feeds(sample=feed)
    assert (_answers(first), first.totals["new"]) == (["read", "http_500"], 3)
    assert list(_unfinished(storage)["sample"]) == [feed]
    outlet.routes[_path(2)] = well
    second = crawl_feeds(sample=feed)
    assert (_answers(second), second.totals["new"]) == (["read"] * 3, 4)
    assert second.source("sample").health == "healthy"
    assert _unfinished(storage) == {}
    assert _answers(crawl_feeds(sample=feed)) == ["not_modified"]


def test_a_page_that_broke_off_is_read_again(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    feed = _feed(outlet, "ab", "cd")
    whole = outlet.routes[_path(2)]
    assert isinstance(whole, Answer)
    torn = whole.body[: whole.body.index(b"/d<")]
    outlet.routes[_path(2)] = Answer(torn, content_type=whole.content_type)
    first = crawl_feeds(sample=feed)
    assert _answers(first) == ["read", "cut_short"]
    assert outlet.seen["/d"] == 0
    outlet.routes[_path(2)] = whole
    assert crawl_feeds(sample=feed).totals["new"] == 1
    assert outlet.seen["/d"] == 1


def test_a_story_of_a_later_page_that_was_refused_is_asked_for_again(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    feed = _feed(outlet, "ab", "cd")
    outlet.routes["/d"] = Answer(b"not you", 403)
    assert crawl_feeds(sample=feed).totals["new"] == 3
    outlet.article("/d")
    assert crawl_feeds(sample=feed).totals["new"] == 1
    assert _answers(crawl_feeds(sample=feed)) == ["not_modified"]


def test_pages_are_read_up_to_one_that_names_nothing_new(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    crawl_feeds(sample=_feed(outlet, "pa"))
    outlet.seen.clear()
    report = crawl_feeds(sample=_feed(outlet, "phg", "fed", "cba", "pa", "z"))
    assert _answers(report) == ["read"] * 4
    assert report.totals["new"] == 7
    assert outlet.seen[_path(5)] == 0


def test_pages_beyond_the_bound_are_counted(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    report = crawl_feeds(sample=_feed(outlet, *"abcdefg"))
    feeds = sorted(report.source("sample").feeds, key=lambda feed: feed.url)
    assert [feed.left_out for feed in feeds] == [0, 0, 0, 0, 1]
    assert report.totals["new"] == 5
    assert report.source("sample").health == "healthy"


def test_a_next_page_at_no_web_address_is_counted(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    feed = _feed(outlet, "a")
    _name_next(outlet, 1, "file:///etc/passwd")
    (done,) = crawl_feeds(sample=feed).source("sample").feeds
    assert (done.outcome, done.entries, done.left_out) == ("read", 1, 1)


@pytest.mark.parametrize(("days", "given_up"), [(6, False), (8, True)])
def test_pages_are_owed_for_a_week(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, days: int, given_up: bool
) -> None:
    feed = _feed(outlet, "a", "b")
    outlet.routes[_path(2)] = Answer(b"gone", 404)
    crawl_feeds(sample=feed)
    with State.open(storage.state) as state:
        long_ago = datetime.now(UTC) - timedelta(days=days)
        state.save_unfinished_feed("sample", feed, long_ago)
    assert _answers(crawl_feeds(sample=feed)) == ["read", "http_404"]
    assert (_unfinished(storage) == {}) is given_up
    assert _answers(crawl_feeds(sample=feed))[:1] == ["not_modified" if given_up else "read"]


def test_what_a_killed_run_left_of_a_feed_is_read_in_a_replay_too(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    before = datetime.now(UTC)
    crawl_feeds(sample=_feed(outlet, "ab"))
    feed = _feed(outlet, "ab", "cd", "ef")
    with State.open(storage.state) as state:
        state.save_unfinished_feed("sample", feed, before)
    sources = [source("sample", feed)]
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    keep = storage.home / "pages"
    report = crawl(sources, settings, storage, keep_pages=keep)
    assert (_answers(report), report.totals["new"]) == (["read"] * 3, 4)
    remade = replay(sources, settings, storage, keep, datetime.now(UTC).date())
    assert Counter((e.url, e.outcome) for e in remade.pages) == Counter(
        (e.url, e.outcome) for e in report.pages
    )
    assert [(e.health, e.detail) for e in remade.sources] == [("healthy", "")]
