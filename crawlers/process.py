"""One crawl process: `python -m crawlers.process` reads a spec from stdin and tells of events.

A Twisted reactor starts once in a process, so every crawl has one of its own. The spec is the first
line of stdin; stdin stays open for as long as the parent lives, and its end stops the crawl. Events
go to what was stdout as JSON lines; whatever prints goes to stderr.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from articles.errors import ShoalwatchError
from crawlers.crawl_spec import CrawlSpec
from crawlers.outcomes import Event
from crawlers.spiders.source import SourceSpider

STORAGE_FAILED = 4
"""Exit code of a process whose archive or state could not be written."""


def main() -> int:
    """Crawl; return the exit code."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    spec = CrawlSpec.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    return crawl_here(spec, _teller(events))


def crawl_here(spec: CrawlSpec, tell: Callable[[Event], None]) -> int:
    """Crawl in this process, which can do so only once; return its exit code."""
    settings = Settings()
    settings.setmodule("crawlers.scrapy_settings", priority="project")
    settings.setdict(spec.settings.for_scrapy(), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(SourceSpider)
    process.crawl(crawler, spec=spec, tell=tell)
    process.start()
    spider = crawler.spider
    if not isinstance(spider, SourceSpider) or process.bootstrap_failed:
        return 1
    return STORAGE_FAILED if spider.storage_error else 0


def _stop_with_parent() -> None:
    """Stop the crawl, as Ctrl-C would, when the parent's end of stdin closes."""
    # Not through sys.stdin: a thread that holds its lock aborts the interpreter's exit.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def _teller(events: BinaryIO) -> Callable[[Event], None]:
    """Return a function that writes events for the parent, while there is one."""
    listening = True

    def tell(event: Event) -> None:
        nonlocal listening
        if not listening:
            return
        try:
            events.write(event.model_dump_json().encode() + b"\n")
            events.flush()
        except BrokenPipeError:
            listening = False

    return tell


if __name__ == "__main__":
    try:
        code = main()
    except ShoalwatchError as problem:
        sys.stderr.write(f"{problem}\n")
        code = 1
    sys.stderr.flush()
    os._exit(code)  # all is written and closed; the interpreter would free object by object
