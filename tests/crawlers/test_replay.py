"""A day made again from kept pages is the day as it was crawled, byte for byte."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import Source
from crawlers.outcomes import PageDone
from crawlers.replay import ReplayError, ReplayReport, replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import read_responses
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

SETTINGS = CrawlSettings(
    crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1, recheck_hours=0
)


PLAIN = "text/plain"


def _bytes(storage: StorageSettings) -> dict[str, bytes]:
    archive = Path(storage.archive)
    return {str(p.relative_to(archive)): p.read_bytes() for p in sorted(archive.rglob("*.*"))}


def _replay(sources: list[Source], storage: StorageSettings) -> ReplayReport:
    today = datetime.now(UTC).date()
    return replay(sources, SETTINGS, storage, storage.home / "pages", today)


def _endings(pages: Iterable[PageDone]) -> Counter[tuple[str, str, str, str | None]]:
    return Counter((p.source_id, p.url, p.outcome, p.reason) for p in pages)


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
        outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private", 200, PLAIN)
        outlet.article("/private/note")
        paths = ["/gone", "/never", "/private/note", *(f"/story-{n}" for n in range(5)), "/moved"]
        sources = [
            source("sample", outlet.feed(*paths)),
            source("other", other.feed("/copy", f"{outlet.url}/story-2")),
        ]
        keep = storage.home / "pages"
        first = crawl(sources, SETTINGS, storage, keep_pages=keep)
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
    reports = (first, second)
    assert _endings(whole.pages) == _endings(page for report in reports for page in report.pages)
    assert {(done.source_id, done.health, done.detail) for done in whole.sources} == {
        (each.source_id, each.health, each.detail) for report in reports for each in report.sources
    }
    assert _bytes(storage) == before

    shutil.rmtree(storage.archive)
    lost = _replay(sources, storage)
    assert len(lost.differing) == lost.partitions == 2
    assert _bytes(storage) == before


def test_what_came_on_the_way_is_kept_too(outlet: OutletServer, storage: StorageSettings) -> None:
    outlet.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private", 200, PLAIN)
    outlet.routes["/busy"] = Answer(b"busy", 503)
    outlet.routes["/moved"] = Answer(status=302, headers={"Location": "/story"})
    outlet.routes["/never"] = _hang_up
    outlet.article("/story")
    feed = outlet.feed("/moved", "/busy", "/never", "/private/note")
    keep = storage.home / "pages"
    crawl([source("sample", feed)], SETTINGS, storage, keep_pages=keep)
    (file,) = keep.glob("*/*.warc.gz")
    kept = list(read_responses(str(file), 1_000_000))
    passing = Counter((each.passing, each.status) for each in kept if each.passing)
    assert passing == {("robots", 200): 1, ("redirect", 302): 1, ("retried", 503): 2}
    answers = [e for e in kept if not e.passing and not e.failure]
    assert sorted(each.status for each in answers) == [200, 200, 503]
    assert {(e.asked or "").rpartition("/")[2]: e.failure for e in kept if e.failure} == {
        "never": ("failed", "connection"),
        "note": ("rejected", "robots"),
    }


def test_a_day_without_kept_pages_is_told(storage: StorageSettings) -> None:
    with pytest.raises(ReplayError, match=r"No responses of .* are kept in"):
        _replay([source("sample", "https://o.example/feed")], storage)


def test_a_redirect_that_cannot_be_followed_is_kept_once_and_ends_the_same(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    for path, location in (("/file", "file:///etc/passwd"), ("/broken", "http://[::1")):
        outlet.routes[path] = Answer(status=302, headers={"Location": location})
    outlet.article("/story")
    sources = [source("sample", outlet.feed("/file", "/broken", "/story"))]
    keep = storage.home / "pages"
    report = crawl(sources, SETTINGS, storage, keep_pages=keep)
    (file,) = keep.glob("*/*.warc.gz")
    kept = Counter(e.status for e in read_responses(str(file), 1_000_000) if e.passing != "robots")
    assert kept == {200: 2, 302: 2}
    endings = {"failed:redirect_not_http": 1, "failed:redirect_invalid": 1}
    assert report.source("sample").reasons == endings
    assert _endings(_replay(sources, storage).pages) == _endings(report.pages)
