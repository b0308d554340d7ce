"""What a real Elasticsearch refuses is told with cause and cure, and nothing else is lost."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from search.elasticsearch import ElasticsearchEngine
from search.engine import (
    EngineReadOnlyError,
    EngineUnavailableError,
    EngineUnreachableError,
    IndexBrokenError,
    IndexFormatError,
    IndexingError,
    Query,
    SearchError,
)
from search.mapping import MAPPING_VERSION
from search.settings import SearchSettings
from tests.search.contract_fixtures import EngineMaker
from tests.search.corpus import article_id, make
from tests.services.indices import alias_of

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("elasticsearch")]


@pytest.fixture
def engine(make_engine: EngineMaker) -> Iterator[ElasticsearchEngine]:
    made = make_engine("UTC")
    assert isinstance(made, ElasticsearchEngine)
    yield made
    made.close()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_there(closed_port: int) -> None:
    engine = ElasticsearchEngine(SearchSettings(search_url=f"http://127.0.0.1:{closed_port}"))
    for ask in (
        lambda: engine.search(Query()),
        lambda: engine.index([make("one")]),
        engine.count,
        engine.reset,
        lambda: engine.generation,
    ):
        with pytest.raises(EngineUnreachableError, match=f"{closed_port}.*SHOALWATCH_SEARCH_URL"):
            ask()
    health = engine.health()
    assert not health.ok
    assert f"No Elasticsearch answers at http://127.0.0.1:{closed_port}" in health.message
    engine.close()


@pytest.mark.parametrize("block", ["read_only_allow_delete", "read_only", "write"])
def test_a_read_only_index_is_still_searched(
    engine: ElasticsearchEngine, client: Elasticsearch, block: str
) -> None:
    if block == "read_only_allow_delete" and os.environ.get("SHOALWATCH_TEST_ELASTICSEARCH_URL"):
        pytest.skip("a cluster that watches its disk lifts this block at any moment")
    engine.index([make("one", "Reef")])
    client.indices.put_settings(index=alias_of(engine), settings={f"index.blocks.{block}": True})
    with pytest.raises(EngineReadOnlyError, match=r"refuses to write: .*free space"):
        engine.index([make("two", "Reef")])
    assert engine.search(Query(text="reef")).total == 1
    client.indices.put_settings(index=alias_of(engine), settings={f"index.blocks.{block}": None})
    assert engine.index([make("two", "Reef")]) == 1


def test_a_refused_article_is_named_and_the_others_are_written(engine: ElasticsearchEngine) -> None:
    good, bad = make("good"), make("bad", version=3_000_000_000)
    with pytest.raises(IndexingError, match=f"refused 1 articles and wrote 2.*{bad.id}") as caught:
        engine.index([good, bad, make("other")])
    assert list(caught.value.refused) == [bad.id]
    assert "version" in caught.value.refused[bad.id]
    assert engine.count() == 2


def test_an_unknown_field_is_refused(engine: ElasticsearchEngine, client: Elasticsearch) -> None:
    engine.index([make("one")])
    with pytest.raises(Exception, match="strict_dynamic_mapping"):
        client.index(index=alias_of(engine), document={"id": "x", "surprise": 1})


def test_a_page_s_nonsense_is_kept(engine: ElasticsearchEngine) -> None:
    odd = make("odd", authors=("A" * 40_000,), language="x" * 9000, source_id="s")
    assert engine.index([odd]) == 1
    assert engine.get(odd.id) == odd


def test_an_index_of_another_version(engine: ElasticsearchEngine, client: Elasticsearch) -> None:
    engine.index([make("one")])
    client.indices.put_mapping(index=alias_of(engine), meta={"generation": "g", "format": "0.9"})
    later = ElasticsearchEngine(_settings(engine))
    with pytest.raises(IndexFormatError, match=r"format 0\.9.*--rebuild"):
        later.search(Query())
    later.reset()
    assert later.count() == 0
    later.close()


def _settings(engine: ElasticsearchEngine) -> SearchSettings:
    prefix = alias_of(engine).removesuffix("-articles")
    return SearchSettings(search_url=engine._where, search_index=prefix)


def test_a_name_that_something_else_uses(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    client.indices.create(index=alias_of(engine))
    with pytest.raises(IndexBrokenError, match="SHOALWATCH_SEARCH_INDEX"):
        engine.index([make("one")])


def test_an_index_deleted_meanwhile(engine: ElasticsearchEngine, client: Elasticsearch) -> None:
    engine.index([make("one")])
    before = engine.generation
    client.indices.delete(index=list(client.indices.get(index=alias_of(engine)).body))
    with pytest.raises(IndexBrokenError, match="--rebuild"):
        engine.search(Query())
    assert engine.generation != before
    assert engine.search(Query()).total == 0


def test_a_red_index(engine: ElasticsearchEngine, client: Elasticsearch) -> None:
    engine.index([make("one")])
    names = list(client.indices.get(index=alias_of(engine)).body)
    client.indices.delete(index=names)
    client.indices.create(
        index=names[0],
        aliases={alias_of(engine): {}},
        settings={"index.routing.allocation.require._name": "nobody"},
        wait_for_active_shards=0,
    )
    with pytest.raises(EngineUnavailableError, match="cluster health"):
        engine.search(Query(text="reef"))
    health = engine.health()
    assert not health.ok
    assert health.version != "unknown"


def test_two_that_start_at_once_share_one_index(make_engine: EngineMaker) -> None:
    first = make_engine("UTC")
    assert isinstance(first, ElasticsearchEngine)
    engines = [first, *(ElasticsearchEngine(_settings(first)) for _ in range(3))]
    seen: list[str | SearchError] = []

    def start(engine: ElasticsearchEngine) -> None:
        try:
            seen.append(engine.generation)
        except SearchError as error:
            seen.append(error)

    threads = [threading.Thread(target=start, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(map(str, seen))) == 1
    assert not isinstance(seen[0], SearchError)
    for engine in engines:
        engine.close()


def test_only_the_newest_index_stays_after_a_reset(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    engine.index([make("one")])
    engine.reset()
    engine.reset()
    (name,) = client.indices.get(index=f"{alias_of(engine)}*").body
    assert name.startswith(f"{alias_of(engine)}-v{MAPPING_VERSION}-000003-")
    engine.index([make("two")])
    assert engine.get(article_id("two")) is not None
