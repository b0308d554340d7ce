"""Indexes of more sitemaps than a run reads: the newest is read, and in turn all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from articles.settings import StorageSettings
from crawlers.catalogue import SitemapAccess
from crawlers.deadline import deadline
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.sitemap_index import MAX_CHILDREN, Child, children_to_read
from crawlers.sitemaps import read_sitemap
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)
ROOT = "https://o.example/"
POSTS = [f"{ROOT}post-sitemap{n}.xml" for n in range(1, 58)]


def _read(
    addresses: list[str],
    now: datetime = NOW,
    touched: datetime | None = None,
    since: datetime = SINCE,
) -> list[str]:
    return children_to_read([Child(each, touched) for each in addresses], since, now)[0]


def _months(form: str) -> list[str]:
    months = [(y, m) for y in range(2024, 2027) for m in range(1, 13) if (y, m) < (2026, 12)]
    return [ROOT + form.format(y=year, m=month) for year, month in months]


def _runs_until_all_are_read(addresses: list[str], apart: timedelta) -> int:
    left, now, runs = set(addresses), NOW, 0
    while left:
        left -= set(_read(addresses, now))
        now, runs = now + apart, runs + 1
        assert runs <= len(addresses), f"{len(left)} are left"
    return runs


@pytest.mark.parametrize("order", [1, -1])
def test_both_ends_of_a_numbered_row_are_read_in_every_run(order: int) -> None:
    for days in range(30):
        read = _read(POSTS[::order], NOW + timedelta(days=days))
        assert {*POSTS[:3], *POSTS[-3:]} <= set(read)
        assert len(set(read)) == len(read) == MAX_CHILDREN


def test_the_highest_number_is_the_end_wherever_it_stands() -> None:
    assert {POSTS[0], POSTS[-1]} <= set(_read(sorted(POSTS)))


def test_the_end_of_each_row_is_read_though_it_stands_amid_others() -> None:
    rows = {name: [f"{ROOT}{name}-sitemap{n}.xml" for n in range(1, 30)] for name in ("tag", "cat")}
    others = [f"{ROOT}page-sitemap.xml", f"{ROOT}author-sitemap.xml"]
    index = [*rows["tag"], *POSTS, *others, *rows["cat"]]
    assert {POSTS[-1], POSTS[0], rows["tag"][-1], rows["cat"][-1], others[-1]} <= set(_read(index))


def test_without_numbers_the_ends_are_those_of_the_index() -> None:
    names = [f"{ROOT}{chr(97 + n // 26)}{chr(97 + n % 26)}.xml" for n in range(100)][::-1]
    assert {*names[:3], *names[-3:]} <= set(_read(names))


@pytest.mark.parametrize("hours", [1, 4, 6, 12, 24, 48, 168])
def test_all_others_are_read_in_turn_however_far_runs_are_apart(hours: int) -> None:
    assert _runs_until_all_are_read(POSTS, timedelta(hours=hours)) <= 25


def test_a_long_index_is_read_by_daily_runs_nearly_without_repeats() -> None:
    maps = [f"{ROOT}sitemap.xml?page={n}" for n in range(600)]
    assert _runs_until_all_are_read(maps, timedelta(days=1)) <= 2 * len(maps) // MAX_CHILDREN * 1.5


def test_a_run_that_is_replayed_reads_what_it_read() -> None:
    assert _read(POSTS) == _read(POSTS)
    assert _read(POSTS) != _read(POSTS, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "form",
    [
        "sitemap-{y}-{m:02}.xml",
        "sitemap{y}{m:02}.xml.gz",
        "sitemap_{y}_{m:02}_01.xml",
        "{y}/{m:02}/sitemap.xml",
        "sitemap.xml?yyyy={y}&mm={m:02}&dd=01",
        "sitemap-2019-01-{y}{m:02}01.xml",
    ],
)
def test_a_date_in_a_name_is_its_date(form: str) -> None:
    maps = _months(form)
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert _read(maps, now, since=now - timedelta(days=2)) == maps[-1:]
    month_ago = _read(maps, now, since=datetime(2026, 10, 10, tzinfo=UTC))
    assert month_ago == maps[-1:-3:-1]
    backfill = _read(maps, now, since=datetime(2024, 1, 1, tzinfo=UTC))
    assert len(backfill) == MAX_CHILDREN
    assert backfill[:10] == maps[-1:-11:-1]


def test_a_month_is_read_until_it_has_ended_everywhere() -> None:
    maps = _months("sitemap-{y}-{m:02}.xml")
    for day, read in ((1, maps[-1:-3:-1]), (4, maps[-1:])):
        now = datetime(2026, 11, day, 12, tzinfo=UTC)
        assert _read(maps, now, since=now - timedelta(days=2)) == read


@pytest.mark.parametrize("form", ["sitemap-%Y-%m-%d.xml", "sitemap%Y%m%d", "%Y/%m/%d.xml"])
@pytest.mark.parametrize(
    "begins",
    [
        [(10, 1), (11, 1), (12, 1)],  # months by their first day
        [(11, 2), (11, 9), (11, 16), (11, 23), (11, 30)],  # weeks
        [(9, 11), (11, 28), (11, 29)],  # now and then
    ],
)
def test_a_period_named_by_its_first_day_is_read_until_the_next_has_begun_everywhere(
    begins: list[tuple[int, int]], form: str
) -> None:
    starts = [datetime(2026, month, day, tzinfo=UTC) for month, day in begins]
    maps = [ROOT + start.strftime(form) for start in starts]
    assert _read(maps[:-1], starts[-1] - timedelta(hours=1), since=starts[-2])[0] == maps[-2]
    for days, read in ((0, maps[:-3:-1]), (3, maps[:-3:-1]), (5, maps[-1:])):
        now = starts[-1] + timedelta(days=days, hours=6)
        found, older = children_to_read(
            [Child(each, None) for each in maps], now - timedelta(days=3), now
        )
        assert (found[: len(read)], older) == (read, len(maps) - len(found))
        assert days < 5 or found == read


def test_a_day_or_month_lasts_no_longer_for_what_begins_within_it() -> None:
    maps = [f"{ROOT}sitemap-{day}.xml" for day in ("2026-11", "2026-11-09", "2026-11-10")]
    now = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert _read(maps, now, since=now - timedelta(days=2)) == maps[:1]
    assert _read(maps, now, since=datetime(2026, 11, 11, 1, tzinfo=UTC)) == [maps[0], maps[2]]


@pytest.mark.parametrize(
    "form", ["sitemap{y}{m}.xml", "s-{y}-{m:02}1.xml", "1{y}{m:02}.xml", "s-{y}-1{m}.xml"]
)
def test_a_number_that_is_plainly_no_date_is_none(form: str) -> None:
    maps = [ROOT + form.format(y=2019, m=month) for month in range(3, 10)]
    assert len(_read(maps)) == len(maps)


def test_names_that_only_look_like_dates_do_not_hide_the_newest() -> None:
    parts = [f"{ROOT}sitemap-2019-{n:02}.xml" for n in range(1, 10)]
    assert _read(parts) == parts[-1:]
    same = [f"{ROOT}uploads/2019/05/sitemap{n}.xml" for n in range(1, 10)]
    assert set(_read(same)) == set(same)
    future = [f"{ROOT}sitemap-2027-{n:02}.xml" for n in range(1, 10)]
    assert set(_read(future)) == set(future)


def test_dated_and_undated_sitemaps_share_the_places() -> None:
    dated = [Child(f"{ROOT}d{n}.xml", NOW - timedelta(minutes=n)) for n in range(40)]
    undated = [Child(each, None) for each in POSTS]
    for few, many in (([*dated, *undated], 10), ([*dated[:4], *undated], 4), (dated, 20)):
        read, older = children_to_read(few, SINCE, NOW)
        assert (sum("/d" in each for each in read), len(read), older) == (many, MAX_CHILDREN, 0)
        assert read[: many // 2] == [each.address for each in dated[: many // 2]]
    read, older = children_to_read([*undated, *dated[:4]], NOW - timedelta(seconds=90), NOW)
    assert (older, dated[0].address in read, dated[2].address in read) == (2, True, False)


def test_dates_that_are_all_the_same_tell_nothing() -> None:
    assert {POSTS[0], POSTS[-1]} <= set(_read(POSTS, touched=NOW))
    months = _months("sitemap-{y}-{m:02}.xml")
    assert _read(months, touched=NOW)[:10] == months[:-11:-1]


def test_what_is_left_out_and_what_is_too_old_is_counted() -> None:
    maps = "".join(
        f"<sitemap><loc>{each}</loc></sitemap>" for each in [*POSTS, *_months("{y}-{m:02}")]
    )
    found = read_sitemap(f"<sitemapindex>{maps}</sitemapindex>".encode(), ROOT, SINCE, 10, NOW)
    assert (len(found.further), found.left_out, found.older) == (20, 57 + 1 - 20, 34)


@pytest.mark.parametrize("form", ["{0}/{1}", "{1}-{2}", "{0}", "2026-11-{2}", "9{0}" * 60])
def test_a_hostile_index_is_chosen_from_in_time(form: str) -> None:
    maps = [form.format(n, n % 300, n // 300) for n in range(20_000)]
    with deadline(5.0):
        assert len(_read(maps)) <= MAX_CHILDREN


def test_the_newest_of_a_long_index_is_crawled(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    names = [f"/sitemap-{n}.xml" for n in range(1, 26)]
    for number, name in enumerate(names, 1):
        page = f"<urlset><url><loc>/story-{number}</loc></url></urlset>"
        outlet.routes[name] = Answer(page.encode())
    outlet.article("/story-25")
    maps = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    outlet.routes["/index.xml"] = Answer(f"<sitemapindex>{maps}</sitemapindex>".encode())
    access = SitemapAccess(kind="sitemap", url=f"{outlet.url}/index.xml")
    entry = source("sample", access.url).model_copy(update={"access": (access,)})
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    part = crawl([entry], settings, storage).source("sample")
    assert (part.outcomes["new"], outlet.seen[names[-1]]) == (1, 1)
    assert {feed.left_out for feed in part.feeds if feed.url == access.url} == {5}
