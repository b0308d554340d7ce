"""The contract of building the index anew: nothing lost, and always an index that answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from articles.record import Article
from search.engine import IndexBrokenError, Query, SearchEngine
from tests.search.contract_fixtures import EngineFixtures
from tests.search.corpus import article_id, corpus, make

STEPS = ("begun", "copied", "agreed", "swapped")


class StoppedError(Exception):
    """Stands for a kill at that moment."""


class ReindexContract(EngineFixtures):
    """Old and new side by side."""

    def _same(self, engine: SearchEngine) -> None:
        assert engine.count() == 40
        for article in corpus():
            kept = engine.get(article.id)
            assert kept is not None
            assert kept.same_as(article) or article.embedding is not None
            assert (kept.embedding is None) == (article.embedding is None)
        assert engine.search(Query(text="南海")).total == 2

    def test_what_was_there_is_there_under_a_new_generation(self, empty: SearchEngine) -> None:
        empty.index(corpus())
        before = empty.generation
        steps: list[str] = []
        assert empty.reindex(say=steps.append) == 40
        assert tuple(steps) == STEPS
        assert empty.generation != before
        self._same(empty)

    @pytest.mark.parametrize("last", STEPS)
    def test_stopped_anywhere_an_index_answers_and_the_next_run_finishes(
        self, empty: SearchEngine, last: str
    ) -> None:
        empty.index(corpus())

        def say(step: str) -> None:
            assert empty.search(Query(text="南海")).total == 2
            if step == last:
                raise StoppedError(step)

        with pytest.raises(StoppedError):
            empty.reindex(say=say)
        self._same(empty)
        empty.index([make("new")])
        assert empty.reindex() == 41
        empty.delete([article_id("new")])
        self._same(empty)

    def test_from_given_articles(self, empty: SearchEngine) -> None:
        empty.index([make("old", "Old reef")])
        given = [make("a", "New reef"), make("b"), make("a", "Newest reef")]
        assert empty.reindex(given) == 2
        assert empty.count() == 2
        (hit,) = empty.search(Query(text="reef")).hits
        assert hit.article.title == "Newest reef"

    def test_articles_that_fail_to_come_change_nothing(self, empty: SearchEngine) -> None:
        empty.index(corpus())
        before = empty.generation

        def some() -> Iterator[Article]:
            yield make("first")
            raise StoppedError

        with pytest.raises(StoppedError):
            empty.reindex(some())
        assert empty.generation == before
        self._same(empty)

    def test_back_to_the_index_before(self, empty: SearchEngine) -> None:
        empty.index([make("old", "Old reef")])
        before = empty.generation
        empty.reindex([make("new", "New reef")])
        empty.roll_back()
        assert empty.generation == before
        assert empty.search(Query(text="reef")).hits[0].article.title == "Old reef"
        empty.roll_back()
        assert empty.search(Query(text="reef")).hits[0].article.title == "New reef"

    def test_there_may_be_nothing_to_go_back_to(self, empty: SearchEngine) -> None:
        empty.index([make("one")])
        with pytest.raises(IndexBrokenError, match="go back to"):
            empty.roll_back()
        assert empty.count() == 1

    def test_an_empty_index_is_reindexed(self, empty: SearchEngine) -> None:
        assert empty.reindex() == 0
        assert empty.index([make("one", first_seen=datetime(2020, 1, 1, tzinfo=UTC))]) == 1
        assert empty.count() == 1
