"""A source that answers drop by drop: its time ends, and what was not reached is owed."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest
from scrapy import Request
from twisted.python.failure import Failure

from crawlers.failures import ending_of
from crawlers.feeds import Entry
from crawlers.health import assess
from crawlers.outcomes import FeedDone, PageDone
from crawlers.owed import OwedPage
from crawlers.source_run import SourceRun
from crawlers.time_limit import OutOfTimeError, SourceTimeLimit
from crawlers.visit import Visit
from tests.crawlers.conftest import Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer, page

LIMIT = 4.0
SOURCE = source("sample", "https://o.example/feed")


def _drips(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(LIMIT + 0.5)
    body = page("At last")
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    handler.wfile.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def test_a_source_whose_time_is_up_owes_the_rest_to_the_next_run(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    rest = [f"/story-{number}" for number in range(5)]
    outlet.routes["/slow"] = _drips
    for path in rest:
        outlet.article(path)
    limits = {"source_timeout": LIMIT, "page_timeout": 30}
    url = outlet.feed("/slow", *rest)
    first = crawl_feeds(sample=url, settings=limits).source("sample")
    assert (first.outcomes["new"], first.reasons) == (1, {"failed:out_of_time": 5})
    assert (first.health, first.fetched) == ("healthy", 1)
    assert first.detail == "its time was up before 5 pages, which the next run asks for"
    assert sum(outlet.seen[path] for path in rest) == 0
    outlet.article("/newest")
    outlet.feed("/newest")
    second = crawl_feeds(sample=url).source("sample")
    assert (second.outcomes["new"], second.health, second.detail) == (6, "healthy", "")


def test_what_waits_out_a_long_crawl_delay_ends_with_its_sources_time(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.12") as slow:
        slow.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 600\n")
        rest = [f"{slow.url}/story-{number}" for number in range(2)]
        url = outlet.feed(*rest)
        feeds = {"first": slow.feed(*rest), "second": url, "other": url}
        began = time.monotonic()
        report = crawl_feeds(settings={"source_timeout": LIMIT, "crawl_processes": 1}, **feeds)
        took = time.monotonic() - began
        assert set(slow.seen) == {"/robots.txt"}
    assert took < LIMIT + 15
    assert report.source("first").detail == f"out_of_time at {slow.url}/feed.xml"
    assert report.source("second").reasons == {"failed:out_of_time": 2}
    assert report.source("second").health == "failing"


def test_the_time_of_one_source_is_not_anothers() -> None:
    limit = SourceTimeLimit(0.0)
    run = SourceRun(SOURCE, None, SOURCE.access)
    with pytest.raises(OutOfTimeError, match="sample has had its 0 s") as raised:
        limit.process_request(Request("https://o.example/feed", cb_kwargs={"run": run}))
    failure = Failure(raised.value)  # type: ignore[no-untyped-call]
    assert ending_of(failure, "https://o.example/feed") == ("failed", "out_of_time")
    limit.process_request(Request("https://o.example/robots.txt"))
    SourceTimeLimit(60.0).process_request(Request("https://o.example/", cb_kwargs={"run": run}))


def test_a_source_of_which_no_page_was_reached_is_failing() -> None:
    feed = FeedDone(source_id="s", url="https://o.example/feed", outcome="read", entries=1)
    late = PageDone(
        source_id="s",
        url="https://o.example/a",
        outcome="failed",
        reason="out_of_time",
        fetched=False,
    )
    lost = late.model_copy(update={"reason": "timeout", "fetched": True})
    assert assess([feed], [late], None)[0] == "failing"
    status, detail = assess([feed], [late, lost], None)
    assert status == "failing"
    assert detail.startswith("all 1 pages asked for were lost, most to timeout; its time was up")


def test_pages_that_failed_when_asked_come_last_and_those_never_reached_do_not() -> None:
    run = SourceRun(SOURCE, None, SOURCE.access)
    places = [f"https://o.example/{name}" for name in ("failed", "late", "new")]
    run.owe(OwedPage(places[0]))
    run.owe(OwedPage(places[1], asked=False))
    for place in places:
        run.line_up(Visit(SOURCE, Entry(place, "", "", None, ""), place, place))
    asked = []
    while visit := run.next_visit():
        asked.append(visit.url)
        assert run.next_visit() is None
        run.asking = False
    assert asked == [places[1], places[2], places[0]]
