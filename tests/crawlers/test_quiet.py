"""The rule for quiet sources: promises, weekends, and days on which nobody looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from scrapy.http import Response

from articles.settings import StorageSettings
from articles.state import State
from crawlers.catalogue import ArchiveAccess, SitemapAccess, Source
from crawlers.quiet import WEEKEND_SHARE, chance_of_at_most, expected_on, quiet
from crawlers.quiet import per_day as per_day_of
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import PageKeeper
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer, page

FRIDAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


def _source(per_day: float | None, country: str = "PH") -> Source:
    entry = source("sample", "https://o.example/feed")
    return entry.model_copy(update={"expected_per_day": per_day, "country": country})


def _yields(now: datetime, *counts: int) -> dict[date, int]:
    """Return yields of the days before `now` and of its own, the last."""
    first = now.date() - timedelta(days=len(counts) - 1)
    return {first + timedelta(days=n): count for n, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("per_day", "now", "counts", "expected"),
    [
        (10, FRIDAY, (10, 9, 11, 4), False),
        (10, FRIDAY, (10, 0, 0, 0), True),
        (10, FRIDAY, (0, 0, 0, 0), True),
        (10, MONDAY, (10, 4, 4, 3), False),
        (10, FRIDAY, (10, 4, 4, 3), True),
        (0.5, FRIDAY, (0, 0, 0, 0), False),
        (None, FRIDAY, (0, 0, 0, 0), False),
        (10, FRIDAY, (0, 0), False),
    ],
)
def test_the_rule(
    per_day: float | None, now: datetime, counts: tuple[int, ...], expected: bool
) -> None:
    found = quiet(_source(per_day), _yields(now, *counts), now)
    assert (found is not None) == expected
    if found:
        assert found[0] == "quiet"
        assert f"{sum(counts)} new articles in 4 days" in found[1]


_STEADY = [300, *[12, 6, 6, 12, 12, 12, 12] * 3]
"""A first day with all that the feed still named, then three weeks from Friday to Thursday."""


@pytest.mark.parametrize(
    ("per_day", "since", "told"),
    [
        (None, [10, 9, 12, 10, 11], [False] * 5),
        (None, [0] * 40, [False, *[True] * 39]),
        (None, [1] * 12, [False, *[True] * 11]),
        (None, [20] * 12, [False] * 12),
        (10.0, [0, 0, 0, 0, 0, 10, 10, 10, 10], [False, *[True] * 5, False, False, False]),
        (10.0, [0, 0, 0, 0, 0, 40, 10], [False, *[True] * 4, False, False]),
    ],
    ids=["steady", "silent", "a tenth", "doubled", "back", "back with all that it had"],
)
def test_invented_histories(per_day: float | None, since: list[int], told: list[bool]) -> None:
    """Each day is judged at its end, with the days before it."""
    start, found = date(2026, 11, 12) - timedelta(days=len(_STEADY) - 1), []
    for length in range(1, len(since) + 1):
        counts = [*_STEADY, *since[:length]]
        yields = {start + timedelta(days=n): count for n, count in enumerate(counts)}
        evening = datetime.combine(max(yields), time(23, 59), UTC)
        found.append(quiet(_source(per_day), yields, evening) is not None)
    assert found == told


def test_a_yield_is_measured_on_fourteen_days_after_the_first() -> None:
    assert per_day_of(_yields(FRIDAY, 300, *[6] * 13)) is None
    assert per_day_of(_yields(FRIDAY, 300, *[6] * 14)) == pytest.approx(6.0)


@pytest.mark.parametrize("after", [0, 30, 59])
def test_one_day_beyond_all_others_does_not_move_the_measure(after: int) -> None:
    days = [300, *[10] * 60]
    days[1 + after] += 3000
    assert per_day_of(_yields(FRIDAY, *days)) == pytest.approx(10.0)
    assert quiet(_source(None), _yields(FRIDAY, *days, 10, 10, 10, 5), FRIDAY) is None


def test_days_that_were_not_crawled_do_not_count() -> None:
    yields = {FRIDAY.date() - timedelta(days=3): 9, FRIDAY.date(): 2}
    assert quiet(_source(10), yields, FRIDAY) is None


@pytest.mark.parametrize("country", ["PH", "BN"])
def test_a_week_brings_seven_days_and_weekends_half(country: str) -> None:
    week = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    expected = [expected_on(10, country, day, FRIDAY) for day in week]
    assert sum(expected) == pytest.approx(70)
    slow = [4, 6] if country == "BN" else [5, 6]
    assert all(expected[n] == pytest.approx(expected[0] * WEEKEND_SHARE) for n in slow)


def test_the_chance_is_poissons() -> None:
    assert chance_of_at_most(0, 3.0) == pytest.approx(0.049787, abs=1e-6)
    assert chance_of_at_most(2, 3.0) == pytest.approx(0.423190, abs=1e-6)
    assert chance_of_at_most(0, 0.0) == 1.0


def _published(moment: datetime) -> str:
    return f'<meta property="article:published_time" content="{moment.isoformat()}">'


def test_a_day_on_which_the_source_could_not_be_read_is_not_measured(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    today = datetime.now(UTC).date()
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    down = source("down", f"{outlet.url}/none.xml")
    barred = source("barred", outlet.feed("/barred"))
    outlet.routes["/barred"] = Answer(b"no", 403)
    idle = source("idle", outlet.feed(path="/idle.xml"))
    report = crawl([down, barred, idle], settings, storage)
    assert [each.health for each in report.sources] == ["failing", "blocked", "empty"]
    with State.open(storage.state) as state:
        yields = [state.yields(name, today) for name in ("down", "barred", "idle")]
    assert yields == [{}, {}, {today: 0}]


def test_a_source_with_a_fault_is_measured_by_the_articles_that_it_brings(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    today = datetime.now(UTC).date()
    outlet.article("/one", head=_published(datetime.now(UTC)))
    entry = source("sample", outlet.feed("/one"), f"{outlet.url}/none.xml")
    report = crawl([entry], CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK), storage)
    assert report.source("sample").health == "failing"
    with State.open(storage.state) as state:
        assert state.yields("sample", today) == {today: 1}


def test_what_was_looked_back_for_is_no_measure_of_a_day(
    outlet: OutletServer, storage: StorageSettings, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    for days in (0, 5, 9, 400):
        outlet.article(f"/of-{days}", head=_published(now - timedelta(days=days)))
    outlet.routes["/map.xml"] = Answer(
        f"<urlset>{''.join(f'<url><loc>/of-{days}</loc></url>' for days in (0, 5, 9, 400))}"
        "</urlset>".encode()
    )
    keeper = PageKeeper(tmp_path / "kept", "kept")
    recorded = Response("https://o.example/a", body=page("Kept", head=_published(now)))
    keeper.keep(recorded, "s", recorded.url, now)
    keeper.close()
    (file,) = (tmp_path / "kept").rglob("*.warc.gz")
    ways = (
        SitemapAccess(kind="sitemap", url=f"{outlet.url}/map.xml", days=3650),
        ArchiveAccess(kind="archive", url=str(file), hosts=("o.example",)),
    )
    entry = source("sample", outlet.url).model_copy(update={"access": ways})
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    assert crawl([entry], settings, storage).totals["new"] == 5
    with State.open(storage.state) as state:
        assert state.yields("sample", now.date()) == {now.date(): 2}


def test_a_run_counts_the_yield_and_tells_of_a_quiet_source(
    outlet: OutletServer, storage: StorageSettings, tmp_path: Path
) -> None:
    outlet.article("/one", head=_published(datetime.now(UTC)))
    promised = source("sample", outlet.feed("/one"))
    promised = promised.model_copy(update={"expected_per_day": 40.0})
    today = datetime.now(UTC).date()
    with State.open(storage.state) as state:
        for days in (1, 2, 3):
            state.add_yield("sample", today - timedelta(days=days), 0)
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    first = crawl([promised], settings, storage).source("sample")
    assert (first.health, first.outcomes["new"]) == ("quiet", 1)
    assert first.since is not None
    second = crawl([promised], settings, storage).source("sample")
    assert (second.health, second.since) == ("quiet", first.since)
    with State.open(storage.state) as state:
        assert state.yields("sample", today) == {today: 1}
