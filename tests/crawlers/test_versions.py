"""A known article stays the one article that it is: a new slug, a late date, a feed's new text."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from articles.archive import Archive
from articles.record import Article
from articles.settings import StorageSettings
from crawlers.replay import replay
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.conftest import ROOT
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import SENTENCE, Answer, OutletServer, page

SETTINGS = CrawlSettings(
    crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1, recheck_hours=0
)
AGAIN: dict[str, object] = {"recheck_hours": 0}
DATED = "Fri, 20 Nov 2026 08:00:00 GMT"
OLD, NEW = "/story/5-old", "/story/5-new"


def _versions(storage: StorageSettings) -> list[Article]:
    return list(Archive(storage.archive).read("crawled", versions=True))


def _outcomes(report: CrawlReport, outlet: OutletServer) -> dict[str, str]:
    return {
        p.url.removeprefix(outlet.url): f"{p.outcome}:{p.reason}" if p.reason else p.outcome
        for p in report.pages
    }


def _story(outlet: OutletServer, path: str, canonical: str, words: str, text: str = "") -> None:
    """Serve a story without an ETag, under a headline of its own, that states a canonical URL."""
    head = f'<link rel="canonical" href="{outlet.url}{canonical}">'
    body = page(words, head=head)
    if text:
        paragraphs = "".join(f"<p>{text} {n} of them.</p>" for n in ("Two", "Nine", "Six"))
        title = f"<head><title>{words}</title>{head}</head>"
        body = f"<html>{title}<article><h1>{words}</h1>{paragraphs}</article></html>".encode()
    outlet.routes[path] = Answer(body)


def _feed(outlet: OutletServer, path: str, *, text: str = "", date: str = "") -> str:
    """Serve a feed of one item, with a text and a date of its own if they are given."""
    said = f"<description>{escape(f'<p>{text}</p>')}</description>" if text else ""
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    item = f"<item><title>A report</title><link>{outlet.url}{path}</link>{said}{dated}</item>"
    body = f'<rss version="2.0"><channel>{item}</channel></rss>'
    outlet.routes["/feed.xml"] = Answer(body.encode(), content_type="application/rss+xml")
    return f"{outlet.url}/feed.xml"


def test_a_slug_that_follows_the_headline_makes_no_second_article(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    _story(outlet, OLD, OLD, "Ferry sinks near port")
    crawl_feeds(sample=outlet.feed(OLD))
    _story(outlet, OLD, NEW, "All hands of the lost boat are safe", "The coast guard found rafts.")
    feed = outlet.feed(OLD, title="Touched {path}")
    assert _outcomes(crawl_feeds(sample=feed), outlet) == {OLD: "updated"}
    _story(outlet, NEW, NEW, "All hands of the lost boat are safe", "The coast guard found them.")
    report = crawl_feeds(sample=outlet.feed(NEW), settings=AGAIN)
    assert _outcomes(report, outlet) == {NEW: "updated"}
    report = crawl_feeds(sample=outlet.feed(OLD, NEW), settings=AGAIN)
    assert set(_outcomes(report, outlet).values()) == {"updated", "duplicate:same_address"}
    versions = _versions(storage)
    assert {a.canonical_url for a in versions} == {f"{outlet.url}{OLD}"}
    assert [(a.version, a.changed) for a in versions[:3]] == [
        (1, ()),
        (2, ("title", "text")),
        (3, ("text",)),
    ]


def test_a_new_slug_is_a_further_address_though_the_text_is_the_same(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    _story(outlet, OLD, OLD, "Ferry sinks")
    crawl_feeds(sample=outlet.feed(OLD))
    _story(outlet, OLD, NEW, "Ferry sinks")
    feed = outlet.feed(OLD, title="Touched {path}")
    assert crawl_feeds(sample=feed).totals["unchanged"] == 1
    _story(outlet, NEW, NEW, "Ferry raised")
    assert crawl_feeds(sample=outlet.feed(NEW), settings=AGAIN).totals["updated"] == 1
    assert [(a.version, a.canonical_url) for a in _versions(storage)] == [
        (1, f"{outlet.url}{OLD}"),
        (2, f"{outlet.url}{OLD}"),
    ]


def test_an_address_that_leads_to_another_story_each_day_swallows_none(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    _story(outlet, "/latest", "/story/17", "Rice price rises in Hanoi", "Traders blame rain.")
    crawl_feeds(sample=outlet.feed("/latest"))
    _story(outlet, "/latest", "/story/18", "Court jails reef miners", "Dredgers worked by night.")
    report = crawl_feeds(sample=outlet.feed("/latest", title="Touched {path}"))
    assert report.totals["new"] == 1
    assert {(a.version, a.canonical_url) for a in _versions(storage)} == {
        (1, f"{outlet.url}/story/17"),
        (1, f"{outlet.url}/story/18"),
    }


def test_stories_that_come_to_state_one_canonical_stay_what_they_are(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    paths = {"/n?id=1": "Rice price rises", "/n?id=2": "Court jails four", "/n?id=3": "Rail opens"}
    for path, words in paths.items():
        _story(outlet, path, path, words, f"{words}, says the ministry.")
    crawl_feeds(sample=outlet.feed(*paths))
    for path, words in paths.items():
        _story(outlet, path, "/n", words, f"{words}, says the spokesman.")
    report = crawl_feeds(sample=outlet.feed(*paths, title="Touched {path}"))
    assert _outcomes(report, outlet) == dict.fromkeys(paths, "updated")
    assert {a.canonical_url for a in _versions(storage)} == {f"{outlet.url}{p}" for p in paths}


@pytest.mark.parametrize("met", [OLD, NEW])
def test_a_new_slug_found_by_a_killed_run_makes_no_second_article(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, met: str
) -> None:
    _story(outlet, OLD, OLD, "Ferry sinks")
    crawl_feeds(sample=outlet.feed(OLD))
    for path in (OLD, NEW):
        _story(outlet, path, NEW, "Ferry raised")
    _die_before_the_state(storage, sample=outlet.feed(OLD, title="Touched {path}"))
    crawl_feeds(sample=outlet.feed(met, title="Touched {path}"))
    assert [(a.version, a.canonical_url) for a in _versions(storage)] == [
        (1, f"{outlet.url}{OLD}"),
        (2, f"{outlet.url}{OLD}"),
    ]
    if met == OLD:
        _story(outlet, NEW, NEW, "Ferry afloat")
        assert crawl_feeds(sample=outlet.feed(NEW), settings=AGAIN).totals["updated"] == 1


def _die_before_the_state(storage: StorageSettings, **feeds: str) -> None:
    """Crawl in a process that is killed once its articles are journalled."""
    told = storage.home / "told.json"
    told.write_text(json.dumps({"home": str(storage.home), "feeds": feeds}))
    program = [sys.executable, "-m", "tests.crawlers.dying_crawl", str(told)]
    died = subprocess.run(program, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL


def test_an_article_of_the_feeds_text_is_updated_by_it(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/story"] = Answer(b"no", 403)
    crawl_feeds(sample=_feed(outlet, "/story", text=SENTENCE.format(n=3) * 6, date=DATED))
    feed = _feed(outlet, "/story", text=SENTENCE.format(n=4) * 6, date=DATED)
    part = crawl_feeds(sample=feed, settings=AGAIN).source("sample")
    assert (part.outcomes["updated"], part.health) == (1, "healthy")
    again = crawl_feeds(sample=feed, settings=AGAIN).source("sample")
    assert (again.outcomes["unchanged"], again.health) == (1, "healthy")
    found = [(a.version, a.text_from, a.changed) for a in _versions(storage)]
    assert found == [(1, "feed", ()), (2, "feed", ("text", "summary"))]


def test_a_page_that_was_read_in_the_end_is_not_replaced_by_its_feed(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/story"] = Answer(b"no", 403)
    crawl_feeds(sample=_feed(outlet, "/story", text=SENTENCE.format(n=3) * 6))
    outlet.article("/story")
    feed = _feed(outlet, "/story", text=SENTENCE.format(n=4) * 6)
    assert crawl_feeds(sample=feed, settings=AGAIN).totals["updated"] == 1
    outlet.routes["/story"] = Answer(b"no", 403)
    feed = _feed(outlet, "/story", text=SENTENCE.format(n=5) * 6)
    report = crawl_feeds(sample=feed, settings=AGAIN)
    assert report.source("sample").reasons == {"failed:http_403": 1}
    assert [(a.version, a.text_from) for a in _versions(storage)] == [(1, "feed"), (2, "page")]


def _undated(report: CrawlReport) -> list[tuple[str, bool]]:
    return [(each.outcome, each.undated) for each in report.pages]


def test_a_date_that_a_page_states_later_is_a_new_version(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    feed = _feed(outlet, "/story")
    outlet.routes["/story"] = Answer(page("Ministry speaks"))
    assert _undated(crawl_feeds(sample=feed)) == [("new", True)]
    assert _undated(crawl_feeds(sample=feed, settings=AGAIN)) == [("unchanged", True)]
    shown = '<meta property="article:published_time" content="2026-11-20T08:30:00+08:00">'
    outlet.routes["/story"] = Answer(page("Ministry speaks", head=shown))
    assert _undated(crawl_feeds(sample=feed, settings=AGAIN)) == [("updated", False)]
    outlet.routes["/story"] = Answer(page("Ministry speaks"))
    assert _undated(crawl_feeds(sample=feed, settings=AGAIN)) == [("unchanged", False)]
    first, second = _versions(storage)
    assert (first.published, second.version, second.changed) == (None, 2, ("published",))
    assert second.published == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("etag", [None, '"same"'])
def test_a_date_that_a_feed_gives_later_is_a_new_version(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, etag: str | None
) -> None:
    """Of a page that answers 304 too, whose text the archive has."""
    outlet.routes["/story"] = Answer(page("Ministry speaks"), etag=etag)
    crawl_feeds(sample=_feed(outlet, "/story"))
    feed = _feed(outlet, "/story", date=DATED)
    assert _undated(crawl_feeds(sample=feed)) == [("updated", False)]
    assert _undated(crawl_feeds(sample=feed, settings=AGAIN)) == [("unchanged", False)]
    first, second = _versions(storage)
    assert (second.version, second.changed, second.published_from) == (2, ("published",), "feed")
    assert second.updated == second.fetched > first.fetched
    again = {"version", "changed", "published", "published_from", "updated", "fetched"}
    assert first.model_dump(exclude=again) == second.model_dump(exclude=again)


def test_a_refused_page_whose_feed_gives_a_date_later_is_a_new_version(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/story"] = Answer(b"no", 403)
    text = SENTENCE.format(n=3) * 6
    crawl_feeds(sample=_feed(outlet, "/story", text=text))
    report = crawl_feeds(sample=_feed(outlet, "/story", text=text, date=DATED))
    assert _undated(report) == [("updated", False)]
    found = [(a.version, a.changed, a.text_from) for a in _versions(storage)]
    assert found == [(1, (), "feed"), (2, ("published",), "feed")]


NOTICE = "Subscribe to the Harbour Mail today to read on, or log in to your account at once."


def _notice(title: str, words: str = NOTICE) -> Answer:
    head = f"<head><title>{title}</title></head>"
    return Answer(f"<html>{head}<article><h1>{title}</h1><p>{words}</p></article></html>".encode())


@pytest.mark.parametrize(
    ("title", "words", "outcome"),
    [
        ("Title: Ferry sinks", NOTICE, "rejected:stub"),
        ("Title: FERRY  sinks", NOTICE, "rejected:stub"),
        ("Report on the ferry withdrawn", NOTICE, "updated"),
        ("Title: Ferry sinks", NOTICE * 5, "updated"),
    ],
)
def test_a_notice_in_the_place_of_an_article_is_no_version_of_it(
    outlet: OutletServer,
    storage: StorageSettings,
    crawl_feeds: Crawl,
    title: str,
    words: str,
    outcome: str,
) -> None:
    outlet.routes["/story"] = Answer(page("Ferry sinks" + " and sinks" * 300, "Title: Ferry sinks"))
    crawl_feeds(sample=_feed(outlet, "/story"))
    outlet.routes["/story"] = _notice(title, words)
    report = crawl_feeds(sample=_feed(outlet, "/story"), settings=AGAIN)
    assert _outcomes(report, outlet) == {"/story": outcome}
    outlet.routes["/story"] = Answer(page("Ferry raised", "Title: Ferry sinks"))
    report = crawl_feeds(sample=_feed(outlet, "/story"), settings=AGAIN)
    assert _outcomes(report, outlet) == {"/story": "updated"}
    assert [a.version for a in _versions(storage)] == ([1, 2] if "stub" in outcome else [1, 2, 3])


def test_an_article_that_was_short_may_become_shorter(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/story"] = _notice("Tide tables", NOTICE * 3)
    crawl_feeds(sample=_feed(outlet, "/story"))
    outlet.routes["/story"] = _notice("Tide tables")
    report = crawl_feeds(sample=_feed(outlet, "/story"), settings=AGAIN)
    assert _outcomes(report, outlet) == {"/story": "updated"}


def test_such_days_are_made_again_byte_for_byte(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    keep, text = storage.home / "pages", SENTENCE.format(n=3) * 6
    sources = [source("sample", f"{outlet.url}/feed.xml"), source("slugs", f"{outlet.url}/s.xml")]
    outlet.routes["/refused"] = Answer(b"no", 403)
    outlet.routes["/undated"] = Answer(page("Ministry speaks"), etag='"same"')
    _story(outlet, OLD, OLD, "Ferry sinks")
    days = [
        ("/refused", text, "", (OLD,), OLD),
        ("/refused", f"{text} At last.", "", (OLD,), NEW),
        ("/refused", f"{text} At last.", DATED, (NEW,), NEW),
        ("/undated", "", "", (NEW, OLD), NEW),
        ("/undated", "", DATED, (OLD, NEW), "/story/5-newer"),
    ]
    reports = []
    for number, (path, said, date, slugs, canonical) in enumerate(days):
        _feed(outlet, path, text=said, date=date)
        for slug in (OLD, NEW):
            _story(outlet, slug, canonical, f"Ferry, part {number}")
        outlet.feed(*slugs, path="/s.xml", title=f"{number} {{path}}")
        reports.append(crawl(sources, SETTINGS, storage, keep_pages=keep))
    assert sorted((a.url.rpartition("/")[2], a.version) for a in _versions(storage)) == [
        ("5-new", 3),
        ("5-new", 4),
        ("5-old", 1),
        ("5-old", 2),
        ("5-old", 5),
        ("refused", 1),
        ("refused", 2),
        ("refused", 3),
        ("undated", 1),
        ("undated", 2),
    ]
    files = {p.name: p.read_bytes() for p in Path(storage.archive).rglob("*.*")}
    for lost in (False, True):
        if lost:
            shutil.rmtree(storage.archive)
        made = replay(sources, SETTINGS, storage, keep, datetime.now(UTC).date())
        assert [(p.url, p.outcome, p.reason, p.undated) for p in sorted(made.pages, key=str)] == [
            (p.url, p.outcome, p.reason, p.undated)
            for p in sorted((p for report in reports for p in report.pages), key=str)
        ]
        assert {p.name: p.read_bytes() for p in Path(storage.archive).rglob("*.*")} == files
