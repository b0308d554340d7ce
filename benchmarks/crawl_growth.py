"""Measure whether a crawl's memory and time stay flat as there are more pages.

    .venv/bin/python benchmarks/crawl_growth.py [--pages 1000 20000] [--each 1000]

Outlets on loopback (on the same cores) name that many short pages in their sitemaps, `each` of them
a thousand (the limit of one document by default); one crawl process reads them with delay 0 into an
archive of its own. Prints pages a second, CPU seconds for a thousand pages, and the process's peak
memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.settings import StorageSettings  # noqa: E402
from crawlers.catalogue import SitemapAccess, Source  # noqa: E402
from crawlers.run import crawl  # noqa: E402
from crawlers.settings import CrawlSettings  # noqa: E402

SENTENCE = "The office of {host} said on day {n} that {n} vessels had waited at the strait. "


class _Outlet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages = 0

    def do_GET(self) -> None:
        name, host = self.path.strip("/"), self.headers["Host"]
        if name == "sitemap.xml":
            root = f"http://{host}"
            urls = "".join(f"<url><loc>{root}/{n}</loc></url>" for n in range(self.pages))
            self._say(200, f"<urlset>{urls}</urlset>")
        elif name.isdigit():
            text = "".join(
                f"<p>{SENTENCE.format(host=host, n=int(name) * 10 + n)}</p>" for n in range(8)
            )
            title = f"Vessels wait at {host}, report {name}"
            self._say(
                200, f"<html><title>{title}</title><article><h1>{title}</h1>{text}</article></html>"
            )
        else:
            self._say(404, "")

    def _say(self, status: int, words: str) -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def _served(outlets: int) -> Iterator[list[Source]]:
    servers = [ThreadingHTTPServer((f"127.0.1.{n + 1}", 0), _Outlet) for n in range(outlets)]
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [_source(n, servers[n]) for n in range(outlets)]
    for server in servers:
        server.shutdown()
        server.server_close()


def _source(number: int, server: ThreadingHTTPServer) -> Source:
    address = f"http://{server.server_address[0]!s}:{server.server_port}/sitemap.xml"
    return Source(
        id=f"outlet_{number}",
        name=f"Outlet {number}",
        country="ZZ",
        languages=("en",),
        owner=None,
        state_media=False,
        access=(SitemapAccess(kind="sitemap", url=address),),
    )


def _crawled(pages: int, each: int) -> str:
    _Outlet.pages = min(pages, each)
    settings = CrawlSettings(
        crawl_delay=0,
        allowed_private_hosts=("127.0.0.0/8",),
        crawl_processes=1,
        max_feed_entries=max(each, 1),
        contact="https://benchmark.invalid",
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as home, _served(max(1, pages // each)) as sources:
        report = crawl(sources, settings, StorageSettings(home=Path(home)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = max(process.peak_memory_bytes for process in report.processes)
    return (
        f"{pages:,} pages: {report.totals['new']:,} new, {report.seconds:.1f} s, "
        f"{pages / report.seconds:.1f} pages a second, "
        f"{cpu / pages * 1000:.1f} CPU seconds for a thousand, peak {peak / 1e6:.0f} MB"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description="Crawl one outlet of few and of many pages")
    ask.add_argument("--pages", type=int, nargs="+", default=[1_000, 20_000])
    ask.add_argument("--each", type=int, default=1_000)
    said = ask.parse_args()
    for pages in said.pages:
        print(_crawled(pages, said.each), flush=True)


if __name__ == "__main__":
    main()
