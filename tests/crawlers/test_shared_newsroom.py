"""Real input: 395 recorded pages of 213 outlets, each at its own address, crawled end to end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import FeedAccess, Source
from crawlers.outcomes import PAGE_OUTCOMES
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK

PORT = 8931


@pytest.fixture
def recorded(shared: Path) -> Iterator[list[dict[str, Any]]]:
    """Serve the recorded outlets; yield their list."""
    command = [sys.executable, str(shared / "newsroom" / "serve.py"), "--port", str(PORT)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        assert b"outlets" in server.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/outlets.json") as answer:
            yield json.load(answer)
        server.terminate()


def _catalogue(outlets: Sequence[dict[str, Any]]) -> list[Source]:
    return [
        Source(
            id="outlet_" + re.sub(r"[^a-z0-9]+", "_", outlet["host"].lower()).strip("_"),
            name=outlet["host"],
            country="ZZ",
            languages=("en",),
            owner=None,
            state_media=False,
            access=(FeedAccess(kind="feed", url=outlet["address"] + outlet["feed"]),),
        )
        for outlet in outlets
    ]


def _f1(found: str, gold: str) -> float:
    """Return the F1 of the words of two texts, counted with repeats."""
    ours, theirs = Counter(found.split()), Counter(gold.split())
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def test_recorded_pages_become_articles(
    recorded: list[dict[str, Any]], shared: Path, storage: StorageSettings
) -> None:
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    first = crawl(_catalogue(recorded), settings, storage)
    gold = {
        row["id"]: row
        for row in map(json.loads, (shared / "pages" / "gold.jsonl").open(encoding="utf-8"))
    }
    named = Counter(page.url.rsplit("/", 1)[1].removesuffix(".html") for page in first.pages)
    assert named == dict.fromkeys(gold, 1), "every page is accounted for once"
    articles = list(Archive(storage.archive).read("crawled"))
    assert len(articles) >= 390
    assert len(articles) == first.totals["new"]
    by_page = {a.url.rsplit("/", 1)[1].removesuffix(".html"): a for a in articles}
    assert mean(_f1(a.text, gold[name]["body"]) for name, a in by_page.items()) >= 0.90
    assert not [a.title for name, a in by_page.items() if name in a.title]
    again = crawl(_catalogue(recorded), settings, storage)
    assert again.totals == dict.fromkeys(PAGE_OUTCOMES, 0)
    assert again.received_bytes < 0.05 * first.received_bytes
