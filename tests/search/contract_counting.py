"""The contract of filters, facets and timelines: exact numbers in the reader's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from articles.record import Article
from search.engine import FACETS, Filters, Interval, Query, QueryError, SearchEngine
from tests.search.contract_fixtures import EngineFixtures, EngineMaker
from tests.search.corpus import corpus, make


class CountingContract(EngineFixtures):
    """What is counted."""

    @pytest.mark.parametrize(
        "filters",
        [
            Filters(categories=("terrorism",)),
            Filters(categories=("terrorism", "policy_divergence"), languages=("en", "zh")),
            Filters(languages=("zh",)),
            Filters(languages=("zh-Hant", "km")),
            Filters(countries=("PH",), sentiments=("negative",)),
            Filters(sources=("bao-bien",)),
            Filters(sources=("no such outlet",)),
            Filters(since=datetime(2026, 10, 28, tzinfo=UTC)),
            Filters(until=datetime(2026, 10, 28, tzinfo=UTC), languages=("en",)),
            Filters(
                first_seen_since=datetime(2026, 10, 26, 4, tzinfo=UTC),
                first_seen_until=datetime(2026, 11, 1, tzinfo=UTC),
            ),
        ],
    )
    def test_filters_and_facets_count_exactly(self, filled: SearchEngine, filters: Filters) -> None:
        expected = [article for article in corpus() if passes(article, filters)]
        assert filled.count(filters) == len(expected)
        result = filled.search(Query(filters=filters, size=100, facets=FACETS))
        assert {hit.article.id for hit in result.hits} == {a.id for a in expected}
        for name in FACETS:
            counts: dict[str, int] = {}
            for value in (value for article in expected for value in facet(article, name)):
                counts[value] = counts.get(value, 0) + 1
            ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            assert [(b.value, b.count) for b in result.facets[name]] == ordered

    def test_an_unknown_facet_is_refused(self, filled: SearchEngine) -> None:
        with pytest.raises(QueryError, match="no facet 'colour'; there are: category"):
            filled.search(Query(facets=("language", "colour")))

    def test_windows_that_meet_share_no_article(self, filled: SearchEngine) -> None:
        middle = next(a for a in corpus() if a.url.endswith("zh-sea")).when
        for offset in (-1, 0, 1, 700):
            border = middle + timedelta(microseconds=offset)
            before = filled.count(Filters(until=border))
            assert before + filled.count(Filters(since=border)) == 40

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Asia/Manila", "Europe/London"])
    @pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
    def test_the_timeline_follows_the_readers_calendar(
        self, make_engine: EngineMaker, zone: str, interval: Interval
    ) -> None:
        engine = make_engine(zone)
        engine.index(corpus())  # London leaves summer time on 25 October 2026, where it begins
        timeline = engine.search(Query(timeline=interval, size=0)).timeline
        counts = {bucket.start: bucket.count for bucket in timeline if bucket.count}
        expected: dict[datetime, int] = {}
        for article in corpus():
            start = wall_start(article.when, interval, ZoneInfo(zone))
            expected[start.astimezone(UTC)] = expected.get(start.astimezone(UTC), 0) + 1
        assert {start.astimezone(UTC): count for start, count in counts.items()} == expected
        starts = [bucket.start for bucket in timeline]
        assert starts == sorted(starts)
        assert all(
            start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset() for start in starts
        )
        engine.close()

    def test_a_day_that_gains_an_hour_is_one_bucket(self, make_engine: EngineMaker) -> None:
        engine = make_engine("Europe/London")
        night = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # 23:30 in summer time
        engine.index([make(f"h{n}", published=night + timedelta(hours=n)) for n in range(28)])
        by_day = engine.search(Query(timeline="day", size=0)).timeline
        assert [b.count for b in by_day] == [1, 25, 2]
        by_hour = engine.search(Query(timeline="hour", size=0)).timeline
        assert [b.count for b in by_hour] == [1] * 28
        engine.close()

    def test_empty_buckets_are_counted_nought(self, empty: SearchEngine) -> None:
        ends = datetime(2026, 10, 30, 12, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)
        empty.index([make(f"at{n}", published=moment) for n, moment in enumerate(ends)])
        timeline = empty.search(Query(timeline="day")).timeline
        assert [b.count for b in timeline] == [1, 0, 0, 1]

    def test_a_timeline_of_too_many_steps_is_refused(self, empty: SearchEngine) -> None:
        empty.index([make("old", published=datetime(1990, 1, 1, tzinfo=UTC)), make("new")])
        with pytest.raises(QueryError, match="choose a longer interval"):
            empty.search(Query(timeline="hour"))
        assert len(empty.search(Query(timeline="month")).timeline) == 443


def passes(article: Article, filters: Filters) -> bool:
    chosen = (
        (filters.categories, article.categories),
        (filters.sentiments, (article.sentiment,)),
        (filters.countries, article.countries),
        (filters.languages, ranges(article.language)),
        (filters.sources, (article.source_id,)),
    )
    periods = (
        (filters.since, filters.until, article.when),
        (filters.first_seen_since, filters.first_seen_until, article.first_seen),
    )
    return all(not wanted or set(wanted) & set(there) for wanted, there in chosen) and all(
        (since is None or moment >= since) and (until is None or moment < until)
        for since, until, moment in periods
    )


def ranges(tag: str) -> set[str]:
    """The tag and all that it stops short at, as an analyst types them."""
    parts = tag.split("-")
    return {"-".join(parts[:end]) for end in range(1, len(parts) + 1)}


def facet(article: Article, name: str) -> tuple[str, ...]:
    values = {
        "category": article.categories,
        "sentiment": (article.sentiment or "",),
        "country": article.countries,
        "language": (article.language.split("-")[0],),
        "source": (article.source_id,),
    }
    return tuple(value for value in values[name] if value)


def wall_start(moment: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """The bucket's start by the wall clock, worked out apart from the engine's own code."""
    wall = moment.astimezone(zone)
    hour = datetime(wall.year, wall.month, wall.day, wall.hour, tzinfo=zone, fold=wall.fold)
    midnight = datetime(wall.year, wall.month, wall.day, tzinfo=zone)
    monday = wall.date() - timedelta(days=wall.isoweekday() - 1)
    return {
        "hour": hour,
        "day": midnight,
        "week": datetime(monday.year, monday.month, monday.day, tzinfo=zone),
        "month": datetime(wall.year, wall.month, 1, tzinfo=zone),
    }[interval]
