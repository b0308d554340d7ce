"""Servers that misbehave: the run ends, each fault is in the report, the rest is crawled."""

from __future__ import annotations

import gzip
import socket
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from articles.archive import Archive
from articles.settings import StorageSettings
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, Route, page

SLOW = 0.05
"""Seconds between bytes of a slow body."""


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
    )
    handler.connection.close()
    handler.close_connection = True


def _head(handler: BaseHTTPRequestHandler, length: int, *more: str) -> None:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {length}", *more]
    handler.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode())


def _slow(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 100_000)
    try:
        for _ in range(2_000):
            handler.wfile.write(b"x")
            time.sleep(SLOW)
    except OSError:
        handler.close_connection = True


def _cut_short(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 50_000)
    handler.wfile.write(page("Cut short"))
    handler.close_connection = True


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    try:
        for _ in range(1_000):
            handler.wfile.write(b"<p>more</p>" * 10_000)
    except OSError:
        handler.close_connection = True


def _to(address: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": address})


def _faults() -> dict[str, tuple[Route, str]]:
    """Return what the server does at each path, and the ending that is due."""
    bomb = gzip.compress(b"<p>" + b"0" * 50_000_000)
    return {
        "/robots-forbid": (Answer(page("Private")), "rejected:robots"),
        "/loop": (Answer(status=302, headers={"Location": "/loop"}), "failed:redirects"),
        "/huge": (Answer(b"x" * 3_000_000), "rejected:too_large"),
        "/endless": (_endless, "rejected:too_large"),
        "/bomb": (Answer(bomb, headers={"Content-Encoding": "gzip"}), "rejected:too_large"),
        "/slow": (_slow, "failed:timeout"),
        "/reset": (_reset, "failed:connection"),
        "/cut-short": (_cut_short, "failed:incomplete"),
        "/torn-gzip": (
            Answer(gzip.compress(page("Torn"))[:90], headers={"Content-Encoding": "gzip"}),
            "failed:incomplete",
        ),
        "/empty": (Answer(b""), "rejected:empty"),
        "/report.pdf": (Answer(b"%PDF-1.7", content_type="application/pdf"), "rejected:not_html"),
        "/picture": (Answer(b"\x89PNG\r\n\x1a\n0000"), "rejected:not_html"),
        "/stub": (Answer(b"<html><title>Hm</title><p>Log in.</p></html>"), "rejected:no_text"),
        "/forbidden": (Answer(b"no", 403), "failed:http_403"),
        "/error": (Answer(b"no", 500), "failed:http_500"),
        "/no-content": (Answer(b"", 204), "failed:http_204"),
        "/home": (Answer(status=302, headers={"Location": "/"}), "rejected:front_page"),
        "/nowhere": (Answer(status=302), "failed:http_302"),
        "/to-a-file": (_to("file:///etc/passwd"), "failed:redirect_not_http"),
        "/to-ftp": (_to("ftp://outlet.example/a"), "failed:redirect_not_http"),
        "/to-a-script": (_to("javascript:alert(1)"), "failed:redirect_not_http"),
        "/to-data": (_to("data:text/html,<p>x</p>", 307), "failed:redirect_not_http"),
        "/to-mail": (_to("mailto:desk@outlet.example"), "failed:redirect_not_http"),
        "/to-a-broken-address": (_to("http://[::1"), "failed:redirect_invalid"),
        "/to-no-host": (_to("https:///a"), "failed:redirect_invalid"),
        "/to-no-port": (_to("http://outlet.example:99999/"), "failed:redirect_invalid"),
    }


def test_every_fault_has_its_reason_and_the_rest_is_crawled(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    faults = _faults()
    robots = b"User-agent: *\nDisallow: /robots-forbid\n"
    outlet.routes["/robots.txt"] = Answer(robots, content_type="text/plain")
    for path, (route, _) in faults.items():
        outlet.routes[path] = route
    outlet.article("/")
    outlet.article("/last")
    limits = {"max_page_bytes": 1_000_000, "page_timeout": 1}
    report = crawl_feeds(
        sample=outlet.feed(*faults, "/last"),
        dead="http://127.0.0.11:9/feed.xml",
        settings=limits,
    )
    told = {p.url.removeprefix(outlet.url): f"{p.outcome}:{p.reason}" for p in report.pages}
    assert told == {path: expected for path, (_, expected) in faults.items()} | {
        "/last": "new:None"
    }
    assert outlet.seen["/robots-forbid"] == 0
    assert outlet.seen["/loop"] == 6
    assert report.source("dead").health == "failing"
    assert report.source("dead").feeds[0].reason == "connection"
    assert max(process.peak_memory_bytes for process in report.processes) < 500_000_000


def test_a_page_of_millions_of_tags_leaves_the_rest_and_the_memory_alone(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    wide = gzip.compress(b"<html><body><article>" + b"<p>x" * 1_990_000)
    assert len(wide) < 20_000
    outlet.routes["/wide"] = Answer(wide, headers={"Content-Encoding": "gzip"})
    outlet.article("/last")
    report = crawl_feeds(sample=outlet.feed("/wide", "/last"))
    assert [(each.outcome, each.reason) for each in report.pages] == [
        ("rejected", "too_large"),
        ("new", None),
    ]
    assert max(process.peak_memory_bytes for process in report.processes) < 300_000_000


def test_feeds_that_cannot_be_read_say_so(
    outlet: OutletServer, crawl_feeds: Crawl, tmp_path: Path
) -> None:
    xml = "application/rss+xml"
    rss = "<rss version='2.0'><channel>{}</channel></rss>"
    inside = tmp_path / "inside.xml"
    inside.write_text(rss.format("<item><title>A file of this machine</title></item>"))
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    laughs = f'<?xml version="1.0"?><!DOCTYPE r [{entities}]>' + rss.format(
        "<item><title>&a11;</title></item>"
    )
    feeds: dict[str, tuple[Answer, str, str]] = {
        "page": (Answer(page("A page")), "malformed", "malformed"),
        "nothing": (Answer(b"", content_type=xml), "malformed", "malformed"),
        "a_file_name": (Answer(str(inside).encode()), "malformed", "malformed"),
        "json": (Answer(b'{"a": [1, 2'), "malformed", "malformed"),
        "quiet": (Answer(rss.format("").encode(), content_type=xml), "read", "empty"),
        "gone": (Answer(b"gone", 410), "failed", "failing"),
        "barred": (Answer(b"no", 403), "failed", "blocked"),
        "big": (Answer(b" " * 2_000_000, content_type=xml), "rejected", "failing"),
        "laughs": (Answer(laughs.encode(), content_type=xml), "read", "failing"),
    }
    for name, (answer, _, _) in feeds.items():
        outlet.routes[f"/{name}.xml"] = answer
    addresses = {name: f"{outlet.url}/{name}.xml" for name in feeds}
    report = crawl_feeds(settings={"max_page_bytes": 1_000_000}, **addresses)
    told = {
        s.source_id: (s.feeds[0].outcome, s.health)
        for s in report.sources
        if s.source_id != "laughs"
    }
    assert told == {
        n: (outcome, health) for n, (_, outcome, health) in feeds.items() if n != "laughs"
    }
    assert report.totals["new"] == 0
    assert max(process.peak_memory_bytes for process in report.processes) < 500_000_000


def test_a_long_feed_is_cut_and_the_report_counts_the_rest(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/p0")
    report = crawl_feeds(
        sample=outlet.feed(*(f"/p{n}" for n in range(40))), settings={"max_feed_entries": 3}
    )
    feed = report.source("sample").feeds[0]
    assert (feed.entries, feed.left_out, len(report.pages)) == (3, 37, 3)


def test_a_wrong_charset_does_not_spoil_the_text(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    words = "马尼拉港口工人罢工进入第三天，谈判仍未恢复，航运公司说货物已经改道高雄"
    body = page(words, head='<meta charset="iso-8859-1">')
    outlet.routes["/cn"] = Answer(body, content_type="text/html; charset=iso-8859-1")
    crawl_feeds(sample=outlet.feed("/cn"))
    (article,) = Archive(storage.archive).read("crawled")
    assert words in article.title


def test_an_outlet_that_bars_us_is_blocked(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    outlet.article("/one")
    report = crawl_feeds(sample=outlet.feed("/one"))
    part = report.source("sample")
    assert (part.health, part.feeds[0].outcome, part.feeds[0].reason) == (
        "blocked",
        "rejected",
        "robots",
    )
    assert outlet.seen["/feed.xml"] == 0


def test_an_outlet_whose_pages_are_all_barred_is_blocked(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    for path in ("/one", "/two"):
        outlet.routes[path] = Answer(b"subscribers only", 401)
    part = crawl_feeds(sample=outlet.feed("/one", "/two")).source("sample")
    assert part.health == "blocked"
    assert part.detail == "all 2 pages asked for were lost, most to http_401"
