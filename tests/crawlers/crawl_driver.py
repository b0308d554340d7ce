"""Crawls what a JSON file says, as a program of its own: for tests that kill it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from articles.settings import StorageSettings
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, source


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    settings = CrawlSettings(
        crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=told["processes"]
    )
    sources = [source(name, url) for name, url in told["feeds"].items()]
    crawl(sources, settings, StorageSettings(home=Path(told["home"])))


if __name__ == "__main__":
    main()
