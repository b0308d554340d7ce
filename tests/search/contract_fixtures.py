"""Engines for the contract, and how a caller reads a long result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from articles.record import Article
from search.engine import Query, SearchEngine
from search.knowledge import Knowledge
from tests.search.corpus import corpus


class EngineMaker(Protocol):
    """Opens an engine with an empty index of its own, for a reader in the time zone."""

    def __call__(self, zone: str, knowledge: Knowledge | None = None) -> SearchEngine: ...


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


class EngineFixtures:
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
