"""What every engine must do: one suite, run by tests/search and, on a real node, tests/services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from articles.record import Article, Tag
from search.engine import (
    FACETS,
    Filters,
    IndexingError,
    Interval,
    Query,
    QueryError,
    SearchEngine,
    Sort,
)
from tests.search.corpus import article_id, corpus, make

EngineMaker = Callable[[str], SearchEngine]
"""Opens an engine with an empty index of its own, for a reader in the time zone."""

KEYS = {article.id: article.url.rpartition("/")[2] for article in corpus()}


def found(engine: SearchEngine, text: str, filters: Filters | None = None) -> set[str]:
    result = engine.search(Query(text=text, filters=filters or Filters(), size=100))
    assert result.total == len(result.hits)
    return {KEYS[hit.article.id] for hit in result.hits}


def read_all(engine: SearchEngine, query: Query) -> list[Article]:
    """Follow `next` to the last page."""
    read: list[Article] = []
    while True:
        result = engine.search(query)
        read += [hit.article for hit in result.hits]
        if result.next is None:
            return read
        assert len(result.hits) == query.size
        query = query.model_copy(update={"after": result.next})


class SearchContract:
    """Subclasses give the class-scoped fixture `make_engine`."""

    @pytest.fixture(scope="class")
    def make_engine(self) -> EngineMaker:
        raise NotImplementedError

    @pytest.fixture
    def empty(self, make_engine: EngineMaker) -> Iterator[SearchEngine]:
        engine = make_engine("UTC")
        yield engine
        engine.close()

    @pytest.fixture(scope="class")
    def filled(self, make_engine: EngineMaker) -> Iterator[SearchEngine]:
        engine = make_engine("UTC")
        assert engine.index(corpus()) == 40
        yield engine
        engine.close()

    # keeping

    def test_an_article_comes_back_whole_with_its_embedding(self, filled: SearchEngine) -> None:
        for article in corpus():
            kept = filled.get(article.id)
            assert kept is not None
            assert kept.model_dump() == article.model_dump()
            if article.embedding is None:
                assert kept.embedding is None
            else:
                np.testing.assert_allclose(kept.embedding, article.embedding, atol=1e-6)

    def test_an_unknown_id_is_none(self, filled: SearchEngine) -> None:
        assert filled.get(article_id("nobody")) is None

    def test_hits_carry_the_embedding(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="zambales")).hits
        assert np.shape(hit.article.embedding) == (384,)

    def test_an_upsert_replaces_every_part(self, empty: SearchEngine) -> None:
        empty.index([make("one", "Old headline", language="en"), make("two", "Other")])
        changed = make("one", "Neue Zeile", language="de", version=2)
        assert empty.index([changed]) == 1
        assert empty.count() == 2
        assert empty.search(Query(text="old")).total == 0
        assert empty.search(Query(text="neue")).hits[0].article == changed
        languages = empty.search(Query(facets=("language",))).facets["language"]
        assert {b.value for b in languages} == {"de", "und"}

    def test_the_last_of_two_with_one_id_stays(self, empty: SearchEngine) -> None:
        empty.index([make("one", "First"), make("one", "Second")])
        assert empty.count() == 1
        assert empty.search(Query(text="second")).total == 1

    def test_delete_counts_those_that_were_there(self, empty: SearchEngine) -> None:
        empty.index([make("one"), make("two"), make("three")])
        assert empty.delete([article_id(key) for key in ("one", "three", "nobody", "one")]) == 2
        assert empty.count() == 1
        assert empty.get(article_id("one")) is None
        assert empty.delete([]) == 0

    def test_nothing_indexed_is_no_error(self, empty: SearchEngine) -> None:
        assert empty.index([]) == 0
        result = empty.search(Query(text="word", facets=FACETS, timeline="day"))
        assert result.total == 0
        assert result.hits == ()
        assert result.next is None
        assert result.timeline == ()
        assert result.facets == dict.fromkeys(FACETS, ())

    def test_reset_empties_and_changes_the_generation(self, empty: SearchEngine) -> None:
        empty.index([make("one")])
        before = empty.generation
        assert empty.generation == before
        empty.reset()
        assert empty.count() == 0
        assert empty.generation != before
        empty.index([make("two")])
        assert empty.count() == 1

    def test_health_counts(self, filled: SearchEngine) -> None:
        health = filled.health()
        assert health.ok
        assert health.articles == 40
        assert health.version[-1].isdigit()

    # words of every script

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("罢工", {"zh-strike"}),
            ("工罢", set()),
            ("罢", {"zh-strike"}),
            ("南海", {"zh-sea", "zht-sea"}),
            ("海南", {"zh-hainan"}),
            ("南海仲裁", {"zht-sea"}),
            ("黄岩岛", {"zh-sea"}),
            ("2026年", {"zh-trade"}),
            ("5G设备", {"zh-trade"}),
            ("asean", {"en-code", "zh-fullwidth", "pt-timor"}),
            ("ทะเลจีนใต้", {"th-sea"}),
            ("จีน", {"th-sea"}),
            ("ระเบิด", {"th-south"}),
            ("น้ำท่วม", {"th-water"}),
            ("12 พฤศจิกายน", {"th-water"}),
            ("กรุงเทพ", {"th-sea"}),
            ("កម្ពុជា", {"km-border", "km-dam"}),
            ("កម្ពុជានិងថៃ", {"km-border"}),
            ("ທະເລ", set()),
            ("ລາວຈີນ", {"lo-rail"}),
            ("ကုန်သွယ်ရေး", {"my-trade"}),
            ("ရန်ကုန်", {"my-attack"}),
            ("biển đông", {"vi-sea"}),
            ("bien dong", {"vi-sea", "vi-plain"}),
            ("BIỂN ĐÔNG", {"vi-sea"}),
            ('"quan dao hoang sa"', {"vi-sea"}),
            ("da nang", {"vi-sea"}),
            ("mã", {"vi-ma"}),
            ("natuna utara", {"id-natuna"}),
            ("masinloc", {"fil-panatag"}),
            ("dugong", {"en-summary"}),
        ],
    )
    def test_words_are_found(self, filled: SearchEngine, text: str, keys: set[str]) -> None:
        assert found(filled, text) == keys

    # the query language

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("code conduct", {"en-code", "en-conduct"}),
            ('"code of conduct"', {"en-code"}),
            ("code -jakarta", {"en-conduct"}),
            ("code NOT jakarta", {"en-conduct"}),
            ("orchid OR tuna", {"en-rare", "en-tuna"}),
            ("scarborough OR 黄岩岛 OR masinloc", {"en-shoal", "zh-sea", "fil-panatag"}),
            ("code (jakarta OR teachers)", {"en-code", "en-conduct"}),
            ("code jakarta OR orchid", {"en-code", "en-rare"}),
            ('strike -"no deal"', {"en-strike"}),
            ("covid-19", {"en-covid"}),
            ("workers’ strike", {"en-strike"}),
            ("“code of conduct”", {"en-code"}),
            ("up & away", {"en-tuna"}),
            ("Script", {"en-quote"}),
            ("code -(jakarta OR teachers)", set()),
        ],
    )
    def test_the_query_language(self, filled: SearchEngine, text: str, keys: set[str]) -> None:
        assert found(filled, text) == keys

    def test_a_minus_alone_means_all_others(self, filled: SearchEngine) -> None:
        assert found(filled, "-code") == set(KEYS.values()) - {"en-code", "en-conduct"}
        either = found(filled, "orchid OR -code")
        assert either == set(KEYS.values()) - {"en-code", "en-conduct"}

    @pytest.mark.parametrize(
        "text", ['"open', "(a", "a OR", "a )", "&&&", "a" * 3000, "x " * 201, "中" * 2000]
    )
    def test_a_wrong_query_is_refused(self, filled: SearchEngine, text: str) -> None:
        with pytest.raises(QueryError):
            filled.search(Query(text=text))

    @pytest.mark.parametrize(
        "text",
        [
            "ก" * 500,
            "中" * 500,
            " ".join(f"w{n}" for n in range(200)),
            " OR ".join(f"w{n}" for n in range(200)),
            "(" * 20 + "a" + ")" * 20,
            "title:x^9 AND [1 TO 2] /re.*/ ~3 \\ * ?",
            "\x00\ud7ff\uffff a",
            "e" + "\u0301" * 1000,
        ],
    )
    def test_a_hostile_query_is_answered(self, filled: SearchEngine, text: str) -> None:
        assert filled.search(Query(text=text)).total >= 0

    # filters, facets, timeline

    @pytest.mark.parametrize(
        "filters",
        [
            Filters(categories=("terrorism",)),
            Filters(categories=("terrorism", "policy_divergence"), languages=("en", "zh")),
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

    # order and pages

    def test_a_word_in_the_headline_counts_more(self, empty: SearchEngine) -> None:
        empty.index(
            [make("low", "Something else", "A reef was seen."), make("high", "Reef", "It was.")]
        )
        first, second = empty.search(Query(text="reef")).hits
        assert first.article.id == article_id("high")
        assert first.score > second.score > 0

    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_sorted_by_date_then_id(self, filled: SearchEngine, sort: Sort) -> None:
        hits = filled.search(Query(sort=sort, size=100)).hits
        ordered = sorted(corpus(), key=lambda a: a.id)
        ordered.sort(key=lambda a: a.when, reverse=sort == "newest")
        assert [hit.article.id for hit in hits] == [a.id for a in ordered]
        assert {hit.score for hit in hits} == {0.0}

    def test_without_words_relevance_is_newest_first(self, filled: SearchEngine) -> None:
        by_relevance, by_date = (
            [(hit.article.id, hit.score) for hit in filled.search(query).hits]
            for query in (Query(size=100), Query(size=100, sort="newest"))
        )
        assert by_relevance == by_date

    @pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
    def test_pages_through_equal_dates_and_scores(
        self, make_engine: EngineMaker, sort: Sort
    ) -> None:
        engine = make_engine("UTC")
        engine.index([make(f"same{n}", "The same words") for n in range(500)])
        engine.index([make("other", "Words", published=datetime(2026, 1, 1, tzinfo=UTC))])
        query = Query(text="words", sort=sort, size=37, snippets=False)
        read = [article.id for article in read_all(engine, query)]
        same = [one for one in read if one != article_id("other")]
        assert len(read) == 501
        assert same == sorted(article_id(f"same{n}") for n in range(500))
        engine.close()

    def test_pages_by_date_hold_while_articles_come_and_go(self, empty: SearchEngine) -> None:
        hour = timedelta(hours=1)
        start = datetime(2026, 11, 1, tzinfo=UTC)
        empty.index([make(f"h{n}", published=start + n * hour) for n in range(20)])
        first = empty.search(Query(sort="newest", size=5))
        empty.index([make("late", published=start + 40 * hour)])
        empty.delete([article_id("h15"), article_id("h12")])  # the last shown, and one to come
        rest = read_all(empty, Query(sort="newest", size=5, after=first.next))
        expected = [article_id(f"h{n}") for n in (14, 13, 11, 10, *range(9, -1, -1))]
        assert [article.id for article in rest] == expected

    def test_a_page_of_nothing_only_counts(self, filled: SearchEngine) -> None:
        result = filled.search(Query(size=0, facets=("language",)))
        assert (result.total, result.hits, result.next) == (40, (), None)
        assert result.facets["language"][0].value == "en"

    def test_the_last_page_has_no_next(self, filled: SearchEngine) -> None:
        assert filled.search(Query(size=40)).next is None
        assert filled.search(Query(size=39)).next is not None

    def test_a_wrong_page_token_is_refused(self, filled: SearchEngine) -> None:
        token = filled.search(Query(text="code", size=1)).next
        assert token is not None
        with pytest.raises(QueryError, match="belongs to another search"):
            filled.search(Query(text="reef", size=1, after=token))
        for wrong in ("", "rubbish", "é", token[:-4], "x" * 5000):
            with pytest.raises(QueryError, match="no page token"):
                filled.search(Query(text="code", size=1, after=wrong))

    # snippets

    def test_snippets_are_escaped_and_marked(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text='"no deal" bomb')).hits
        assert hit.snippet is not None
        assert hit.snippet.title == (
            "&quot;<mark>No deal</mark>&quot; with bombers, governor says "
            "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"
        )
        assert "&amp; no ransom. A &lt;b&gt;<mark>bomb</mark>&lt;/b&gt;" in hit.snippet.text

    def test_the_snippet_shows_where_the_word_stands(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="clam")).hits
        assert hit.snippet is not None
        assert "giant <mark>clam</mark> at the reef" in hit.snippet.text
        assert hit.snippet.text.startswith("… ")
        assert hit.snippet.text.endswith(" …")
        assert len(hit.snippet.text) < 300

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("南海", "<mark>南海</mark>仲裁十週年研討會"),
            ("bien dong", "Việt Nam phản đối tàu khảo sát ở <mark>Biển</mark> <mark>Đông</mark>"),
            ("ทะเลจีนใต้", "อาเซียนหารือเรื่อง<mark>ทะเลจีนใต้</mark>ที่กรุงเทพ"),
        ],
    )
    def test_marks_stand_on_the_words(self, filled: SearchEngine, text: str, marked: str) -> None:
        titles = {h.snippet.title for h in filled.search(Query(text=text)).hits if h.snippet}
        assert marked in titles

    def test_a_minus_is_not_marked_and_snippets_can_be_off(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="conduct -jakarta")).hits
        assert hit.snippet is not None
        assert hit.snippet.title == "School board adopts new <mark>conduct</mark> code"
        assert filled.search(Query(text="code", snippets=False)).hits[0].snippet is None

    # what outlets may send

    def test_a_torn_surrogate_refuses_one_article_only(self, empty: SearchEngine) -> None:
        torn = make("torn").model_copy(update={"title": "half an emoji \ud83d"})
        with pytest.raises(IndexingError, match="no valid Unicode") as caught:
            empty.index([make("one"), torn, make("two")])
        assert list(caught.value.refused) == [torn.id]
        assert empty.count() == 2
        assert empty.get("\ud83d") is None
        assert empty.delete(["\ud83d", article_id("one")]) == 1
        assert empty.search(Query(text="\ud83d plain")).total == 1

    def test_odd_text_is_kept_and_found(self, empty: SearchEngine) -> None:
        odd = make(
            "odd",
            "Nul \x00 and \u202e override",
            "word " * 60_000 + "z" * 40_000 + " 👩‍👩‍👧 e\u0301tude " + "ก" * 5000,
            tags=(Tag(category="terrorism", probability=0.5),),
        )
        empty.index([odd])
        kept = empty.get(odd.id)
        assert kept is not None
        assert kept.text == odd.text
        assert empty.search(Query(text="override")).total == 1
        assert empty.search(Query(text="word")).hits[0].snippet is not None


def passes(article: Article, filters: Filters) -> bool:
    chosen = (
        (filters.categories, article.categories),
        (filters.sentiments, (article.sentiment,)),
        (filters.countries, article.countries),
        (filters.languages, (article.language,)),
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


def facet(article: Article, name: str) -> tuple[str, ...]:
    values = {
        "category": article.categories,
        "sentiment": (article.sentiment or "",),
        "country": article.countries,
        "language": (article.language,),
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
