"""A rel=canonical that many pages share swallows no story; a true one still joins two addresses."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers import recorder
from crawlers.replay import replay
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer

STORIES = {
    "Ferry to Batam delayed by fog": "The harbour closed at dawn. Some two hundred passengers "
    "slept on benches until the coast guard let boats out again, three hours behind the timetable.",
    "Rice price rises in Hanoi": "Traders blame a late monsoon. Wholesale markets asked a tenth "
    "more than last week, and the ministry spoke of releasing grain from its stores.",
    "Court jails four over reef mining": "Judges found that dredgers had worked by night inside a "
    "marine park. Their owner, who had pleaded ignorance, must also pay for new coral.",
    "Rail link opens to Vientiane": "Engineers ran the first goods train over the border bridge. "
    "Customs officers hope to clear each wagon within an hour by means of shared papers.",
}
TITLES = tuple(STORIES)


def _serve(outlet: OutletServer, path: str, title: str, canonical: str, text: str = "") -> None:
    body = "".join(f"<p>{each}.</p>" for each in (text or STORIES[title]).split(". "))
    html = (
        f'<html><head><title>{title}</title><link rel="canonical" href="{outlet.url}{canonical}">'
        f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    outlet.routes[path] = Answer(html.encode())


def _endings(report: CrawlReport, outlet: OutletServer) -> dict[str, str]:
    return {
        p.url.removeprefix(outlet.url): f"{p.outcome}:{p.reason}" if p.reason else p.outcome
        for p in report.pages
    }


def _archived(storage: StorageSettings) -> dict[str, tuple[str, int]]:
    found = Archive(storage.archive).read("crawled")
    return {article.title: (article.canonical_url, article.version) for article in found}


@pytest.mark.parametrize("shared", ["/news.php", "/en/"])
def test_stories_that_state_one_canonical_are_each_an_article(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, shared: str
) -> None:
    paths = [f"/news.php?id={number}" for number in range(4)]
    for path, title in zip(paths[:3], TITLES, strict=False):
        _serve(outlet, path, title, shared)
    first = crawl_feeds(sample=outlet.feed(*paths[:3]))
    assert _endings(first, outlet) == dict.fromkeys(paths[:3], "new")
    _serve(outlet, paths[3], TITLES[3], shared)
    _serve(outlet, paths[1], TITLES[1], shared, STORIES[TITLES[1]] + " Shops follow suit.")
    again = crawl_feeds(sample=outlet.feed(*reversed(paths)), settings={"recheck_hours": 0})
    assert _endings(again, outlet) == {
        paths[0]: "unchanged",
        paths[1]: "updated",
        paths[2]: "unchanged",
        paths[3]: "new",
    }
    assert _archived(storage) == {
        TITLES[0]: (f"{outlet.url}{shared}", 1),
        TITLES[1]: (f"{outlet.url}{paths[1]}", 2),
        TITLES[2]: (f"{outlet.url}{paths[2]}", 1),
        TITLES[3]: (f"{outlet.url}{paths[3]}", 1),
    }


def test_a_true_canonical_joins_a_story_whose_copies_differ_a_little(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    title = TITLES[0]
    copies = {
        "/amp/ferry": (title, STORIES[title].rpartition(". ")[0] + ". Read on in the app"),
        "/ferry?from=home": (f"{title} at Tanah Merah", STORIES[title]),
        "/travel/ferry": ("Boats late", STORIES[title] + " A second ferry is due at noon."),
        "/ferry?page=2": (title, "On the second page stands what the first had no room for."),
    }
    _serve(outlet, "/ferry", title, "/ferry")
    for path, (name, text) in copies.items():
        _serve(outlet, path, name, "/ferry", text)
    crawl_feeds(sample=outlet.feed("/ferry"))
    report = crawl_feeds(sample=outlet.feed("/ferry", *copies), settings={"recheck_hours": 0})
    copied = dict.fromkeys(copies, "duplicate:same_address")
    assert _endings(report, outlet) == {"/ferry": "unchanged", **copied}
    assert _archived(storage) == {title: (f"{outlet.url}/ferry", 1)}


def test_a_copy_of_a_known_text_holds_no_canonical(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    """The first page that states the address is no article, so the next is not its duplicate."""
    _serve(outlet, "/known", TITLES[0], "/known")
    crawl_feeds(sample=outlet.feed("/known"))
    _serve(outlet, "/news?id=1", TITLES[0], "/news")
    _serve(outlet, "/news?id=2", TITLES[1], "/news")
    report = crawl_feeds(sample=outlet.feed("/news?id=1", "/news?id=2"))
    assert _endings(report, outlet) == {
        "/news?id=1": "duplicate:same_text",
        "/news?id=2": "new",
    }
    assert len(_archived(storage)) == 2


def test_it_falls_the_same_when_the_holder_is_journalled_and_when_the_day_is_made_again(
    outlet: OutletServer, storage: StorageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl writes groups by the clock, a replay by their number; neither may matter."""
    paths = [f"/news.php?id={number}" for number in range(4)]
    for path, title in zip(paths, TITLES, strict=True):
        _serve(outlet, path, title, "/news.php")
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1)
    sources, keep = [source("sample", outlet.feed(*paths))], storage.home / "pages"
    assert crawl(sources, settings, storage, keep_pages=keep).totals["new"] == 4
    files = {p.name: p.read_bytes() for p in Path(storage.archive).rglob("*.*")}
    for group in (1, 3):
        monkeypatch.setattr(recorder, "GROUP", group)
        shutil.rmtree(storage.archive)
        report = replay(sources, settings, storage, keep, datetime.now(UTC).date())
        assert [page.outcome for page in report.pages] == ["new"] * 4
        assert {p.name: p.read_bytes() for p in Path(storage.archive).rglob("*.*")} == files
