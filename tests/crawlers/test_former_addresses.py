"""States and archives of before, which knew several articles by one address, lose none of them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, insert

from articles import tables
from articles.archive import Archive
from articles.identity import article_id, former_canonical_url
from articles.migrating import configuration
from articles.settings import StorageSettings
from articles.state import KnownPage, State
from crawlers.known import KnownAtStart
from crawlers.outcomes import PageDone
from crawlers.recorder import Finding, Recorder
from crawlers.replay import ReplayReport, replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.articles.making import make
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import OutletServer

SEEN = datetime.now(UTC) - timedelta(days=1)
SETTINGS = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1)
TITLES = ("Rice prices rise", "Navy ship sails")


def _row(url: str, outcome: str = "failed:http_500", stamp: str | None = None) -> KnownPage:
    return KnownPage(
        canonical_url=url,
        article_id=article_id(url),
        source_id="sample",
        first_seen=SEEN,
        content_hash="" if outcome.startswith("failed") else "text",
        last_outcome=outcome,
        last_fetched=SEEN,
        feed_stamp=stamp,
    )


def _left(storage: StorageSettings, page: KnownPage, *urls: str) -> None:
    """Leave a state as it was before, in which addresses as feeds gave them lead to a page."""
    Path(storage.state.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(storage.state)
    command.upgrade(configuration(engine), "0007")
    with engine.begin() as connection:
        connection.execute(insert(tables.pages).values(page.model_dump()))
        for url in urls:
            row = {"url": url, "canonical_url": page.canonical_url}
            connection.execute(insert(tables.addresses).values(row))
    engine.dispose()


def test_pages_that_are_owed_are_so_by_the_addresses_that_they_have_now(
    storage: StorageSettings,
) -> None:
    former = "https://o.example/news"
    _left(storage, _row(former), f"{former}?cid=5", f"{former}?utm_source=rss&cid=6")
    with State.open(storage.state) as state:
        owed = state.failed_pages("sample", SEEN)
        assert {(page.canonical_url, page.article_id, url) for page, url in owed} == {
            (f"{former}?cid=5", article_id(f"{former}?cid=5"), f"{former}?cid=5"),
            (f"{former}?cid=6", article_id(f"{former}?cid=6"), f"{former}?utm_source=rss&cid=6"),
        }
        assert state.page(former) is None


def test_a_page_that_is_owed_under_the_former_address_itself_stays_so(
    storage: StorageSettings,
) -> None:
    former = "https://o.example/news"
    _left(storage, _row(former), f"{former}?cid=5", f"{former}?utm_source=rss")
    with State.open(storage.state) as state:
        owed = {url for _, url in state.failed_pages("sample", SEEN)}
    assert owed == {f"{former}?cid=5", f"{former}?utm_source=rss"}


def test_what_is_not_of_before_stays(storage: StorageSettings) -> None:
    page = _row("https://o.example/story", "new")
    others = ("https://o.example/latest?cid=5", "https://o.example/story?utm_source=rss")
    _left(storage, page, *others)
    with State.open(storage.state) as state:
        assert [state.page_by_address(url) for url in others] == [page, page]


def test_a_page_that_failed_before_is_no_address_of_the_article_that_had_its_name(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    paths = ["/news?cid=7", "/news?cid=5"]
    for path, title in zip(paths, TITLES, strict=True):
        outlet.article(path, title)
    kept, failed = (outlet.url + path for path in paths)
    former = former_canonical_url(kept)
    old = make(1, url=kept, canonical_url=former, id=article_id(former), source_id="sample")
    Archive(storage.archive).append("crawled", [old])
    page = _row(former, "new", "feed:1").model_copy(update={"content_hash": old.content_hash})
    _left(storage, page, failed)
    report = crawl_feeds(sample=outlet.feed(failed.removeprefix(outlet.url)))
    assert [done.outcome for done in report.pages] == ["new"]
    found = {a.canonical_url: a.version for a in Archive(storage.archive).read("crawled")}
    assert found == {former: 1, failed: 1}


def test_an_owed_page_of_before_is_asked_for_until_it_is_had(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/news?cid=5", TITLES[0])
    url = f"{outlet.url}/news?cid=5"
    _left(storage, _row(former_canonical_url(url)), url)
    first = crawl_feeds(sample=outlet.feed("/news?cid=5"))
    second = crawl_feeds(sample=outlet.feed("/news?cid=5"))
    assert [done.outcome for done in first.pages] == ["new"]
    assert second.pages == ()


def test_a_page_that_is_had_under_its_own_address_leads_nowhere_else(tmp_path: Path) -> None:
    own, other = _row("https://o.example/a", "new"), _row("https://o.example/b", "new")
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        state.save_pages([other], {own.canonical_url: other.canonical_url})
        recorder = Recorder(Archive(str(tmp_path / "archive")), state, lambda _: None)
        assert recorder.known(own.canonical_url) == other
        done = PageDone(source_id="sample", url=own.canonical_url, outcome="new")
        recorder.record(Finding(done, own, (own.canonical_url,)))
        assert recorder.known(own.canonical_url) == own
        recorder.flush()
        assert recorder.known(own.canonical_url) == own
        assert state.page_by_address(own.canonical_url) is None
        state.save_address(own.canonical_url, other.canonical_url)
        KnownAtStart(pages={own.canonical_url: own}).remember(state)  # and so in a replay
        assert recorder.known(own.canonical_url) == own


def _replay(storage: StorageSettings, outlet: OutletServer, other: OutletServer) -> ReplayReport:
    sources = [source("other", f"{other.url}/feed.xml"), source("sample", f"{outlet.url}/feed.xml")]
    return replay(sources, SETTINGS, storage, storage.home / "pages", datetime.now(UTC).date())


def _bytes(storage: StorageSettings) -> dict[str, bytes]:
    archive = Path(storage.archive)
    return {str(p.relative_to(archive)): p.read_bytes() for p in sorted(archive.rglob("*.*"))}


def test_a_day_of_before_that_is_whole_stays_as_it_is(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    """Its article keeps its former id, by which a copy of its text at another outlet names it."""
    with OutletServer("127.0.0.12") as other:
        outlet.article("/news?cid=1", "About x", title="Title")
        keep = storage.home / "pages"
        crawl([source("sample", outlet.feed("/news?cid=1"))], SETTINGS, storage, keep_pages=keep)
        other.article("/copy", "About x", title="Title")
        crawl([source("other", other.feed("/copy"))], SETTINGS, storage, keep_pages=keep)
        kept, copy = sorted(Archive(storage.archive).read("crawled"), key=lambda a: a.fetched)
        assert copy.near_duplicate_of == kept.id
        former = former_canonical_url(kept.url)
        named = {"canonical_url": former, "id": article_id(former)}
        whole = _bytes(storage)
        shutil.rmtree(storage.archive)
        old = kept.model_copy(update=named)
        also = copy.model_copy(update={"near_duplicate_of": old.id})
        Archive(storage.archive).append("crawled", [old, also])
        before = _bytes(storage)
        report = _replay(storage, outlet, other)
        assert (report.articles, report.partitions, report.differing) == (2, 2, ())
        assert _bytes(storage) == before
        shutil.rmtree(storage.archive)
        assert len(_replay(storage, outlet, other).differing) == 2
        assert _replay(storage, outlet, other).differing == ()
        assert _bytes(storage) == whole


def test_an_article_of_before_is_not_put_beside_its_version_of_the_day(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    """The day's crawl took another story for a new version of an earlier day's article."""
    outlet.article("/news?cid=2", TITLES[1])
    keep = storage.home / "pages"
    crawl([source("sample", outlet.feed("/news?cid=2"))], SETTINGS, storage, keep_pages=keep)
    (kept,) = Archive(storage.archive).read("crawled")
    former = former_canonical_url(kept.url)
    named = {"canonical_url": former, "id": article_id(former), "first_seen": SEEN}
    shutil.rmtree(storage.archive)
    first = make(1, **named, url=f"{former}?cid=1", source_id="sample", fetched=SEEN)
    second = kept.model_copy(update={**named, "version": 2})
    Archive(storage.archive).append("crawled", [first, second])
    before = _bytes(storage)
    assert _replay(storage, outlet, outlet).differing == ()
    assert _bytes(storage) == before
