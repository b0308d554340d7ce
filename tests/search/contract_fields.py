"""The contract of fields, misspellings and names of places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from articles.record import Tag
from search.engine import Query, QueryError, SearchEngine
from tests.search.contract_fixtures import EngineFixtures, EngineMaker
from tests.search.corpus import article_id, corpus, make
from tests.search.known import KNOWN

_KEYS = {article.id: article.url.rpartition("/")[2] for article in corpus()}
_NOW = datetime(2026, 11, 5, tzinfo=UTC)


def _keys(engine: SearchEngine, text: str) -> set[str]:
    hits = engine.search(Query(text=text, size=100, asked_at=_NOW)).hits
    return {_KEYS[hit.article.id] for hit in hits}


class FieldContract(EngineFixtures):
    """What the query language knows besides words."""

    @pytest.fixture(scope="class")
    def known(self, make_engine: EngineMaker) -> Iterator[SearchEngine]:
        engine = make_engine("UTC", KNOWN)
        engine.index(corpus())
        yield engine
        engine.close()

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("country:BN", {"en-undated"}),
            ("country:LA,BN", {"lo-rail", "lo-dam", "en-undated"}),
            ("category:terrorism language:th", {"th-south"}),
            ("language:zh category:south_china_sea", {"zh-sea", "zht-sea"}),
            ("language:zh-hant", {"zht-sea"}),
            ("owner:state -category:policy_divergence", {"zh-sea", "zh-hainan", "zh-split"}),
            ("source:bao-bien sentiment:positive", {"vi-market"}),
            ("code -country:SG", {"en-code"}),
            ("orchid OR country:BN", {"en-rare", "en-undated"}),
            ("tuna (language:en OR language:th)", {"en-tuna"}),
            ("language:en from:2026-11-04", {"en-undated", "en-summary", "en-tuna"}),
            ("language:en since:2d", {"en-undated", "en-summary", "en-tuna"}),
            ("language:en to:2026-10-25", {"en-shoal", "en-code", "en-conduct", "en-strike"}),
            ("language:en until:2026-10-25", set()),
        ],
    )
    def test_fields_let_through(self, known: SearchEngine, text: str, keys: set[str]) -> None:
        assert _keys(known, text) == keys

    def test_fields_alone_are_sorted_by_date(self, known: SearchEngine) -> None:
        hits = known.search(Query(text="language:en country:PH", size=100)).hits
        moments = [hit.article.when for hit in hits]
        assert moments == sorted(moments, reverse=True)
        assert {hit.score for hit in hits} == {0.0}

    def test_a_field_does_not_count_in_the_score(self, known: SearchEngine) -> None:
        with_fields, without = (
            known.search(Query(text=text, asked_at=_NOW)).hits[0].score
            for text in ("orchid language:en -country:CN", "orchid")
        )
        assert with_fields == pytest.approx(without, rel=1e-5)

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("category:terrorism probability:>0.8", {"sure"}),
            ("category:terrorism probability:>=0.8", {"sure", "edge"}),
            ("probability:>0.8", {"sure", "other"}),
            ("category:terrorism probability:<0.8", {"other"}),
            ("category:terrorism,policy_divergence probability:0.9", {"sure", "other"}),
        ],
    )
    def test_a_probability_is_of_the_category_asked_for(
        self, empty: SearchEngine, text: str, keys: set[str]
    ) -> None:
        tags = {
            "sure": {"terrorism": 0.9},
            "edge": {"terrorism": 0.8},
            "other": {"terrorism": 0.5, "policy_divergence": 0.9},
        }
        empty.index(
            make(key, tags=tuple(Tag(category=c, probability=p) for c, p in given.items()))
            for key, given in tags.items()
        )
        found = {hit.article.id for hit in empty.search(Query(text=text)).hits}
        assert found == {article_id(key) for key in keys}

    def test_unsure_is_asked_for_whether_tagged_or_not(self, empty: SearchEngine) -> None:
        tag = Tag(category="terrorism", probability=0.5)
        empty.index(
            [
                make("tagged", tags=(tag,), unsure=("terrorism",)),
                make("near", unsure=("terrorism", "policy_divergence")),
                make("sure", tags=(tag,)),
                make("refused", refused="no known script", model_version="v"),
            ]
        )
        for text, keys in (
            ("unsure:terrorism", ["tagged", "near"]),
            ("category:terrorism -unsure:terrorism", ["sure"]),
            ("unsure:policy_divergence,south_china_sea", ["near"]),
        ):
            found = {hit.article.id for hit in empty.search(Query(text=text)).hits}
            assert found == {article_id(key) for key in keys}, text
        assert empty.reindex() == 4
        refused = empty.get(article_id("refused"))
        assert refused is not None
        assert (refused.refused, refused.embedding) == ("no known script", None)
        with pytest.raises(QueryError, match="was not tagged: no known script"):
            empty.search(Query(similar_to=refused.id))

    def test_places_stories_and_authors(self, empty: SearchEngine) -> None:
        empty.index(
            [
                make("one", places=("mekong_river",), authors=("Nguyễn Văn An", "Ana Cruz")),
                make("two", story_id="s1", authors=("An Cruz",)),
            ]
        )
        for text, keys in (
            ("place:mekong_river", ["one"]),
            ("story:s1", ["two"]),
            ('author:"van an"', ["one"]),
            ('author:"ana cruz"', ["one"]),
            ('author:"an ana"', []),
            ("author:cruz", ["one", "two"]),
        ):
            found = {hit.article.id for hit in empty.search(Query(text=text)).hits}
            assert found == {article_id(key) for key in keys}, text

    def test_a_wrong_field_is_refused(self, known: SearchEngine) -> None:
        with pytest.raises(QueryError, match="did you mean terrorism"):
            known.search(Query(text="category:terorism"))

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("orchod~", {"en-rare"}),
            ("ocrhid~", {"en-rare"}),
            ("festivvals~", {"en-rare"}),
            ("dongg~", {"vi-sea", "vi-plain"}),
            ("orchod", set()),
        ],
    )
    def test_misspelt_words_are_found(self, known: SearchEngine, text: str, keys: set[str]) -> None:
        assert _keys(known, text) == keys

    def test_a_misspelt_word_is_marked(self, known: SearchEngine) -> None:
        (hit,) = known.search(Query(text="orchod~")).hits
        assert hit.snippet is not None
        assert hit.snippet.title.startswith("<mark>Orchid</mark>")

    @pytest.mark.parametrize(
        "text",
        [
            " OR ".join(["festivals~"] * 10),
            "probability:>0 " * 49,
            "country:" + ",".join(["PH"] * 100),
            " ".join(["panatag"] * 40),
            "place:panatag " * 100,
            "a* te?t /re.*/ [a TO b]",
        ],
    )
    def test_heavy_queries_are_answered(self, known: SearchEngine, text: str) -> None:
        assert known.search(Query(text=text)).total >= 0

    @pytest.mark.parametrize(
        "text", ["scarborough shoal", "Panatag", "bajo de masinloc", "黃岩島", "黄岩岛"]
    )
    def test_a_place_is_found_under_all_its_names(self, known: SearchEngine, text: str) -> None:
        result = known.search(Query(text=text))
        assert {_KEYS[h.article.id] for h in result.hits} == {"en-shoal", "zh-sea", "fil-panatag"}
        ((typed, names),) = result.expanded.items()
        assert typed == text
        assert len(names) >= 3
        marked = next(h for h in result.hits if _KEYS[h.article.id] == "zh-sea")
        assert marked.snippet is not None
        assert "<mark>黄岩岛</mark>" in marked.snippet.title

    def test_quotes_switch_other_names_off(self, known: SearchEngine) -> None:
        result = known.search(Query(text='"scarborough shoal"'))
        assert [_KEYS[hit.article.id] for hit in result.hits] == ["en-shoal"]
        assert result.expanded == {}

    def test_a_minus_forbids_all_names(self, known: SearchEngine) -> None:
        assert _keys(known, "category:south_china_sea language:en,zh,fil -panatag") == {
            "en-code",
            "zht-sea",
        }
