"""Days made again in any order, of all sources or of some, with what other days know of them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from scrapy.http import Response
from sqlalchemy import select

from articles import tables
from articles.archive import Archive
from articles.record import Article
from articles.settings import StorageSettings
from articles.state import KnownPage, State
from crawlers.catalogue import SitemapAccess, Source
from crawlers.known import Known
from crawlers.outcomes import PageDone
from crawlers.replay import ReplayReport, replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import PageKeeper
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer, page

SETTINGS = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
FIRST = datetime(2026, 3, 4, 5, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
A = source("a", "http://a.example/feed")
B = source("b", "http://b.example/feed")
X = "http://a.example/x"


class Kept:
    """Responses of one crawl process, a second apart."""

    def __init__(self, storage: StorageSettings, begin: datetime, *sources: Source) -> None:
        self._keeper = PageKeeper(storage.home / "pages", f"{begin:%Y%m%dT%H%M%S}-1")
        self._at = begin
        for each in sources:
            self._keeper.keep_known(Known(source_id=each.id, at=begin))

    def feed(self, entry: Source, *urls: str) -> None:
        items = "".join(f"<item><title>T</title><link>{url}</link></item>" for url in urls)
        body = f'<rss version="2.0"><channel>{items}</channel></rss>'
        self._answer(entry, entry.access[0].url, body.encode(), "application/rss+xml")

    def page(self, entry: Source, url: str, words: str) -> None:
        self._answer(entry, url, page(words), "text/html; charset=utf-8")

    def _answer(self, entry: Source, url: str, body: bytes, kind: str) -> None:
        self._at += timedelta(seconds=1)
        response = Response(url, headers={"Content-Type": kind}, body=body)
        self._keeper.keep(response, entry.id, url, self._at)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._keeper.close()


def _replay(
    storage: StorageSettings, when: datetime, sources: list[Source], others: Iterable[Source] = ()
) -> ReplayReport:
    return replay(sources, SETTINGS, storage, storage.home / "pages", when.date(), others)


def _bytes(storage: StorageSettings) -> dict[str, bytes]:
    archive = Path(storage.archive)
    return {str(p.relative_to(archive)): p.read_bytes() for p in sorted(archive.rglob("*.*"))}


def _versions(storage: StorageSettings, url: str) -> list[Article]:
    found = Archive(storage.archive).read("crawled", versions=True)
    return [article for article in found if article.url == url]


def _two_days(storage: StorageSettings) -> None:
    """Keep two days: `a` has an article on the first, and `b` names it too on the second."""
    with Kept(storage, FIRST, A, B) as kept:
        kept.feed(A, X)
        kept.feed(B)
        kept.page(A, X, "About x")
    with Kept(storage, SECOND, A, B) as kept:
        kept.feed(B, X, "http://b.example/y")
        kept.page(B, "http://b.example/y", "About y")


def test_a_day_made_again_keeps_what_later_days_have_learnt(storage: StorageSettings) -> None:
    _two_days(storage)
    assert _replay(storage, FIRST, [A, B]).articles == 1
    (found,) = _versions(storage, X)
    later = found.model_copy(update={"also_from": ("b",)})
    Archive(storage.archive).append("crawled", [later])  # as the second day's crawl does
    before = _bytes(storage)
    assert _replay(storage, FIRST, [A, B]).differing == ()
    assert _bytes(storage) == before


def test_a_lost_archive_has_further_sources_again_from_the_days_that_found_them(
    storage: StorageSettings,
) -> None:
    _two_days(storage)
    _replay(storage, FIRST, [A, B])
    second = _replay(storage, SECOND, [A, B])
    assert (second.articles, second.differing) == (1, ("2026-03-04/a", "2026-03-05/b"))
    assert [article.also_from for article in _versions(storage, X)] == [("b",)]
    before = _bytes(storage)
    assert [_replay(storage, day, [A, B]).differing for day in (FIRST, SECOND)] == [(), ()]
    assert _bytes(storage) == before


def test_a_version_is_not_told_what_a_later_one_is(storage: StorageSettings) -> None:
    """A source's name that waited for the owner's next crawl went to the version made in it."""
    with Kept(storage, FIRST, A) as kept:
        kept.feed(A, X)
        kept.page(A, X, "About x")
    with Kept(storage, FIRST + timedelta(hours=1), B) as kept:
        kept.feed(B, X)
    _replay(storage, FIRST, [A])
    (found,) = _versions(storage, X)
    changes = {"version": 2, "also_from": ("b",), "fetched": SECOND}
    Archive(storage.archive).append("crawled", [found.model_copy(update=changes)])
    before = _bytes(storage)
    assert _replay(storage, FIRST, [A, B]).differing == ()
    assert _bytes(storage) == before


def test_the_versions_of_one_day_know_what_they_knew(storage: StorageSettings) -> None:
    with Kept(storage, FIRST, A, B) as kept:
        kept.feed(A, X)
        kept.page(A, X, "About x")
        kept.feed(B, X)
    with Kept(storage, FIRST + timedelta(hours=7), A) as kept:
        kept.feed(A, X)
        kept.page(A, X, "About x, again")
    _replay(storage, FIRST, [A, B])
    assert [(a.version, a.also_from) for a in _versions(storage, X)] == [(1, ("b",)), (2, ("b",))]


def test_some_sources_made_again_leave_the_day_as_it_was(storage: StorageSettings) -> None:
    shared, copy = "http://b.example/shared", "http://a.example/copy"
    with Kept(storage, FIRST, A, B) as kept:
        kept.feed(A, shared, copy, X)
        kept.feed(B, shared, X)
        kept.page(B, shared, "About the strait")
        kept.page(A, shared, "About the strait")  # asked for before it was known to be b's
        kept.page(A, copy, "About the strait")
        kept.page(B, X, "About x")
        kept.page(A, X, "About x")
    whole = _replay(storage, FIRST, [A, B])
    assert (whole.articles, whole.responses) == (3, 7)
    (original,), (repeated,) = _versions(storage, shared), _versions(storage, copy)
    assert (repeated.near_duplicate_of, original.also_from) == (original.id, ("a",))
    before = _bytes(storage)
    part = _replay(storage, FIRST, [A], [A, B])
    assert (part.articles, part.partitions, part.differing) == (1, 1, ())
    assert (part.responses, part.unknown_sources) == (4, ())
    assert {done.source_id for done in part.pages} == {"a"}
    assert [done.source_id for done in part.sources] == ["a"]
    assert _bytes(storage) == before
    shutil.rmtree(storage.archive)
    _replay(storage, FIRST, [B], [A])
    _replay(storage, FIRST, [A], [B])
    assert _bytes(storage) == before


def test_a_source_that_the_catalogue_lacks_is_told(storage: StorageSettings) -> None:
    with Kept(storage, FIRST, A, B) as kept:
        kept.feed(A, X)
        kept.feed(B, X)
        kept.page(A, X, "About x")
    done = _replay(storage, FIRST, [A])
    assert (done.articles, done.unknown_sources) == (1, ("b",))


def _age(storage: StorageSettings, days: int) -> None:
    """Let all that is known have come some days earlier."""
    by = timedelta(days=days)
    archive = Archive(storage.archive)
    found = list(archive.read("crawled", versions=True))
    shutil.rmtree(storage.archive)
    moved = [{"first_seen": a.first_seen - by, "fetched": a.fetched - by} for a in found]
    older = zip(found, moved, strict=True)
    archive.append("crawled", [article.model_copy(update=changes) for article, changes in older])
    with State.open(storage.state) as state:
        with state.reading() as connection:
            rows = connection.execute(select(tables.pages)).mappings()
            pages = [KnownPage(**row) for row in rows]
        for known in pages:
            seen = {"first_seen": known.first_seen - by, "last_fetched": known.last_fetched - by}
            state.save_page(known.model_copy(update=seen))
        for row in state.source_health():
            ran = {"last_run": row.last_run - by, "last_success": row.last_run - by}
            state.save_source_health(row.model_copy(update=ran))


def _endings(pages: Iterable[PageDone]) -> Counter[tuple[str, str, str, str | None, bool]]:
    return Counter((p.source_id, p.url, p.outcome, p.reason, p.fetched) for p in pages)


def test_a_second_day_by_default_settings_ends_as_it_did(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    with OutletServer("127.0.0.12") as other:
        for path in ("/old", "/touched", "/moved-to"):
            outlet.article(path)
        other.article("/repeat")
        other.article("/old-copy", "About /old", title="Title: About /old")
        outlet.article("/twice", "About /old", title="Title: About /old")
        outlet.routes["/moved"] = Answer(status=302, headers={"Location": "/moved-to"})
        outlet.routes["/busy"] = Answer(b"busy", 503)
        outlet.routes["/stub"] = Answer(b"<html><title>Log in</title></html>")
        paths = ["/old", "/touched", "/moved", "/busy", "/gone", "/stub", "/twice"]
        settled = ["/repeat", "/old-copy"]
        sources = [
            source("sample", outlet.feed(*paths)),
            source("other", other.feed(*settled)),
            _by_sitemap("mapped", other, new="/late", old="/long-ago"),
        ]
        crawl(sources, SETTINGS, storage)
        _age(storage, 3)  # too old by then to be looked at for nothing
        outlet.article("/new")
        outlet.article("/touched", "About /touched, again")
        outlet.routes["/touched"] = Answer(outlet.routes["/touched"].body)  # type: ignore[union-attr]
        outlet.feed("/new", *paths)
        _retitle(outlet, "/touched")
        other.feed(*settled, f"{outlet.url}/old", f"{outlet.url}/moved")
        _by_sitemap("mapped", other, new="/later", old="/long-ago")
        keep = storage.home / "pages"
        report = crawl(sources, SETTINGS, storage, keep_pages=keep)
    assert len(report.processes) == 2
    assert report.totals["new"] >= 2
    assert {(p.outcome, p.reason) for p in report.pages if not p.fetched} == {
        ("unchanged", None),
        ("failed", "http_404"),
        ("rejected", "no_text"),
        ("duplicate", "same_text"),
        ("duplicate", "same_address"),
    }
    before = _bytes(storage)
    again = replay(sources, SETTINGS, storage, keep, datetime.now(UTC).date())
    assert _endings(again.pages) == _endings(report.pages)
    assert {(done.source_id, done.health, done.detail) for done in again.sources} == {
        (each.source_id, each.health, each.detail) for each in report.sources
    }
    assert len(again.sources) == len(sources)
    assert again.differing == ()
    assert _bytes(storage) == before


def _retitle(outlet: OutletServer, path: str) -> None:
    """Let a feed say something else of one of its items."""
    feed = outlet.routes["/feed.xml"]
    assert isinstance(feed, Answer)
    body = feed.body.replace(f"Story {path}".encode(), b"Another title")
    outlet.routes["/feed.xml"] = Answer(body, content_type="application/rss+xml")


def _by_sitemap(name: str, outlet: OutletServer, *, new: str, old: str) -> Source:
    """Serve a sitemap of a page of today and one of ten days ago; only the first is for a crawl."""
    now = datetime.now(UTC)
    outlet.article(new)
    outlet.article(old)
    pages = ((new, now), (old, now - timedelta(days=10)))
    rows = "".join(
        f"<url><loc>{outlet.url}{path}</loc><lastmod>{at.isoformat()}</lastmod></url>"
        for path, at in pages
    )
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    outlet.routes["/sitemap.xml"] = Answer(body.encode(), content_type="application/xml")
    access = SitemapAccess(kind="sitemap", url=f"{outlet.url}/sitemap.xml")
    entry = source(name, f"{outlet.url}/unused.xml")
    return entry.model_copy(update={"access": (access,)})
