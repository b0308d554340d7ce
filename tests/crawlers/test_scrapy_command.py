"""Scrapy's own command works from the root and does what ours does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from articles.archive import Archive
from articles.lock import hold
from articles.record import Article
from tests.conftest import ROOT
from tests.crawlers.conftest import Crawl, source
from tests.crawlers.outlet_server import OutletServer


def _scrapy(sources: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "SHOALWATCH_SOURCES": str(sources),
        "SHOALWATCH_HOME": str(home),
        "SHOALWATCH_CRAWL_DELAY": "0",
        "SHOALWATCH_ALLOWED_PRIVATE_HOSTS": '["127.0.0.0/8"]',
    }
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def catalogue(outlet: OutletServer, tmp_path: Path) -> Path:
    for name in ("/one", "/two"):
        outlet.article(name)
    entries = [
        source("sample", outlet.feed("/one", "/two")).model_dump(mode="json"),
        source("left_out", outlet.feed("/three", path="/other.xml")).model_dump(mode="json"),
    ]
    file = tmp_path / "catalogue.yml"
    file.write_text(yaml.safe_dump(json.loads(json.dumps(entries))))
    return file


def _essence(articles: list[Article]) -> list[dict[str, object]]:
    return [a.model_dump(exclude={"first_seen", "fetched"}) for a in articles]


def test_scrapy_crawl_does_the_same_as_our_command(
    outlet: OutletServer, catalogue: Path, tmp_path: Path, crawl_feeds: Crawl
) -> None:
    done = _scrapy(catalogue, tmp_path / "theirs", "crawl", "feed", "-a", "source=sample")
    assert done.returncode == 0, done.stderr
    assert outlet.seen["/other.xml"] == 0
    crawl_feeds(sample=f"{outlet.url}/feed.xml")
    theirs = list(Archive(str(tmp_path / "theirs" / "archive")).read("crawled"))
    ours = list(Archive(str(tmp_path / "data" / "archive")).read("crawled"))
    assert len(theirs) == 2
    key = str
    assert sorted(_essence(theirs), key=key) == sorted(_essence(ours), key=key)


def test_a_source_that_another_crawl_is_at_is_refused(
    outlet: OutletServer, catalogue: Path, tmp_path: Path
) -> None:
    with hold(tmp_path / "home", ["crawl-sample"]):
        done = _scrapy(catalogue, tmp_path / "home", "crawl", "feed", "-a", "source=sample")
    assert done.returncode != 0
    assert "'crawl-sample' is locked: process" in done.stderr
    assert outlet.seen["/feed.xml"] == 0


def test_scrapy_lists_the_spider_and_names_an_unknown_source(
    catalogue: Path, tmp_path: Path
) -> None:
    assert _scrapy(catalogue, tmp_path, "list").stdout.split() == [
        "archive",
        "feed",
        "listing",
        "sitemap",
        "source",
    ]
    done = _scrapy(catalogue, tmp_path, "crawl", "feed", "-a", "source=nobody")
    assert "No source nobody in the catalogue" in done.stderr
    assert done.returncode != 0
