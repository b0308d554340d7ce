"""Feeds and servers that would exhaust a crawl: bombs, endless lists, bursts of errors."""

from __future__ import annotations

import zlib
from http.server import BaseHTTPRequestHandler

from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

XML = "application/rss+xml"
MEMORY = 500_000_000
"""Bytes that a crawl process may take at the most, whatever comes."""
TEN_GIGABYTES = 10 * 2**30


def _bomb() -> bytes:
    """Return a gzip body of 10 GB of spaces: 10 MB on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"<rss version='2.0'><channel>")
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the same megabyte packs to the same bytes, so one is packed, not 10,000.
    again = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block + again * (TEN_GIGABYTES // 2**20)


def _laughs(depth: int = 30) -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)
    )
    item = f"<item><title>&a{depth - 1};</title><link>https://o.example/x</link></item>"
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><rss version="2.0"><channel>'
        f"{item}</channel></rss>"
    ).encode()


def _long(outlet: OutletServer, entries: int) -> bytes:
    items = "".join(f"<item><link>{outlet.url}/p{n}</link></item>" for n in range(entries))
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def _deep() -> bytes:
    return b"<html><body>" + b"<div>" * 20_000 + b"text" + b"</div>" * 20_000


def _failing_twice(outlet: OutletServer, path: str, status: int, retry_after: str | None) -> None:
    """Serve errors for the first two requests, then the article."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        late = outlet.seen[path] > 2
        body = page(f"About {path}") if late else b"no"
        handler.send_response(200 if late else status)
        if retry_after and not late:
            handler.send_header("Retry-After", retry_after)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    outlet.routes[path] = answer


def test_bombs_and_endless_feeds_leave_the_rest_and_the_memory_alone(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    gzipped = {"Content-Encoding": "gzip"}
    bomb = _bomb()
    outlet.routes["/bomb.xml"] = Answer(bomb, content_type=XML, headers=gzipped)
    outlet.routes["/small-bomb.xml"] = Answer(
        bomb[: len(bomb) // 2], content_type=XML, headers=gzipped
    )
    outlet.routes["/laughs.xml"] = Answer(_laughs(), content_type=XML)
    outlet.routes["/long.xml"] = Answer(_long(outlet, 200_000), content_type=XML)
    outlet.routes["/deep"] = Answer(_deep())
    for name in ("/p0", "/p1", "/fine"):
        outlet.article(name)
    report = crawl_feeds(
        bomb=f"{outlet.url}/bomb.xml",
        small_bomb=f"{outlet.url}/small-bomb.xml",
        laughs=f"{outlet.url}/laughs.xml",
        long=f"{outlet.url}/long.xml",
        fine=outlet.feed("/deep", "/fine"),
        settings={"max_feed_entries": 2, "page_timeout": 60, "max_page_bytes": 20_000_000},
    )
    feeds = {part.source_id: part.feeds[0] for part in report.sources}
    assert len(bomb) < 20_000_000
    assert (feeds["bomb"].outcome, feeds["bomb"].reason) == ("rejected", "too_large")
    assert (feeds["small_bomb"].outcome, feeds["small_bomb"].reason) == ("rejected", "too_large")
    assert (feeds["long"].entries, feeds["long"].left_out) == (2, 199_998)
    assert report.source("long").outcomes["new"] == 2
    assert report.source("laughs").outcomes["new"] == 0
    assert report.source("fine").reasons == {"rejected:no_text": 1}
    assert report.source("fine").outcomes["new"] == 1
    assert max(process.peak_memory_bytes for process in report.processes) < MEMORY
    assert all(process.exit == 0 for process in report.processes)


def test_bursts_of_errors_are_waited_out(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    _failing_twice(outlet, "/burst", 503, None)
    _failing_twice(outlet, "/busy", 429, "1")
    outlet.routes["/busy-for-a-day"] = Answer(b"no", 429, headers={"Retry-After": "86400"})
    outlet.article("/too-late")
    report = crawl_feeds(
        sample=outlet.feed("/burst", "/busy", "/busy-for-a-day", "/too-late"),
        settings={"page_timeout": 20},
    )
    told = {p.url.removeprefix(outlet.url): (p.outcome, p.reason) for p in report.pages}
    assert told == {
        "/burst": ("new", None),
        "/busy": ("new", None),
        "/busy-for-a-day": ("failed", "http_429"),
        "/too-late": ("failed", "retry_after"),
    }
    assert (outlet.seen["/busy-for-a-day"], outlet.seen["/too-late"]) == (1, 0)
