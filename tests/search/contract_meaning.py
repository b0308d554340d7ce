"""The contract of searching by meaning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from search.engine import FACETS, Filters, Query, QueryError, SearchEngine
from tests.search.contract_fixtures import EngineFixtures, EngineMaker, read_all
from tests.search.corpus import article_id, corpus, make, unit_vector
from tests.search.known import KNOWN

_KEYS = {article.id: article.url.rpartition("/")[2] for article in corpus()}
_NOW = datetime(2026, 11, 5, tzinfo=UTC)


def _keys(engine: SearchEngine, query: Query) -> list[str]:
    return [_KEYS[hit.article.id] for hit in engine.search(query).hits]


class MeaningContract(EngineFixtures):
    """Questions, and articles like another."""

    @pytest.fixture(scope="class")
    def meant(self, make_engine: EngineMaker) -> Iterator[SearchEngine]:
        engine = make_engine("UTC", KNOWN)
        engine.index(corpus())
        yield engine
        engine.close()

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("~ministers discuss the sea", "th-sea"),
            ("  ~ docks stand still", "zh-strike"),
            ("~渔民", "ms-sabah"),
            ("~ministers discuss the sea language:ms,id", "ms-sabah"),
        ],
    )
    def test_a_question_finds_what_means_the_same(
        self, meant: SearchEngine, text: str, first: str
    ) -> None:
        keys = _keys(meant, Query(text=text, asked_at=_NOW))
        if "language" in text:
            assert set(keys) <= {k for k in _KEYS.values() if k.startswith(("ms-", "id-"))}
            assert first in keys
        else:
            assert first in keys[:3]

    def test_words_of_the_question_help(self, meant: SearchEngine) -> None:
        # en-rare has no embedding: only its words can bring it in.
        assert "en-rare" in _keys(meant, Query(text="~orchid show", size=40))

    def test_conditions_hold_and_are_counted(self, meant: SearchEngine) -> None:
        query = Query(
            text="~ministers discuss the sea category:south_china_sea",
            filters=Filters(countries=("CN",)),
            size=40,
            facets=FACETS,
            timeline="day",
        )
        result = meant.search(query)
        assert result.total == len(result.hits) > 0
        for hit in result.hits:
            assert "south_china_sea" in hit.article.categories
            assert "CN" in hit.article.countries
        (category,) = [b for b in result.facets["category"] if b.value == "south_china_sea"]
        assert category.count == result.total
        assert sum(bucket.count for bucket in result.timeline) == result.total

    def test_pages_of_a_question(self, meant: SearchEngine) -> None:
        query = Query(text="~ministers discuss the sea", size=7, asked_at=_NOW)
        read = [article.id for article in read_all(meant, query)]
        whole = meant.search(query.model_copy(update={"size": 100}))
        assert read == [hit.article.id for hit in whole.hits]
        assert len(set(read)) == whole.total > 14

    def test_a_question_sorted_by_date(self, meant: SearchEngine) -> None:
        for sort, down in (("newest", True), ("oldest", False)):
            query = Query.model_validate({"text": "~docks stand still", "sort": sort, "size": 40})
            moments = [hit.article.when for hit in meant.search(query).hits]
            assert moments == sorted(moments, reverse=down)

    def test_like_another_article(self, meant: SearchEngine) -> None:
        query = Query(similar_to=article_id("th-sea"), size=40)
        keys = _keys(meant, query)
        assert "th-sea" not in keys
        assert len(keys) >= 19  # all other articles with an embedding
        among = query.model_copy(update={"text": "language:vi"})
        assert {key[:3] for key in _keys(meant, among)} == {"vi-"}

    def test_the_nearest_come_first_and_the_copy_last(self, empty: SearchEngine) -> None:
        target, other = unit_vector("target"), unit_vector("other")
        made = []
        for n in range(300):
            vector = (1 - n / 300) * target + n / 300 * other
            made.append(
                make(
                    f"n{n}",
                    f"title{n}",
                    published=_NOW - timedelta(days=100),
                    embedding=np.asarray(vector / np.linalg.norm(vector), dtype=np.float32),
                    near_duplicate_of=article_id("n0") if n == 2 else None,
                )
            )
        empty.index(made)
        query = Query(similar_to=article_id("n0"), size=10, asked_at=_NOW, snippets=False)
        found = [hit.article.id for hit in empty.search(query).hits]
        nearest = {article_id(f"n{n}") for n in range(1, 12)} - {article_id("n2")}
        assert len(nearest & set(found)) >= 8
        assert article_id("n2") not in found[:3]

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            (Query(text="~"), "write a question in words"),
            (Query(text="~ country:PH"), "write a question in words"),
            (Query(text="~reef langauge:zh"), r"did you mean language:\?.*character 7 of"),
            (Query(text="~" + "a" * 3000), "3,001 characters"),
            (Query(similar_to="nobody"), "no article 'nobody'"),
            (Query(similar_to="\ud800"), "no article"),
            (Query(similar_to=article_id("en-rare")), "has no embedding"),
        ],
    )
    def test_what_cannot_be_asked(self, meant: SearchEngine, query: Query, message: str) -> None:
        with pytest.raises(QueryError, match=message):
            meant.search(query)

    def test_without_an_encoder_a_question_is_refused(self, filled: SearchEngine) -> None:
        with pytest.raises(QueryError, match="opened without one"):
            filled.search(Query(text="~reef"))

    @pytest.mark.parametrize("text", ["~" + '("' * 500, "~ไทย" * 400, "~" + "a:" * 900])
    def test_a_hostile_question_is_answered_or_refused(
        self, meant: SearchEngine, text: str
    ) -> None:
        with suppress(QueryError):
            assert meant.search(Query(text=text)).total >= 0
