"""Dates are read by the country that the catalogue gives an outlet, then by its address's."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import Access, ArchiveAccess, FeedAccess, SitemapAccess, Source
from crawlers.extraction import extract
from crawlers.feed_dates import FeedDates
from crawlers.reading import ReaderHere, WorkerReader
from crawlers.replay import replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import PageKeeper
from crawlers.ways import Document, read_document
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer, page
from tests.crawlers.test_page_dates import TEXTS

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NAIVE = '<meta property="article:published_time" content="{}">'
SETTINGS = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK, crawl_processes=1)
OUTLETS = [
    ("2026-11-24 08:30:00", "en", "rappler.com", "PH", "2026-11-24T00:30"),
    ("2026-11-24 08:30:00", "zh", "36kr.com", "CN", "2026-11-24T00:30"),
    ("2026-11-24 08:30:00", "en", "thejakartapost.com", "ID", "2026-11-24T01:30"),
    ("2026-11-24 08:30:00", "en", "dvb.no", "MM", "2026-11-24T02:00"),
    ("05/11/2026 08:30", "en", "channelnewsasia.com", "SG", "2026-11-05T00:30"),
    ("05/11/2026 08:30", "en", "rappler.com", "PH", "2026-05-11T00:30"),
    ("115年11月24日", "zh-Hant", "mnews.com", "TW", "2026-11-23T16:00"),
    ("115/11/24 08:30", "zh-Hant", "mnews.com", "TW", "2026-11-24T00:30"),
    ("Tue, 24 Nov 2026 14:05:00 EST", "en", "abc.example", "AU", "2026-11-24T04:05"),
    ("Tue, 24 Nov 2026 14:05:00 CST", "zh", "cincainews.com", "MY", "2026-11-24T06:05"),
    # what is stated stays
    ("2026-11-24T08:30:00+07:00", "en", "rappler.com", "PH", "2026-11-24T01:30"),
    ("Tue, 24 Nov 2026 08:30:00 GMT", "en", "rappler.com", "PH", "2026-11-24T08:30"),
    ("24 November 2026 08:30 WITA", "id", "antaranews.com", "ID", "2026-11-24T00:30"),
    # zones too far apart to guess: as if no country were known, but for the order of numbers
    ("2026-11-24 08:30:00", "en", "abc.example", "AU", "2026-11-24T08:30"),
    ("05/11/2026 08:30", "en", "abc.example", "AU", "2026-11-05T08:30"),
    # of no country
    ("05/11/2026 08:30", "en", "wire.example", "ZZ", "2026-05-11T08:30"),
    ("05/11/2026 08:30", "en", "wire.com.sg", "ZZ", "2026-11-05T00:30"),
    ("05/11/2026 08:30", "en", "wire.com.sg", None, "2026-11-05T00:30"),
]


def _html(language: str, head: str = "", shown: str = "") -> bytes:
    text = TEXTS.get(language, TEXTS["en"])
    return (
        f'<html lang="{language}"><head><title>A headline</title>{head}</head><body><article>'
        f"<h1>A headline</h1>{shown}<p>{text}</p></article></body></html>"
    ).encode()


def _singapore(*ways: Access) -> Source:
    changes = {"country": "SG", "access": ways}
    return source("sample", "https://o.example/f").model_copy(update=changes)


def _published(html: bytes, domain: str, country: str | None) -> datetime:
    found = extract(html, f"https://{domain}/a", "text/html; charset=utf-8", NOW, country)
    assert found.published is not None
    return found.published


@pytest.mark.parametrize(("said", "language", "domain", "country", "expected"), OUTLETS)
def test_feeds_dates_are_read_by_the_outlets_country(
    said: str, language: str, domain: str, country: str | None, expected: str
) -> None:
    dates = FeedDates(f"https://{domain}/rss", language, now=NOW, country=country)
    read = dates.read(said)
    assert read.moment is not None
    assert f"{read.moment:%Y-%m-%dT%H:%M}" == expected


def test_an_outlet_abroad_writes_in_its_readers_zone() -> None:
    dates = FeedDates("https://rfa.example/rss", "km", now=NOW, country="US")
    read = dates.read("2026-11-24 08:30:00")
    assert read.moment == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("place", [NAIVE, '<p class="date">{}</p>'])
@pytest.mark.parametrize(("said", "language", "domain", "country", "expected"), OUTLETS)
def test_pages_dates_are_read_by_the_outlets_country(
    said: str, language: str, domain: str, country: str | None, expected: str, place: str
) -> None:
    html = _html(language, **{"head" if place == NAIVE else "shown": place.format(said)})
    published = _published(html, domain, country)
    assert f"{published.astimezone(UTC):%Y-%m-%dT%H:%M}" == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("<p>24 November 2026 08:30</p>", "2026-11-24T08:30:00+08:00"),
        # the page names the zone of its clock
        ("<p>24 November 2026 08:30 ICT</p>", "2026-11-24T08:30:00+07:00"),
        # local time declared as UTC has the same hands too
        ('<time datetime="2026-11-24T08:30:00Z">24 Nov 2026</time>', "2026-11-24T08:30:00+08:00"),
        (
            '<time datetime="2026-11-24T08:30:00Z">24 November 2026, 08:30</time>',
            "2026-11-24T08:30:00+08:00",
        ),
        # what readers see is believed before another date that happens to fit
        (
            "<p>24 November 2026 08:30</p><p class='date'>24 November 2026 4:30 PM SGT</p>",
            "2026-11-24T08:30:00+08:00",
        ),
        # and declares the same moment in UTC
        ("<p>24 November 2026 4:30 PM SGT</p>", "2026-11-24T16:30:00+08:00"),
        # another moment tells nothing of this one
        ("<p>23 November 2026 08:45 ICT</p>", "2026-11-24T08:30:00+08:00"),
    ],
)
def test_a_page_that_names_its_zone_keeps_it(shown: str, expected: str) -> None:
    html = _html("en", NAIVE.format("2026-11-24 08:30:00"), shown)
    assert _published(html, "straitstimes.com", "SG").isoformat() == expected


def test_an_event_declared_with_an_offset_keeps_it() -> None:
    declared = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"datePublished": "2026-11-24T08:30:00"}</script>'
    )
    html = _html("en", declared + NAIVE.format("2026-11-24T16:30:00+08:00"))
    assert _published(html, "rappler.com", "PH").isoformat() == "2026-11-24T16:30:00+08:00"


RSS = (
    '<rss version="2.0"><channel><item><link>https://o.example/a</link>'
    "<pubDate>05/11/2026 08:30</pubDate></item></channel></rss>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": '
    '[{"url": "https://o.example/a", "date_published": "05/11/2026 08:30"}]}'
)
SITEMAP = (
    "<urlset><url><loc>https://o.example/a</loc><news><publication_date>05/11/2026 08:30"
    "</publication_date></news></url></urlset>"
)


@pytest.mark.parametrize(
    ("body", "access"),
    [
        (RSS, FeedAccess(kind="feed", url="https://o.example/f")),
        (JSON, FeedAccess(kind="feed", url="https://o.example/f")),
        (SITEMAP, SitemapAccess(kind="sitemap", url="https://o.example/s", days=60)),
    ],
)
def test_documents_know_their_sources_country(body: str, access: Access) -> None:
    document = Document(body.encode(), "https://o.example/", None, NOW)
    (entry,) = read_document(document, access, _singapore(access), None, 10).entries
    assert entry.published == datetime(2026, 11, 5, 0, 30, tzinfo=UTC)


def test_a_page_read_in_the_worker_is_read_as_here() -> None:
    html = _html("en", NAIVE.format("2026-11-24 08:30:00"))
    how = (html, "https://rappler.com/a", "text/html", NOW, "PH")
    worker = WorkerReader()
    try:
        there = asyncio.run(worker.read(*how))
    finally:
        worker.close()
    here = asyncio.run(ReaderHere().read(*how))
    assert there == here
    assert here.published == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def test_a_crawl_and_its_replay_know_the_country(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    said = NAIVE.format("2026-01-20 08:30:00")
    outlet.routes["/dated"] = Answer(page("About the dated", head=said))
    outlet.article("/undated")
    items = (("/dated", ""), ("/undated", "<pubDate>05/01/2026 08:30</pubDate>"))
    told = "".join(f"<item><link>{outlet.url}{path}</link>{date}</item>" for path, date in items)
    outlet.routes["/f"] = Answer(f'<rss version="2.0"><channel>{told}</channel></rss>'.encode())
    sources = [_singapore(FeedAccess(kind="feed", url=f"{outlet.url}/f"))]
    keep = storage.home / "pages"
    crawl(sources, SETTINGS, storage, keep_pages=keep)
    found = list(Archive(storage.archive).read("crawled"))
    assert {article.url.rpartition("/")[2]: article.published for article in found} == {
        "dated": datetime(2026, 1, 20, 0, 30, tzinfo=UTC),
        "undated": datetime(2026, 1, 5, 0, 30, tzinfo=UTC),
    }
    again = replay(sources, SETTINGS, storage, keep, datetime.now(UTC).date())
    assert (again.articles, again.differing) == (2, ())
    shutil.rmtree(storage.archive)
    replay(sources, SETTINGS, storage, keep, datetime.now(UTC).date())
    assert list(Archive(storage.archive).read("crawled")) == found


def test_recorded_pages_know_the_country(tmp_path: Path, storage: StorageSettings) -> None:
    keeper = PageKeeper(tmp_path, "kept")
    url, said = "https://o.example/a", NAIVE.format("2026-01-20 08:30:00")
    answer = Response(url, headers={"Content-Type": "text/html"}, body=page("About it", head=said))
    keeper.keep(answer, "s", url, datetime(2026, 3, 4, tzinfo=UTC))
    keeper.close()
    file = str(tmp_path / "2026-03-04" / "kept.warc.gz")
    outlet = _singapore(ArchiveAccess(kind="archive", url=file, hosts=("o.example",)))
    crawl([outlet], CrawlSettings(), storage)
    (article,) = Archive(storage.archive).read("crawled")
    assert article.published == datetime(2026, 1, 20, 0, 30, tzinfo=UTC)
