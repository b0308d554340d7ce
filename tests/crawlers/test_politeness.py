"""Politeness: delays, robots.txt and Retry-After, as an outlet sees them."""

from __future__ import annotations

import socket
import struct
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import brotli  # type: ignore[import-untyped]
import pytest
from scrapy.http import Response

from crawlers.politeness import retry_after
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("Tue, 24 Nov 2026 06:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 05:00:00 GMT", 0.0),
        ("soon", None),
        ("\xb2", None),  # a digit to Python, as a superscript
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    response = Response("https://o.example/", headers={"Retry-After": said.encode("latin-1")})
    assert retry_after(response, NOW) == seconds


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


def test_a_host_that_asks_to_wait_is_left_alone_for_so_long(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    asked: list[float] = []

    def busy_once(handler: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        body = page("Open again") if len(asked) > 1 else b"busy"
        handler.send_response(200 if len(asked) > 1 else 429)
        handler.send_header("Retry-After", "2")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    outlet.routes["/busy"] = busy_once
    assert crawl_feeds(sample=outlet.feed("/busy")).totals["new"] == 1
    assert asked[1] - asked[0] > 1.5


def test_a_host_that_asks_for_too_long_is_given_up(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/busy"] = Answer(b"busy", 429, headers={"Retry-After": "3600"})
    report = crawl_feeds(sample=outlet.feed("/busy"))
    assert report.source("sample").reasons == {"failed:http_429": 1}
    assert outlet.seen["/busy"] == 1
