"""Retry-After: a host that asks to wait is left alone for so long, by everything that waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from scrapy.http import Response

from crawlers.retry_after import retry_after
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
CLOSED = Answer(b"busy", 429, headers={"Retry-After": "86400"})


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


class _Busy:
    """Asks to wait the first time, slowly, so that others wait for the host; then answers."""

    def __init__(self, seconds: str) -> None:
        self.asked: list[float] = []
        self._seconds = seconds

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(time.monotonic())
        again = len(self.asked) > 1
        time.sleep(0.0 if again else 0.5)
        body = page("Open again") if again else b"busy"
        handler.send_response(200 if again else 429)
        handler.send_header("Retry-After", self._seconds)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def test_a_host_that_asks_to_wait_is_left_alone_for_so_long(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    busy = outlet.routes["/busy"] = _Busy("2")
    assert crawl_feeds(sample=outlet.feed("/busy")).totals["new"] == 1
    assert busy.asked[1] - busy.asked[0] > 1.5


def test_so_long_nothing_is_asked_by_another_source_of_the_host_either(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    busy = outlet.routes["/busy"] = _Busy("2")
    other = outlet.routes["/other"] = _Busy("0")
    feeds = {"first": outlet.feed("/busy"), "second": outlet.feed("/other", path="/second.xml")}
    assert crawl_feeds(**feeds).totals["new"] == 2
    assert other.asked[0] - busy.asked[0] > 1.5


def test_a_host_that_asks_for_too_long_is_not_asked_again_and_the_rest_is_owed(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    rest = [f"/story-{number}" for number in range(5)]
    outlet.routes["/busy"] = CLOSED
    for path in rest:
        outlet.article(path)
    url = outlet.feed("/busy", *rest)
    first = crawl_feeds(sample=url).source("sample")
    assert first.reasons == {"failed:http_429": 1, "failed:retry_after": 5}
    assert (first.health, first.fetched) == ("failing", 1)
    assert first.detail == (
        "all 1 pages asked for were lost, most to http_429; "
        "a host asked to be left alone before 5 pages, which the next run asks for"
    )
    assert [outlet.seen[path] for path in ("/busy", *rest)] == [1, 0, 0, 0, 0, 0]
    for path in ("/busy", "/newest"):
        outlet.article(path)
    outlet.feed("/newest")
    second = crawl_feeds(sample=url).source("sample")
    assert (second.outcomes["new"], second.health, second.detail) == (7, "healthy", "")


def test_what_waits_for_such_a_host_is_not_sent_to_it(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/busy"] = _Busy("86400")
    outlet.article("/other")
    feeds = {"first": outlet.feed("/busy"), "second": outlet.feed("/other", path="/second.xml")}
    report = crawl_feeds(**feeds)
    assert report.source("first").reasons == {"failed:http_429": 1}
    assert report.source("second").reasons == {"failed:retry_after": 1}
    assert report.source("second").health == "failing"
    assert outlet.seen["/other"] == 0


def test_a_host_that_a_redirect_leads_to_is_left_alone_and_not_the_one_it_comes_from(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/own")
    with OutletServer("127.0.0.12") as target:
        for path in ("/a", "/b"):
            outlet.routes[path] = Answer(status=302, headers={"Location": target.url + path})
            target.routes[path] = CLOSED
        report = crawl_feeds(sample=outlet.feed("/a", "/b", "/own"))
        assert (target.seen["/a"], target.seen["/b"]) == (1, 0)
    part = report.source("sample")
    assert part.reasons == {"failed:http_429": 1, "failed:retry_after": 1}
    assert (part.outcomes["new"], part.health) == (1, "healthy")


def test_a_feed_of_a_host_that_is_left_alone_is_not_asked_for(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/closed.xml"] = CLOSED
    outlet.article("/story")
    report = crawl_feeds(first=f"{outlet.url}/closed.xml", second=outlet.feed("/story"))
    assert report.source("second").feeds[0].reason == "retry_after"
    assert report.source("second").detail == f"retry_after at {outlet.url}/feed.xml"
    assert (outlet.seen["/closed.xml"], outlet.seen["/feed.xml"]) == (1, 0)
