"""Crawls of an outlet on loopback, by real Scrapy processes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.identity import article_id, canonical_url
from articles.record import Article
from articles.settings import StorageSettings
from articles.state import State
from crawlers.outcomes import Event, PageDone, SourceDone
from crawlers.report import CrawlReport
from crawlers.run import CrawlError, batches, crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer, page


def _outcomes(report: CrawlReport, outlet: OutletServer) -> dict[str, str]:
    return {
        p.url.removeprefix(outlet.url): f"{p.outcome}:{p.reason}" if p.reason else p.outcome
        for p in report.pages
    }


def _archived(storage: StorageSettings, **how: bool) -> list[Article]:
    return list(Archive(storage.archive).read("crawled", **how))  # type: ignore[arg-type]


def test_first_crawl_archives_each_page_once(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/one")
    outlet.article("/two", head='<meta name="author" content="Mai Tran">')
    feed = outlet.feed("/one", "/two", "/gone", "/one")
    report = crawl_feeds(sample=feed)
    assert _outcomes(report, outlet) == {
        "/one": "new",
        "/two": "new",
        "/gone": "failed:http_404",
    }
    part = report.source("sample")
    assert (part.health, part.outcomes["new"], part.reasons) == (
        "healthy",
        2,
        {"failed:http_404": 1},
    )
    assert (part.feeds[0].entries, part.feeds[0].repeats) == (4, 1)
    first = next(a for a in _archived(storage) if a.url.endswith("/one"))
    assert first.id == article_id(canonical_url(f"{outlet.url}/one"))
    assert first.title == "Title: About /one"
    assert "harbour office" in first.text
    assert first.published is not None
    assert first.published_from == "feed"
    assert (first.language, first.language_confidence) == ("en", 1.0)


def test_second_crawl_moves_few_bytes_and_finds_nothing_new(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    for name in ("/one", "/two", "/three"):
        outlet.article(name)
    feed = outlet.feed("/one", "/two", "/three")
    first, second = crawl_feeds(sample=feed), crawl_feeds(sample=feed)
    assert first.totals["new"] == 3
    assert second.pages == ()
    assert second.source("sample").feeds[0].outcome == "not_modified"
    assert second.source("sample").health == "healthy"
    assert second.received_bytes < first.received_bytes / 4
    assert outlet.seen["/one"] == 1


def test_a_changed_feed_fetches_only_what_it_says_has_changed(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/old")
    outlet.article("/story", "Ferry delayed")
    crawl_feeds(sample=outlet.feed("/old", "/story"))
    outlet.routes["/story"] = Answer(page("Ferry cancelled"), etag='"second"')
    outlet.article("/fresh")
    body = outlet.routes["/feed.xml"].body.decode()  # type: ignore[union-attr]
    outlet.feed("/old", "/story", "/fresh")
    touched = outlet.routes["/feed.xml"].body.decode().replace("Story /story", "Updated /story")  # type: ignore[union-attr]
    outlet.routes["/feed.xml"] = Answer(touched.encode(), content_type="application/rss+xml")
    report = crawl_feeds(sample=f"{outlet.url}/feed.xml")
    assert body != touched
    assert _outcomes(report, outlet) == {"/old": "unchanged", "/story": "updated", "/fresh": "new"}
    assert [p.fetched for p in report.pages if p.url.endswith("/old")] == [False]
    versions = [a for a in _archived(storage, versions=True) if a.url.endswith("/story")]
    assert [a.version for a in versions] == [1, 2]
    assert versions[0].first_seen == versions[1].first_seen
    assert versions[1].updated is not None
    assert versions[0].content_hash != versions[1].content_hash
    assert "cancelled" in versions[1].title


def test_a_young_page_is_looked_at_again_with_its_validators(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/story")
    crawl_feeds(sample=outlet.feed("/story"))
    outlet.article("/other")
    report = crawl_feeds(sample=outlet.feed("/story", "/other"), settings={"recheck_hours": 0})
    assert _outcomes(report, outlet) == {"/story": "unchanged", "/other": "new"}
    assert outlet.seen["/story"] == 2
    assert outlet.headers["/story"]["If-None-Match"] == '"/story"'


def test_copies_within_an_outlet_are_duplicates_and_known_as_such_next_time(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    canonical = f'<link rel="canonical" href="{outlet.url}/story">'
    outlet.article("/story", "Reef patrol")
    outlet.article("/amp/story", "Reef patrol", head=canonical)
    outlet.article("/copy", "Reef patrol")
    outlet.routes["/moved"] = Answer(status=301, headers={"Location": "/story"})
    feed = outlet.feed("/story", "/amp/story", "/copy", "/moved")
    report = crawl_feeds(sample=feed)
    expected = {
        "/story": "new",
        "/amp/story": "duplicate:same_address",
        "/copy": "duplicate:same_text",
        "/moved": "duplicate:same_address",
    }
    assert _outcomes(report, outlet) == expected
    assert len({p.article_id for p in report.pages}) == 1
    outlet.article("/fresh")
    again = crawl_feeds(sample=outlet.feed("/story", "/amp/story", "/copy", "/moved", "/fresh"))
    assert _outcomes(again, outlet) == expected | {"/story": "unchanged", "/fresh": "new"}
    assert outlet.seen["/copy"] == 1
    assert len(_archived(storage)) == 2


def test_the_same_text_in_another_outlet_is_an_article_that_knows_its_original(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.12") as other:
        outlet.article("/agency", "Wire report")
        other.article("/reprint", "Wire report")
        crawl_feeds(first=outlet.feed("/agency"))
        report = crawl_feeds(second=other.feed("/reprint"))
    assert report.totals["new"] == 1
    by_source = {a.source_id: a for a in _archived(storage)}
    assert by_source["second"].near_duplicate_of == by_source["first"].id
    assert by_source["first"].near_duplicate_of is None


def test_an_address_of_another_outlet_is_a_duplicate(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    with OutletServer("127.0.0.12") as other:
        outlet.article("/story")
        crawl_feeds(first=outlet.feed("/story"))
        report = crawl_feeds(second=other.feed(f"{outlet.url}/story"))
    assert [(p.outcome, p.reason) for p in report.pages] == [("duplicate", "same_address")]
    assert len(_archived(storage)) == 1


def test_a_page_that_failed_for_now_is_asked_for_again_though_the_feed_is_the_same(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/fine")
    outlet.routes["/busy"] = Answer(b"later", 503)
    feed = outlet.feed("/fine", "/busy")
    assert crawl_feeds(sample=feed).source("sample").reasons == {"failed:http_503": 1}
    assert outlet.seen["/busy"] == 3
    outlet.article("/busy")
    report = crawl_feeds(sample=feed)
    assert _outcomes(report, outlet) == {"/fine": "unchanged", "/busy": "new"}


def test_undated_is_an_attribute(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    outlet.article("/story")
    outlet.feed("/story")
    body = outlet.routes["/feed.xml"].body.decode()  # type: ignore[union-attr]
    start, end = body.index("<pubDate>"), body.index("</item>")
    outlet.routes["/feed.xml"] = Answer((body[:start] + body[end:]).encode())
    report = crawl_feeds(sample=f"{outlet.url}/feed.xml")
    assert [(p.outcome, p.undated) for p in report.pages] == [("new", True)]
    assert report.source("sample").undated == 1


def test_a_304_after_a_failure_stays_a_failure(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/story")
    feed = outlet.feed("/story")
    crawl_feeds(sample=feed)
    working = outlet.routes["/feed.xml"]
    outlet.routes["/feed.xml"] = Answer(b"broken", 500)
    failing = crawl_feeds(sample=feed).source("sample")
    assert (failing.health, failing.detail) == ("failing", f"http_500 at {feed}")
    outlet.routes["/feed.xml"] = working
    after = crawl_feeds(sample=feed).source("sample")
    assert (after.health, after.feeds[0].outcome) == ("failing", "not_modified")
    with State.open(storage.state) as state:
        (row,) = state.source_health()
    assert row.status == "failing"
    assert row.last_success is not None
    assert row.last_success < row.since < row.last_run


def test_a_304_of_the_feed_that_failed_stays_a_failure_whatever_the_others_say(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    outlet.article("/a")
    outlet.article("/b")
    entry = source("sample", outlet.feed("/a", path="/a.xml"), outlet.feed("/b", path="/b.xml"))
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    working = {path: outlet.routes[path] for path in ("/a.xml", "/b.xml")}
    plain = {p: replace(r, etag=None) for p, r in working.items() if isinstance(r, Answer)}
    found = []
    for changes in (
        {},
        {"/a.xml": Answer(b"no", 500), "/b.xml": Answer(b"no", 503)},
        {"/a.xml": plain["/a.xml"], "/b.xml": working["/b.xml"]},
        plain,
    ):
        outlet.routes |= changes
        part = crawl([entry], settings, storage).source("sample")
        answers = {feed.url[-5:]: feed.outcome for feed in part.feeds}
        found.append((answers["a.xml"], answers["b.xml"], part.health, part.detail))
    a, b = f"http_500 at {outlet.url}/a.xml", f"http_503 at {outlet.url}/b.xml"
    assert [each[:3] for each in found] == [
        ("read", "read", "healthy"),
        ("failed", "failed", "failing"),
        ("read", "not_modified", "failing"),
        ("read", "read", "healthy"),
    ]
    assert found[1][3] in {a, b}
    assert [each[3] for each in found[2:]] == [b, ""]


def test_events_tell_of_every_page_in_the_callers_thread(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    outlet.article("/one")
    events: list[Event] = []
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    report = crawl([source("sample", outlet.feed("/one"))], settings, storage, events.append)
    assert [e for e in events if isinstance(e, PageDone)] == list(report.pages)
    assert [e.health for e in events if isinstance(e, SourceDone)] == ["healthy"]


def test_the_report_is_written_whole(
    outlet: OutletServer, tmp_path: Path, crawl_feeds: Crawl
) -> None:
    outlet.article("/one")
    report = crawl_feeds(sample=outlet.feed("/one"))
    report.write(tmp_path / "reports" / "run.json")
    written = json.loads((tmp_path / "reports" / "run.json").read_text())
    assert written["totals"] == dict(report.totals)
    assert written["pages"][0]["url"] == f"{outlet.url}/one"
    assert [p.name for p in (tmp_path / "reports").iterdir()] == ["run.json"]


def test_the_user_agent_is_honest_and_nothing_else_is_told(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/one"] = Answer(page("About one"), headers={"Set-Cookie": "you=1; Path=/"})
    outlet.article("/two")
    contact = {"contact": "mailto:desk@example.org"}
    crawl_feeds(sample=outlet.feed("/one", "/two"), settings=contact)
    sent = outlet.headers["/two"]
    assert sent["User-Agent"].startswith("Shoalwatch/")
    assert sent["User-Agent"].endswith("(+mailto:desk@example.org)")
    assert not {"Referer", "Cookie"} & sent.keys()


def test_batches_keep_a_host_together_and_are_balanced() -> None:
    sources = [source(f"s{n}", f"https://h{n // 3}.example/f{n}.xml") for n in range(12)]
    shared = batches(sources, 2)
    assert [len(batch) for batch in shared] == [6, 6]
    hosts = [{host for each in batch for host in each.hosts} for batch in shared]
    assert not hosts[0] & hosts[1]
    assert len(batches(sources[:3], 8)) == 1
    assert batches([], 2) == ()


def test_a_source_given_twice_is_refused(storage: StorageSettings) -> None:
    twice = [source("same", "https://a.example/feed"), source("same", "https://b.example/feed")]
    with pytest.raises(CrawlError, match="Sources same are given more than once"):
        crawl(twice, CrawlSettings(), storage)
