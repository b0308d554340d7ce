"""Measure whether a crawl's memory and time stay flat as one outlet names more pages.

    .venv/bin/python benchmarks/crawl_growth.py [--pages 1000 20000]

One outlet on loopback (on the same cores) names that many short pages in a sitemap; one crawl
process reads them with delay 0 into an archive of its own. Prints pages a second, CPU seconds for a
thousand pages, and the process's peak memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.settings import StorageSettings  # noqa: E402
from crawlers.catalogue import SitemapAccess, Source  # noqa: E402
from crawlers.run import crawl  # noqa: E402
from crawlers.settings import CrawlSettings  # noqa: E402

ADDRESS = "127.0.0.41"
SENTENCE = "The harbour office said on day {n} that {n} vessels had waited at the strait. "


class _Outlet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages = 0

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "sitemap.xml":
            root = f"http://{ADDRESS}:{self.server.server_port}"  # type: ignore[attr-defined]
            urls = "".join(f"<url><loc>{root}/{n}</loc></url>" for n in range(self.pages))
            self._say(200, f"<urlset>{urls}</urlset>")
        elif name.isdigit():
            text = "".join(f"<p>{SENTENCE.format(n=int(name) * 10 + n)}</p>" for n in range(8))
            title = f"Vessels wait, report {name}"
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


def _crawled(pages: int, port: int) -> str:
    _Outlet.pages = pages
    access = SitemapAccess(kind="sitemap", url=f"http://{ADDRESS}:{port}/sitemap.xml")
    source = Source(
        id="outlet",
        name="Outlet",
        country="ZZ",
        language="en",
        owner=None,
        state_media=False,
        access=(access,),
    )
    settings = CrawlSettings(
        crawl_delay=0,
        allowed_private_hosts=("127.0.0.0/8",),
        crawl_processes=1,
        max_feed_entries=pages,
        contact="https://benchmark.invalid",
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as home:
        report = crawl([source], settings, StorageSettings(home=Path(home)))
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
    said = ask.parse_args()
    server = ThreadingHTTPServer((ADDRESS, 0), _Outlet)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for pages in said.pages:
        print(_crawled(pages, server.server_port), flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
