"""A kept day is made again with the documents that it asked for, whatever a run now would ask."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import SitemapAccess, Source
from crawlers.known import Known
from crawlers.outcomes import PageDone
from crawlers.replay import ReplayReport, replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import read_known
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer
from tests.crawlers.test_replay_days import FIRST, Kept

SETTINGS = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
HOST = "http://a.example"
MAPS = [f"{HOST}/map{n}.xml" for n in range(1, 31)]
STORIES = [f"{HOST}/story-{n}" for n in range(1, 31)]
NEWS = [f"{HOST}/news-{n}" for n in range(5)]


def _with_index(name: str, feed: str, index: str) -> Source:
    entry = source(name, feed)
    access = SitemapAccess(kind="sitemap", url=index)
    return entry.model_copy(update={"access": (*entry.access, access)})


A = _with_index("a", f"{HOST}/feed", f"{HOST}/index.xml")


class KeptMaps(Kept):
    """Responses of a process that reads an index, and of its sitemaps of one story each."""

    def index(self, maps: Iterable[str] = MAPS, path: str = "/index.xml") -> None:
        rows = "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in maps)
        self._map(HOST + path, f"<sitemapindex>{rows}</sitemapindex>")

    def map(self, number: int) -> None:
        page = f"<url><loc>{STORIES[number]}</loc></url>"
        self._map(MAPS[number], f"<urlset>{page}</urlset>")

    def asked_for(self, *documents: str) -> None:
        self._keeper.keep_known(Known(source_id="a", at=self._at, documents=documents))

    def _map(self, url: str, body: str) -> None:
        self._answer(A, url, body.encode(), "application/xml")


def _replay(storage: StorageSettings, *sources: Source, day: datetime = FIRST) -> ReplayReport:
    return replay(sources, SETTINGS, storage, storage.home / "pages", day.date())


def _bytes(storage: StorageSettings) -> dict[str, bytes]:
    archive = Path(storage.archive)
    return {str(p.relative_to(archive)): p.read_bytes() for p in sorted(archive.rglob("*.*"))}


def _urls(storage: StorageSettings) -> set[str]:
    return {article.url for article in Archive(storage.archive).read("crawled", versions=True)}


@pytest.mark.parametrize("read", [range(20), range(10, 30), range(4)])
def test_an_index_is_read_as_another_rule_chose(storage: StorageSettings, read: range) -> None:
    pages = [*NEWS, *(STORIES[number] for number in read)]
    with KeptMaps(storage, FIRST, A) as kept:
        kept.feed(A, *NEWS)
        kept.index()
        for number in read:
            kept.map(number)
        for url in pages:
            kept.page(A, url, f"About {url}")
    done = _replay(storage, A)
    assert (_urls(storage), [each.health for each in done.sources]) == (set(pages), ["healthy"])
    assert done.responses == 2 + len(read) + len(pages)
    assert {page.outcome for page in done.pages} == {"new"}
    before = _bytes(storage)
    assert _replay(storage, A).differing == ()
    assert _bytes(storage) == before


def test_responses_of_documents_that_are_not_asked_for_lose_no_page(
    storage: StorageSettings,
) -> None:
    with KeptMaps(storage, FIRST, A) as kept:
        kept.feed(A, *NEWS)
        kept.index((), "/an-index-that-the-catalogue-had.xml")
        kept.page(A, STORIES[0], "About a page of it")
        kept.index(MAPS[:1])
        kept.map(0)
        for url in (*NEWS, STORIES[0]):
            kept.page(A, url, f"About {url}")
    done = _replay(storage, A)
    assert (_urls(storage), len(done.pages)) == ({*NEWS, STORIES[0]}, 6)
    assert [each.health for each in done.sources] == ["healthy"]


def test_a_page_without_a_record_still_makes_way_for_the_next(storage: StorageSettings) -> None:
    with KeptMaps(storage, FIRST, A) as kept:
        kept.feed(A, *NEWS)
        kept.index(MAPS[:1])
        kept.map(0)
        kept.page(A, NEWS[3], "About the fourth")
    done = _replay(storage, A)
    assert _urls(storage) == {NEWS[3]}
    lost = Counter((page.outcome, page.reason) for page in done.pages if page.url in NEWS[:3])
    assert lost == {("failed", "connection"): 3}


def test_a_sitemap_that_was_asked_for_and_not_answered_leaves_its_source_interrupted(
    storage: StorageSettings,
) -> None:
    with KeptMaps(storage, FIRST, A) as kept:
        kept.feed(A)
        kept.index()
        kept.asked_for(*MAPS[:2])
        kept.map(0)
        kept.page(A, STORIES[0], "About the first")
    done = _replay(storage, A)
    assert [(each.health, each.detail) for each in done.sources] == [("failing", "interrupted")]
    assert _urls(storage) == {STORIES[0]}


def test_an_index_under_too_many_others_ends_as_it_did(storage: StorageSettings) -> None:
    places = ("/index.xml", *(f"/deep{n}.xml" for n in range(1, 4)))
    with KeptMaps(storage, FIRST, A) as kept:
        kept.feed(A)
        for place, below in zip(places, (*places[1:], "/map1.xml"), strict=True):
            kept.index([HOST + below], place)
    (done,) = _replay(storage, A).sources
    assert (done.health, done.detail) == ("malformed", f"too_deep at {HOST}/deep3.xml")


def _endings(pages: Iterable[PageDone]) -> Counter[tuple[str, str, str | None]]:
    return Counter((page.url, page.outcome, page.reason) for page in pages)


def test_a_crawl_keeps_which_sitemaps_it_asked_for(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    names = [f"/map{n}.xml" for n in range(30)]
    for number, name in enumerate(names):
        page = f"<urlset><url><loc>/story-{number}</loc></url></urlset>"
        outlet.routes[name] = Answer(page.encode())
        outlet.article(f"/story-{number}")
    outlet.article("/news")
    maps = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    outlet.routes["/index.xml"] = Answer(f"<sitemapindex>{maps}</sitemapindex>".encode())
    entry = _with_index("sample", outlet.feed("/news"), f"{outlet.url}/index.xml")
    keep = storage.home / "pages"
    report = crawl([entry], SETTINGS, storage, keep_pages=keep)
    assert report.totals["new"] == 21
    (file,) = keep.glob("*/*.warc.gz")
    kept = [each for known in read_known(str(file), 1_000_000) for each in known.documents or ()]
    assert sorted(kept) == sorted(outlet.url + name for name in names if outlet.seen[name])
    before = _bytes(storage)
    again = _replay(storage, entry, day=datetime.now(UTC))
    assert (again.differing, _endings(again.pages)) == ((), _endings(report.pages))
    shutil.rmtree(storage.archive)
    _replay(storage, entry, day=datetime.now(UTC))
    assert _bytes(storage) == before
