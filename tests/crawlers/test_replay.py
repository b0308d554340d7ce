"""A day made again from kept pages is the day as it was crawled, byte for byte."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import Source
from crawlers.replay import ReplayError, ReplayReport, replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

SETTINGS = CrawlSettings(
    crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1, recheck_hours=0
)


def _bytes(storage: StorageSettings) -> dict[str, bytes]:
    archive = Path(storage.archive)
    return {str(p.relative_to(archive)): p.read_bytes() for p in sorted(archive.rglob("*.*"))}


def _replay(sources: list[Source], storage: StorageSettings) -> ReplayReport:
    today = datetime.now(UTC).date()
    return replay(sources, SETTINGS, storage, storage.home / "pages", today)


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def test_a_day_of_two_crawls_is_made_again(outlet: OutletServer, storage: StorageSettings) -> None:
    with OutletServer("127.0.0.12") as other:
        for number in range(6):
            outlet.article(f"/story-{number}")
        other.article("/copy", "About /story-1", title="Title: About /story-1")
        outlet.routes["/moved"] = Answer(status=302, headers={"Location": "/story-5"})
        outlet.routes["/gone"] = Answer(b"gone", 404)
        outlet.routes["/never"] = _hang_up
        paths = ["/gone", "/never", *(f"/story-{n}" for n in range(5)), "/moved"]
        sources = [
            source("sample", outlet.feed(*paths)),
            source("other", other.feed("/copy", f"{outlet.url}/story-2")),
        ]
        keep = storage.home / "pages"
        crawl(sources, SETTINGS, storage, keep_pages=keep)
        outlet.routes["/story-3"] = Answer(outlet.routes["/story-4"].body)  # type: ignore[union-attr]
        outlet.article("/story-0", "About /story-0 again", title="Another title")
        outlet.routes["/story-0"] = Answer(outlet.routes["/story-0"].body)  # type: ignore[union-attr]
        outlet.feed(*paths, title="Touched {path}")
        second = crawl(sources, SETTINGS, storage, keep_pages=keep)
    assert second.totals["updated"] == 2
    before = _bytes(storage)
    versions = list(Archive(storage.archive).read("crawled", versions=True))
    assert {article.version for article in versions} == {1, 2}
    assert {a.also_from for a in versions if a.url.endswith("/story-2")} in (
        {("other",)},
        {("sample",)},
    )

    whole = _replay(sources, storage)
    assert (whole.articles, whole.differing) == (len(versions), ())
    assert _bytes(storage) == before

    shutil.rmtree(storage.archive)
    lost = _replay(sources, storage)
    assert len(lost.differing) == lost.partitions == 2
    assert _bytes(storage) == before


def test_a_day_without_kept_pages_is_told(storage: StorageSettings) -> None:
    with pytest.raises(ReplayError, match=r"No responses of .* are kept in"):
        _replay([source("sample", "https://o.example/feed")], storage)
