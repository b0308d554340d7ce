"""Measure a crawl of the recorded newsroom: pages a second, memory, and what a second pass costs.

    .venv/bin/python benchmarks/crawl_newsroom.py [--shared ../shared] [--rounds 3] [--processes 2]

Serves the 395 recorded pages of 213 outlets on loopback (on the same cores), crawls them with
delay 0 from nothing into an archive, extraction included, and again over the unchanged outlets.
Prints the median of the rounds, and the load of the machine before each.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.settings import StorageSettings  # noqa: E402
from crawlers.catalogue import FeedAccess, Source  # noqa: E402
from crawlers.report import CrawlReport  # noqa: E402
from crawlers.run import crawl  # noqa: E402
from crawlers.settings import CrawlSettings  # noqa: E402

Pass = tuple[CrawlReport, float]
"""A report, and the CPU seconds of its crawl processes, which other work hardly changes."""


@contextmanager
def served(shared: Path, port: int) -> Iterator[list[Source]]:
    command = [sys.executable, str(shared / "newsroom" / "serve.py"), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        server.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/outlets.json") as answer:
            yield [_source(outlet) for outlet in json.load(answer)]
        server.terminate()


def _source(outlet: dict[str, str]) -> Source:
    return Source(
        id="outlet_" + re.sub(r"[^a-z0-9]+", "_", outlet["host"].lower()).strip("_"),
        name=outlet["host"],
        country="ZZ",
        languages=("en",),
        owner=None,
        state_media=False,
        access=(FeedAccess(kind="feed", url=outlet["address"] + outlet["feed"]),),
    )


def _timed(sources: list[Source], settings: CrawlSettings, storage: StorageSettings) -> Pass:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = crawl(sources, settings, storage)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return report, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _line(name: str, passes: list[Pass]) -> str:
    reports = [report for report, _ in passes]
    cpu = median(seconds for _, seconds in passes)
    seconds = median(report.seconds for report in reports)
    pages = len(reports[0].pages)
    peak = max(process.peak_memory_bytes for report in reports for process in report.processes)
    return (
        f"{name}: {seconds:.1f} s, {pages} pages, {pages / seconds:.1f} pages a second, "
        f"{cpu:.1f} CPU seconds in the crawl processes, "
        f"{reports[0].received_bytes:,} bytes received, "
        f"peak {peak / 1e6:.0f} MB in a crawl process, {reports[0].totals}"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description="Crawl the recorded newsroom, and time it")
    ask.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--processes", type=int, default=2)
    ask.add_argument("--port", type=int, default=8941)
    said = ask.parse_args()
    settings = CrawlSettings(
        crawl_delay=0,
        allowed_private_hosts=("127.0.0.0/8",),
        crawl_processes=said.processes,
        contact="https://benchmark.invalid",
    )
    first, second = [], []
    with served(said.shared, said.port) as sources:
        for number in range(said.rounds):
            print(f"round {number + 1}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            with tempfile.TemporaryDirectory() as home:
                storage = StorageSettings(home=Path(home))
                first.append(_timed(sources, settings, storage))
                second.append(_timed(sources, settings, storage))
    print(_line("first pass", first))
    print(_line("second pass", second))


if __name__ == "__main__":
    main()
