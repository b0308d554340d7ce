"""Both engines side by side: equal totals, facets, timelines and pages, nearly one ranking."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from articles.record import Article, Tag
from search.embedded import EmbeddedEngine
from search.engine import FACETS, Filters, Interval, Query, SearchEngine, Sort
from tests.search.contract_fixtures import EngineMaker, read_all
from tests.search.corpus import corpus, make

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("elasticsearch")]

NOW = datetime(2026, 11, 5, 12, 30, tzinfo=UTC)
ZONE = "Asia/Kathmandu"  # +05:45
_WORDS = {
    "en": "reef ship coast guard port strike code conduct talks tariff market ferry border survey",
    "zh": "南海 罢工 港口 关税 谈判 外交部 海南 渔船 峰会 边境 新闻 市场",
    "th": "ทะเลจีนใต้ เรือ ท่าเรือ ตลาด ระเบิด ประชุม ชายแดน น้ำท่วม",
    "vi": "biển Đông tàu cảng biên giới thuế đàm phán chợ nổ bien gioi tau",
    "id": "laut kapal pelabuhan mogok perbatasan bom pasar tarif",
}
_SPACED = {"en", "vi", "id"}


def invented(number: int) -> list[Article]:
    """Word salad in five languages with repeated dates, tags and outlets; the same every time."""
    draw = random.Random(42)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    made = []
    for at in range(number):
        language = draw.choice(sorted(_WORDS))
        words = _WORDS[language].split()
        space = " " if language in _SPACED else ""
        title = space.join(draw.choices(words, k=draw.randrange(2, 8)))
        text = ". ".join(
            space.join(draw.choices(words, k=draw.randrange(3, 12)))
            for _ in range(draw.randrange(0, 9))
        )
        moment = start + timedelta(hours=draw.randrange(0, 24 * 70))
        made.append(
            make(
                f"salad{at}",
                title,
                text,
                language=language,
                source_id=f"outlet{draw.randrange(9)}",
                countries=tuple(sorted(set(draw.choices(["CN", "PH", "VN", "TH"], k=2)))),
                tags=tuple(
                    Tag(category=one, probability=0.8)
                    for one in sorted(set(draw.choices(["a", "b", "c"], k=draw.randrange(3))))
                ),
                sentiment=draw.choice(["negative", "neutral", "positive", None]),
                published=moment,
                first_seen=moment + timedelta(minutes=draw.randrange(600)),
            )
        )
    return made


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [*corpus(), *invented(1000)]


@pytest.fixture(scope="class")
def engines(
    make_engine: EngineMaker, tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> Iterator[tuple[SearchEngine, SearchEngine]]:
    home: Path = tmp_path_factory.mktemp("embedded")
    pair = EmbeddedEngine(home, ZONE), make_engine(ZONE)
    for engine in pair:
        engine.index(articles)
        engine.delete([article.id for article in articles[500:520]])
        engine.index(articles[100:110])
    yield pair
    for engine in pair:
        engine.close()


_TEXTS = [
    "reef", "coast guard", '"coast guard"', "reef OR 南海", "南海", "罢工 谈判", "海", "海南 -南海",
    "ทะเลจีนใต้", "เรือ", "ตลาด OR market OR pasar", "biển Đông", "bien gioi", "biên giới", "tau",
    "kapal -mogok", "(kapal OR ship) port", "-reef", "strike (tariff OR talks) -ferry", "code of",
    '"code conduct" OR "外交部关税"', "survey border", "bom", "峰会", "น้ำท่วม", "nothing like it",
    "guard~", "harbuor~ OR boarder~", "pelabuan~", "罷工", "關稅 談判", "外交部", "渔船 港口",
    "边境 OR 市场", "reef country:PH", "ship -sentiment:negative", "南海 language:zh",
    "probability:>0.5 reef", "category:a,b market", "category:a probability:>=0.8 เรือ",
    "source:outlet1 kapal", "talks ferry", "since:30d ship", "from:2026-09-20 to:2026-10-20 tau",
    "country:CN OR reef", "(reef OR port) strike", "ประชุม ชายแดน", "ท่าเรือ", "tàu cảng",
    "đàm phán", "chợ OR pasar", "perbatasan -bom",
]  # fmt: skip
_FILTERS = [
    Filters(),
    Filters(categories=("a", "b"), countries=("PH",)),
    Filters(languages=("th", "zh"), sentiments=("negative",)),
    Filters(
        since=datetime(2026, 9, 20, 3, tzinfo=UTC),
        until=datetime(2026, 10, 20, 3, tzinfo=UTC),
        sources=("outlet1", "outlet2", "bao-bien"),
    ),
]
_INTERVALS: list[Interval] = ["hour", "day", "week", "month"]


class TestSameAnswers:
    @pytest.mark.parametrize("text", _TEXTS)
    def test_totals_facets_and_timelines_are_equal(
        self, engines: tuple[SearchEngine, SearchEngine], text: str
    ) -> None:
        for filters, interval in zip(_FILTERS, _INTERVALS, strict=True):
            query = Query(
                text=text, filters=filters, facets=FACETS, timeline=interval, size=0, asked_at=NOW
            )
            embedded, server = (engine.search(query) for engine in engines)
            assert embedded.total == server.total
            assert embedded.facets == server.facets
            assert embedded.timeline == server.timeline

    @pytest.mark.parametrize("text", ["", *_TEXTS[:8]])
    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_pages_by_date_are_equal(
        self, engines: tuple[SearchEngine, SearchEngine], text: str, sort: Sort
    ) -> None:
        query = Query(text=text, sort=sort, size=61, snippets=False)
        embedded, server = (
            [article.id for article in read_all(engine, query)] for engine in engines
        )
        assert embedded == server

    def test_snippets_are_equal(self, engines: tuple[SearchEngine, SearchEngine]) -> None:
        for text in _TEXTS:
            embedded, server = (
                {hit.article.id: hit.snippet for hit in engine.search(query).hits}
                for query in [Query(text=text, sort="newest", size=20, asked_at=NOW)]
                for engine in engines
            )
            assert embedded == server

    def test_the_nearest_ten_are_nearly_the_same(
        self, engines: tuple[SearchEngine, SearchEngine], articles: list[Article]
    ) -> None:
        poor = {}
        for article in articles:
            if article.embedding is None:
                continue
            query = Query(similar_to=article.id, asked_at=NOW, snippets=False)
            embedded, server = (
                {hit.article.id for hit in engine.search(query).hits} for engine in engines
            )
            if len(embedded & server) < 8:
                poor[article.id] = len(embedded & server)
        assert not poor

    def test_the_first_ten_are_nearly_the_same(
        self, engines: tuple[SearchEngine, SearchEngine]
    ) -> None:
        poor = {}
        for text in _TEXTS:
            embedded, server = (
                {hit.article.id for hit in engine.search(Query(text=text, asked_at=NOW)).hits}
                for engine in engines
            )
            shared = len(embedded & server)
            if shared < min(8, len(server)):
                poor[text] = shared
        assert not poor
