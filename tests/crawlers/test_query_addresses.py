"""Articles that only a query names apart are several, and keep the names that they had before."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.archive import Archive
from articles.identity import article_id, former_canonical_url
from articles.settings import StorageSettings
from articles.state import State
from crawlers.orphans import remember
from crawlers.recorder import Recorder
from tests.articles.making import make
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

TITLES = ("Rice prices rise", "Navy ship sails", "Court hears a case", "Dam collapses upstream")


@pytest.mark.parametrize("address", ["/view.php?cid={}", "/read.php?{}", "/n?a=1&section={}"])
def test_each_article_has_its_own_versions(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, address: str
) -> None:
    paths = [address.format(number) for number in range(4)]
    for path, title in zip(paths, TITLES, strict=True):
        outlet.article(path, title)
    assert crawl_feeds(sample=outlet.feed(*paths[:2])).totals["new"] == 2
    assert crawl_feeds(sample=outlet.feed(*paths[2:])).totals["new"] == 2
    assert [a.version for a in Archive(storage.archive).read("crawled")] == [1] * 4


def test_an_article_that_has_the_name_of_before_keeps_it_and_gives_it_to_no_other(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    paths = [f"/view.php?cid={number}" for number in range(3)]
    for path, title in zip(paths, TITLES, strict=False):
        outlet.article(path, title)
    address = outlet.feed(*paths[:2])
    crawl_feeds(sample=address)
    kept = _as_before(storage, outlet.url + paths[1])
    outlet.feed(*paths)
    report = crawl_feeds(sample=address, settings={"recheck_hours": 0})
    assert {p.url.removeprefix(outlet.url): p.outcome for p in report.pages} == {
        paths[0]: "new",
        paths[1]: "unchanged",
        paths[2]: "new",
    }
    outlet.routes[paths[1]] = Answer(page(TITLES[1], "Navy ship sails tomorrow"))
    outlet.feed(*reversed(paths))
    report = crawl_feeds(sample=address, settings={"recheck_hours": 0})
    assert (report.totals["unchanged"], report.totals["updated"]) == (2, 1)
    archived = Archive(storage.archive).read("crawled")
    found = {each.title: (each.canonical_url, each.version) for each in archived}
    assert found["Navy ship sails tomorrow"] == (kept, 2)
    assert len(found) == 3


def _as_before(storage: StorageSettings, url: str) -> str:
    """Leave of a crawl only the article fetched from an address, named as it was before."""
    archive, former = Archive(storage.archive), former_canonical_url(url)
    article = next(each for each in archive.read("crawled") if each.url == url)
    named = {"canonical_url": former, "id": article_id(former)}
    for file in Path(storage.archive).rglob("*.*"):
        file.unlink()
    Path(storage.state.removeprefix("sqlite:///")).unlink()
    old = article.model_copy(update=named)
    Archive(storage.archive).append("crawled", [old])
    with State.open(storage.state) as state:
        remember(state, old.model_copy(update={"url": former}))
    return former


def test_it_is_known_by_its_new_address_from_then_on(tmp_path: Path) -> None:
    url, other = "https://outlet.example/v?cid=1", "https://outlet.example/v?cid=2"
    former = former_canonical_url(url)
    old = make(1, url=url, canonical_url=former, id=article_id(former))
    archive = Archive(str(tmp_path / "archive"))
    archive.append("crawled", [old])
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        remember(state, old.model_copy(update={"url": former}))
        recorder = Recorder(archive, state, lambda _: None)
        found = recorder.known_as_met(f"{url}&utm_source=rss")
        assert found is not None
        assert found.canonical_url == former
        assert recorder.known_as_met(other) is None
        recorder.flush()
        assert state.page_by_address(url) == found
        assert state.page_by_address(other) is None


@pytest.mark.parametrize(
    ("asked", "answered", "ending"),
    [
        ("/index.php?id=5", "/?id=5", "new"),
        ("/story/5", "/?p=5&utm_source=rss", "new"),
        ("/story/5", "/?utm_source=rss", "rejected:front_page"),
        ("/story/5", "/?lang=en", "rejected:front_page"),
        ("/?p=5", "/", "rejected:front_page"),
    ],
)
def test_a_redirect_leads_to_a_front_page_if_its_query_names_nothing(
    outlet: OutletServer, crawl_feeds: Crawl, asked: str, answered: str, ending: str
) -> None:
    outlet.routes[asked] = Answer(status=302, headers={"Location": answered})
    outlet.article(answered, TITLES[0])
    (done,) = crawl_feeds(sample=outlet.feed(asked)).pages
    assert (f"{done.outcome}:{done.reason}" if done.reason else done.outcome) == ending
