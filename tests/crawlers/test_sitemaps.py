"""Sitemaps of every kind, and what a source that was down catches up with."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from articles.settings import StorageSettings
from articles.state import SourceHealth, State
from crawlers.catalogue import SitemapAccess, Source
from crawlers.feeds import MalformedFeedError
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.sitemap_index import MAX_CHILDREN
from crawlers.sitemaps import MAX_ITEMS, MAX_UNPACKED, read_sitemap
from crawlers.ways import cut_off
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

URL = "https://outlet.example/sitemap.xml"
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://outlet.example/old</loc><lastmod>2026-11-01</lastmod></url>
<url><loc>https://outlet.example/new</loc>
<image:image><image:loc>https://outlet.example/i.jpg</image:loc><image:title>No</image:title></image:image>
<news:news><news:publication><news:name>Outlet</news:name></news:publication>
<news:publication_date>2026-11-24T07:00:00+07:00</news:publication_date>
<news:title>Port &amp; ferry</news:title></news:news></url>
<url><loc>/undated</loc></url></urlset>"""


def test_a_news_sitemap_is_read_newest_first_and_cut_off() -> None:
    since = NOW - timedelta(days=2)
    found = read_sitemap(NEWS.encode(), URL, since, 10, NOW)
    new, undated = found.entries
    assert (new.address, new.title) == ("https://outlet.example/new", "Port & ferry")
    assert new.published == datetime(2026, 11, 24, tzinfo=UTC)
    assert (undated.address, undated.published) == ("https://outlet.example/undated", None)
    assert (found.older, found.left_out) == (1, 0)
    assert read_sitemap(gzip.compress(NEWS.encode()), URL, since, 10, NOW) == found
    assert read_sitemap(NEWS.encode(), URL, LONG_AGO, 1, NOW).left_out == 2


def test_an_index_names_its_sitemaps_that_changed() -> None:
    maps = "".join(
        f"<sitemap><loc>/s{n}.xml</loc><lastmod>2026-11-{n:02d}</lastmod></sitemap>"
        for n in range(1, 25)
    )
    found = read_sitemap(
        f"<sitemapindex>{maps}</sitemapindex>".encode(), URL, NOW - timedelta(days=2), 10, NOW
    )
    assert found.further == ("https://outlet.example/s24.xml", "https://outlet.example/s23.xml")
    assert found.entries == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>Not found</body></html>", "is no sitemap but a web page"),
        (b"", "an empty document"),
        (gzip.compress(NEWS.encode(), mtime=0)[:60], "cut short"),
        (b"\x1f\x8bnonsense", "damaged"),
        (gzip.compress(b" " * (MAX_UNPACKED + 10), mtime=0), "longer than 50 MB"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body: bytes, said: str) -> None:
    with pytest.raises(MalformedFeedError, match=said):
        read_sitemap(body, URL, LONG_AGO, 10, NOW)


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<!DOCTYPE u [<!ENTITY a0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<urlset><url><loc>https://outlet.example/before</loc></url>"
        "<url><loc>https://outlet.example/&f;&a11;</loc></url></urlset>"
    )
    found = read_sitemap(body.encode(), URL, LONG_AGO, 10, NOW)
    addresses = [entry.address for entry in found.entries]
    assert addresses == ["https://outlet.example/before", "https://outlet.example/&f;&a11;"]


def test_real_sitemaps_are_read(shared: Path) -> None:
    pages = children = 0
    for file in sorted((shared / "feeds" / "sitemap").iterdir()):
        if file.name.endswith("atom.xml"):
            continue
        found = read_sitemap(file.read_bytes(), URL, LONG_AGO, 50_000, NOW)
        pages, children = pages + len(found.entries), children + len(found.further)
    assert pages > 90
    assert children > 0


def test_a_week_that_was_lost_is_caught_up_with() -> None:
    access = SitemapAccess(kind="sitemap", url=URL, days=2)
    then = NOW - timedelta(days=7)
    down = SourceHealth(
        source_id="s", status="failing", since=then, last_run=NOW, last_success=then
    )
    assert cut_off(access, None, NOW) == NOW - timedelta(days=2)
    assert cut_off(access, down, NOW) == NOW - timedelta(days=8)
    long_down = down.model_copy(update={"last_success": NOW - timedelta(days=400)})
    assert cut_off(access, long_down, NOW) == NOW - timedelta(days=31)
    backfill = access.model_copy(update={"days": 365.0})
    assert cut_off(backfill, down, NOW) == NOW - timedelta(days=365)


def _sitemap_source(url: str) -> Source:
    access = (SitemapAccess(kind="sitemap", url=url),)
    return source("sample", url).model_copy(update={"access": access})


def _crawl(entry: Source, storage: StorageSettings) -> CrawlReport:
    return crawl([entry], CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK), storage)


def test_an_index_is_crawled_with_its_sitemaps(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    today = datetime.now(UTC)
    for day in range(6):
        outlet.article(f"/day-{day}")
    dated = "".join(
        f"<url><loc>{outlet.url}/day-{n}</loc>"
        f"<lastmod>{today - timedelta(days=n):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        for n in range(6)
    )
    outlet.routes["/pages.xml.gz"] = Answer(
        gzip.compress(f"<urlset>{dated}</urlset>".encode()), content_type="application/gzip"
    )
    index = f"<sitemap><loc>{outlet.url}/pages.xml.gz</loc></sitemap>"
    loop = f"<sitemap><loc>{outlet.url}/index.xml</loc></sitemap>"
    outlet.routes["/index.xml"] = Answer(
        f"<sitemapindex>{index}{loop}</sitemapindex>".encode(), content_type="text/xml"
    )
    entry = _sitemap_source(f"{outlet.url}/index.xml")
    first = _crawl(entry, storage)
    part = first.source("sample")
    assert (first.totals["new"], part.health, part.detail) == (2, "healthy", "")
    assert {feed.url.rsplit("/")[-1]: (feed.kind, feed.older) for feed in part.feeds} == {
        "index.xml": ("sitemap", 0),
        "pages.xml.gz": ("sitemap", 4),
    }
    with State.open(storage.state) as state:
        (row,) = state.source_health()
        down = {"status": "failing", "last_success": today - timedelta(days=4)}
        state.save_source_health(row.model_copy(update=down))
    second = _crawl(entry, storage)
    assert (second.totals["new"], second.totals["unchanged"]) == (3, 2)


def test_a_week_in_which_a_sitemap_was_empty_is_caught_up_with(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    def listed(*days: int) -> None:
        """Serve a sitemap of pages that are so many days old."""
        for day in days:
            outlet.article(f"/day-{day}")
        now = datetime.now(UTC)
        rows = "".join(
            f"<url><loc>/day-{day}</loc><lastmod>{now - timedelta(days=day)}</lastmod></url>"
            for day in days
        )
        outlet.routes["/map.xml"] = Answer(f"<urlset>{rows}</urlset>".encode())

    listed(0)
    entry = _sitemap_source(f"{outlet.url}/map.xml")
    assert _crawl(entry, storage).source("sample").health == "healthy"
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with State.open(storage.state) as state:
        (row,) = state.source_health()
        ran = {"last_run": week_ago, "last_success": week_ago}
        state.save_source_health(row.model_copy(update=ran))
    listed()
    assert [_crawl(entry, storage).source("sample").health for _ in "12"] == ["empty"] * 2
    listed(1, 5, 20)
    assert _crawl(entry, storage).totals["new"] == 2


def _indexes(outlet: OutletServer, levels: int, *others: str) -> str:
    """Serve indexes that each name the next and `others`, the last a sitemap of one page."""
    outlet.article("/page")
    for level in range(levels):
        named = "".join(f"<sitemap><loc>{u}</loc></sitemap>" for u in (f"/{level + 1}", *others))
        outlet.routes[f"/{level}"] = Answer(f"<sitemapindex>{named}</sitemapindex>".encode())
    outlet.routes[f"/{levels}"] = Answer(b"<urlset><url><loc>/page</loc></url></urlset>")
    return f"{outlet.url}/0"


def test_indexes_of_indexes_are_read_to_a_bound_which_is_told(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    part = _crawl(_sitemap_source(_indexes(outlet, 4)), storage).source("sample")
    last = next(feed for feed in part.feeds if feed.url.endswith("/3"))
    assert (last.outcome, last.reason, last.left_out) == ("read", "too_deep", 1)
    assert (part.health, part.detail) == ("malformed", f"too_deep at {last.url}")
    part = _crawl(_sitemap_source(_indexes(outlet, 3)), storage).source("sample")
    assert (part.outcomes["new"], part.health) == (1, "healthy")


def test_sitemaps_at_no_web_address_are_counted(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    index = _indexes(outlet, 1, "file:///etc/passwd", "http://[::1")
    part = _crawl(_sitemap_source(index), storage).source("sample")
    assert {feed.url.rpartition("/")[2]: feed.left_out for feed in part.feeds} == {"0": 2, "1": 0}
    assert (part.outcomes["new"], part.health) == (1, "healthy")


@pytest.mark.parametrize(
    ("maps", "health"),
    [
        ({"index": "2026-11-24", "a": "2026-11-24", "b": ""}, "healthy"),
        ({"index": "2020-01-01", "a": "2026-11-24"}, "healthy"),
        ({"index": "2026-11-24", "a": "", "b": ""}, "empty"),
    ],
    ids=["one names pages", "old sitemaps", "empty sitemaps"],
)
def test_an_index_counts_by_its_sitemaps_and_old_pages_are_no_empty_map(
    outlet: OutletServer, storage: StorageSettings, maps: dict[str, str], health: str
) -> None:
    """`maps`: when the sitemaps of the index changed, and of each the date of its only page."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    dates = {name: date.replace("2026-11-24", today) for name, date in maps.items()}
    outlet.article("/page")
    changed = dates.pop("index")
    named = "".join(
        f"<sitemap><loc>/{name}.xml</loc><lastmod>{changed}</lastmod></sitemap>" for name in dates
    )
    outlet.routes["/index.xml"] = Answer(f"<sitemapindex>{named}</sitemapindex>".encode())
    for name, date in dates.items():
        page = f"<url><loc>/page</loc><lastmod>{date}</lastmod></url>" if date else ""
        outlet.routes[f"/{name}.xml"] = Answer(f"<urlset>{page}</urlset>".encode())
    part = _crawl(_sitemap_source(f"{outlet.url}/index.xml"), storage).source("sample")
    assert part.health == health


def test_a_sitemap_with_nothing_but_old_pages_may_be_quiet(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    old = "<urlset><url><loc>/old</loc><lastmod>2020-01-01</lastmod></url></urlset>"
    outlet.routes["/map.xml"] = Answer(old.encode())
    entry = _sitemap_source(f"{outlet.url}/map.xml").model_copy(update={"expected_per_day": 40.0})
    assert _crawl(entry, storage).source("sample").health == "healthy"
    with State.open(storage.state) as state:
        for days in (1, 2, 3):
            state.add_yield("sample", datetime.now(UTC).date() - timedelta(days=days), 0)
    assert _crawl(entry, storage).source("sample").health == "quiet"


def test_a_broken_address_spoils_nothing_else() -> None:
    places = "<url><loc>http://[::1</loc></url><url><loc>https://outlet.example/a</loc></url>"
    feed = read_sitemap(f"<urlset>{places}</urlset>".encode(), URL, NOW, 10, NOW)
    assert [entry.address for entry in feed.entries] == ["http://[::1", "https://outlet.example/a"]


def test_a_sitemap_may_be_text_with_an_address_a_line() -> None:
    text = "\ufeffhttps://outlet.example/a\r\n\r\n  https://outlet.example/b \nmore\nHTTPS://o.example/c"
    whole = read_sitemap(text.encode(), URL, NOW, 10, NOW)
    addresses = [entry.address for entry in whole.entries]
    # the third is refused when its page is to be asked for: it is counted, not passed over
    assert addresses[:3] == [
        "https://outlet.example/a",
        "https://outlet.example/b",
        "https://outlet.example/more",
    ]
    assert (len(addresses), whole.left_out, whole.older, whole.further) == (4, 0, 0, ())
    packed = gzip.compress(text.encode(), mtime=0)
    assert read_sitemap(packed, URL, NOW, 2, NOW).left_out == 2
    in_xml = "<urlset><url><loc>https://outlet.example/a</loc></url></urlset>"
    assert whole.entries[0] == read_sitemap(in_xml.encode(), URL, NOW, 10, NOW).entries[0]
    with pytest.raises(MalformedFeedError, match="starts with b'service unavailable"):
        read_sitemap(b"Service unavailable, see https://outlet.example/", URL, NOW, 10, NOW)


def test_a_text_sitemap_is_crawled(outlet: OutletServer, storage: StorageSettings) -> None:
    outlet.article("/one")
    lines = f"{outlet.url}/one\nhttp://[::1\n".encode()
    outlet.routes["/sitemap.txt"] = Answer(lines, content_type="text/plain")
    part = _crawl(_sitemap_source(f"{outlet.url}/sitemap.txt"), storage).source("sample")
    assert (part.outcomes["new"], part.reasons) == (1, {"rejected:invalid_address": 1})


def test_a_gzip_file_of_several_streams_is_read_whole() -> None:
    half = NEWS.index("<url><loc>/undated")
    packed = b"".join(gzip.compress(part.encode()) for part in (NEWS[:half], NEWS[half:]))
    assert len(read_sitemap(packed, URL, LONG_AGO, 10, NOW).entries) == 3


def test_what_a_sitemap_leaves_out_or_is_not_believed_in_is_counted() -> None:
    maps = "".join(f"<sitemap><loc>/s{n}.xml</loc></sitemap>" for n in range(MAX_CHILDREN + 3))
    index = read_sitemap(f"<sitemapindex>{maps}</sitemapindex>".encode(), URL, NOW, 10, NOW)
    assert (len(index.further), index.left_out) == (MAX_CHILDREN, 3)
    dates = ("2100-01-01", "1975-01-01", "soon", "2026-11-24")
    pages = "".join(f"<url><loc>/p</loc><lastmod>{date}</lastmod></url>" for date in dates)
    found = read_sitemap(f"<urlset>{pages}</urlset>".encode(), URL, LONG_AGO, 10, NOW)
    assert len(found.entries) == 4
    assert found.refused_dates == {"future": 1, "before_1990": 1, "unreadable": 1}


def test_items_beyond_what_a_sitemap_may_have_are_counted_and_not_kept() -> None:
    body = b"<urlset>" + b"<url><loc>/a</loc></url>" * (MAX_ITEMS + 5) + b"</urlset>"
    found = read_sitemap(body, URL, LONG_AGO, 10, NOW)
    assert (len(found.entries), found.left_out) == (10, MAX_ITEMS - 5)
