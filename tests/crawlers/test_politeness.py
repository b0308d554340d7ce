"""Politeness: delays and robots.txt, as an outlet sees them."""

from __future__ import annotations

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler

import brotli  # type: ignore[import-untyped]
import pytest
from pydantic import ValidationError

from articles.settings import StorageSettings
from crawlers.catalogue import Politeness
from crawlers.politeness import MAX_CRAWL_DELAY
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer, page


class _Clock:
    """Answers with an article and notes when it was asked."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.at.append(time.monotonic())
        body = page(f"About {handler.path}")
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    @property
    def span(self) -> float:
        """Seconds from first to last: 1.6 for three requests 0.8 apart, less what a busy machine
        took to note the first."""
        return self.at[-1] - self.at[0]


def _clocked(outlet: OutletServer, count: int = 3) -> tuple[str, _Clock]:
    clock = _Clock()
    paths = [f"/p{n}" for n in range(count)]
    for path in paths:
        outlet.routes[path] = clock
    return outlet.feed(*paths), clock


def test_robots_crawl_delay_is_kept_even_where_ours_is_nought(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.8\n")
    feed, clock = _clocked(outlet)
    assert crawl_feeds(sample=feed).totals["new"] == 3
    assert clock.span > 1.2


def test_a_robots_file_with_a_server_error_stops_us_for_now(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/robots.txt"] = Answer(b"out of order", 503)
    outlet.article("/story")
    part = crawl_feeds(sample=outlet.feed("/story")).source("sample")
    assert (part.health, part.feeds[0].reason) == ("failing", "robots_unreachable")
    assert outlet.seen["/feed.xml"] == 0


def test_a_robots_file_that_cannot_be_had_whole_is_no_permission(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    with OutletServer("127.0.0.12") as other:
        outlet.routes["/robots.txt"] = Answer(rules + b"# and so on\n" * 20_000)
        torn = brotli.compress(rules)[:-4]
        other.routes["/robots.txt"] = Answer(torn, headers={"Content-Encoding": "br"})
        feeds = {"large": outlet.feed("/a"), "torn": other.feed("/a")}
        report = crawl_feeds(settings={"max_page_bytes": 100_000}, **feeds)
        asked = outlet.seen["/feed.xml"] + other.seen["/feed.xml"]
    reasons = [report.source(name).feeds[0].reason for name in feeds]
    assert (reasons, asked) == (["robots_unreachable", "robots_unreachable"], 0)


def test_a_robots_file_whose_connection_breaks_or_that_asks_to_wait_is_no_permission(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    def reset(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    with OutletServer("127.0.0.12") as other:
        outlet.routes["/robots.txt"] = reset
        other.routes["/robots.txt"] = Answer(b"later", 429, headers={"Retry-After": "3600"})
        feeds = {"reset": outlet.feed("/a"), "busy": other.feed("/a")}
        report = crawl_feeds(**feeds)
        asked = outlet.seen["/feed.xml"] + other.seen["/feed.xml"]
    reasons = [report.source(name).feeds[0].reason for name in feeds]
    assert (reasons, asked) == (["robots_unreachable", "robots_unreachable"], 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_robots_file_with_a_byte_order_mark_is_read(
    encoding: str, outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    rules = f"{mark}User-agent: *\nDisallow: /story\n".encode(encoding)
    outlet.routes["/robots.txt"] = Answer(rules)
    outlet.article("/story")
    report = crawl_feeds(sample=outlet.feed("/story"))
    assert report.source("sample").reasons == {"rejected:robots": 1}


@pytest.mark.parametrize("named", ["*", "Shoalwatch", "shoalwatch/0.9 (+me@yahoo.com)"])
def test_a_group_is_ours_by_our_name_and_not_by_our_contact_address(
    named: str, outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    rules = f"User-agent: {named}\nDisallow: /story\n\nUser-agent: Yahoo\nAllow: /\n"
    outlet.routes["/robots.txt"] = Answer(rules.encode())
    outlet.article("/story")
    report = crawl_feeds(sample=outlet.feed("/story"), settings={"contact": "me@yahoo.com"})
    assert report.source("sample").reasons == {"rejected:robots": 1}


def test_the_crawl_delay_of_another_group_is_not_ours(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    rules = b"User-agent: *\nCrawl-delay: 0.8\n\nUser-agent: Yahoo\nCrawl-delay: 0\n"
    outlet.routes["/robots.txt"] = Answer(rules)
    feed, clock = _clocked(outlet)
    assert crawl_feeds(sample=feed, settings={"contact": "me@yahoo.com"}).totals["new"] == 3
    assert clock.span > 1.2


def test_a_missing_robots_file_allows_whatever_its_error_page_says(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n", 404)
    outlet.article("/story")
    assert crawl_feeds(sample=outlet.feed("/story")).totals["new"] == 1


def test_the_delay_by_setting_is_kept(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    feed, clock = _clocked(outlet)
    crawl_feeds(sample=feed, settings={"crawl_delay": 0.8})
    assert clock.span > 1.2


def test_a_host_whose_crawl_delay_is_too_long_for_a_run_is_not_asked(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/own")
    with OutletServer("127.0.0.12") as slow:
        slow.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 601\n")
        pages = [f"{slow.url}/p{n}" for n in range(3)]
        feeds = {"all": slow.feed(*pages), "some": outlet.feed("/own", *pages)}
        report = crawl_feeds(**feeds)
        assert slow.seen == {"/robots.txt": slow.seen["/robots.txt"]}
    named, partly = report.source("all"), report.source("some")
    assert (named.health, named.detail) == ("failing", f"crawl_delay at {slow.url}/feed.xml")
    assert partly.reasons == {"failed:crawl_delay": 3}
    assert (partly.outcomes["new"], partly.health) == (1, "healthy")
    assert partly.detail == (
        "a host asked for a crawl delay over 600 s before 3 pages, which the next run asks for"
    )


def test_the_longest_crawl_delay_is_one_that_the_catalogue_could_ask_for() -> None:
    assert Politeness(delay=MAX_CRAWL_DELAY).delay == 600
    with pytest.raises(ValidationError):
        Politeness(delay=MAX_CRAWL_DELAY + 1)


def _crawl_slowly(storage: StorageSettings, feed: str) -> CrawlReport:
    """Crawl a source whose catalogue entry asks for 0.8 s between two requests."""
    slow = source("slow", feed).model_copy(update={"politeness": Politeness(delay=0.8)})
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    return crawl([slow], settings, storage)


def test_the_delay_that_the_catalogue_asks_for_is_kept(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    feed, clock = _clocked(outlet)
    assert _crawl_slowly(storage, feed).totals["new"] == 3
    assert clock.span > 1.2


def test_it_is_kept_at_every_host_that_the_source_has_pages_on(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    with OutletServer("127.0.0.12") as pages:
        _, clock = _clocked(pages)
        feed = outlet.feed(*(f"{pages.url}/p{n}" for n in range(3)))
        assert _crawl_slowly(storage, feed).totals["new"] == 3
    assert clock.span > 1.2


def _redirecting(first: OutletServer, to: OutletServer, *paths: str) -> str:
    """Serve a feed of pages that lead to those of another host; return its address."""
    for path in paths:
        first.routes[path] = Answer(status=302, headers={"Location": to.url + path})
    return first.feed(*paths)


def test_the_crawl_delay_of_the_host_that_a_redirect_leads_to_is_kept(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.12") as target:
        target.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.8\n")
        _, clock = _clocked(target)
        feed = _redirecting(outlet, target, "/p0", "/p1", "/p2")
        assert crawl_feeds(sample=feed).totals["new"] == 3
    assert clock.span > 1.2


class _Counter:
    """Answers slowly with an article, and counts how many it answers at a time."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.5)
        body = page(f"About {handler.path}")
        with self._lock:  # before the answer is out: the next request may come at once
            self._now -= 1
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def test_a_host_is_asked_for_one_page_at_a_time_by_all_its_sources(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    counter = _Counter()
    feeds = {}
    for name in ("first", "second", "third"):
        paths = [f"/{name}-{number}" for number in range(2)]
        outlet.routes |= dict.fromkeys(paths, counter)
        feeds[name] = outlet.feed(*paths, path=f"/{name}.xml")
    assert crawl_feeds(**feeds).totals["new"] == 6
    assert counter.most == 1


def test_a_host_that_several_hosts_redirect_to_is_asked_for_one_page_at_a_time(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    counter = _Counter()
    with OutletServer("127.0.0.12") as second, OutletServer("127.0.0.13") as target:
        target.routes |= dict.fromkeys(("/a", "/b", "/c", "/d"), counter)
        feeds = {
            "first": _redirecting(outlet, target, "/a", "/b"),
            "second": _redirecting(second, target, "/c", "/d"),
        }
        report = crawl_feeds(settings={"crawl_processes": 1}, **feeds)
    assert report.totals["new"] == 4
    assert counter.most == 1
