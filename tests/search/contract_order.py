"""The contract of order and pages: nothing twice, nothing left out."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from search.engine import Query, QueryError, SearchEngine, Sort
from tests.search.contract_fixtures import EngineFixtures, EngineMaker, read_all
from tests.search.corpus import article_id, corpus, make


def forge(token: str | None, **changed: object) -> str:
    content = json.loads(base64.urlsafe_b64decode(f"{token}=="))
    return base64.urlsafe_b64encode(json.dumps({**content, **changed}).encode()).decode()


class OrderContract(EngineFixtures):
    """What comes first, and what on the next page."""

    def test_a_word_in_the_headline_counts_more(self, empty: SearchEngine) -> None:
        empty.index(
            [make("low", "Something else", "A reef was seen."), make("high", "Reef", "It was.")]
        )
        first, second = empty.search(Query(text="reef")).hits
        assert first.article.id == article_id("high")
        assert first.score > second.score > 0

    def test_the_recent_comes_before_the_old_and_the_copy_last(self, empty: SearchEngine) -> None:
        now = datetime(2026, 11, 24, 12, 34, tzinfo=UTC)
        ages = {"today": 0.5, "week": 3, "month": 20, "old": 200}
        made = [make(k, "Reef", published=now - timedelta(days=d)) for k, d in ages.items()]
        copy = make("copy", "Reef", published=now, near_duplicate_of=made[0].id)
        better = make("better", "Reef reef", "Reef", published=now - timedelta(days=200))
        empty.index([copy, *reversed(made), better])
        hits = empty.search(Query(text="reef", asked_at=now)).hits
        found = [hit.article.url.rpartition("/")[2] for hit in hits]
        assert found == ["better", "today", "week", "month", "old", "copy"]
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)

    def test_pages_go_past_what_is_put_in_order_again(self, empty: SearchEngine) -> None:
        now = datetime(2026, 11, 24, tzinfo=UTC)
        empty.index(
            make(f"p{n}", f"reef {'word ' * (n % 7)}", published=now - timedelta(days=n % 90))
            for n in range(450)
        )
        for size in (37, 100, 200):
            query = Query(text="reef", size=size, snippets=False, asked_at=now)
            read = [article.id for article in read_all(empty, query)]
            assert len(read) == len(set(read)) == 450

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

    def test_a_forged_page_token_is_bounded(self, filled: SearchEngine) -> None:
        query = Query(text="code OR 南海", size=1)
        token = filled.search(query).next
        for value in (-1e300, 0.0, 1e300):
            forged = forge(token, value=value, shown=10**15)
            assert len(filled.search(query.model_copy(update={"after": forged})).hits) <= 1
        for wrong in ({"shown": -1}, {"value": "x"}, {"extra": 1}):
            with pytest.raises(QueryError, match="no page token"):
                filled.search(query.model_copy(update={"after": forge(token, **wrong)}))

    def test_a_wrong_page_token_is_refused(self, filled: SearchEngine) -> None:
        token = filled.search(Query(text="code", size=1)).next
        assert token is not None
        with pytest.raises(QueryError, match="belongs to another search"):
            filled.search(Query(text="reef", size=1, after=token))
        for wrong in ("", "rubbish", "é", token[:-4], "x" * 5000):
            with pytest.raises(QueryError, match="no page token"):
                filled.search(Query(text="code", size=1, after=wrong))
