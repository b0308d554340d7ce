"""Months, double writes and the swap, on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from elasticsearch import Elasticsearch, NotFoundError

from search.elasticsearch import ElasticsearchEngine
from search.engine import EngineReadOnlyError, IndexFormatError, Query
from search.mapping import MAPPING_VERSION
from search.settings import SearchSettings
from tests.search.contract_fixtures import EngineMaker
from tests.search.corpus import article_id, make
from tests.services.indices import alias_of

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("elasticsearch")]

MONTHS = {
    "sep": datetime(2026, 9, 30, 23, 59, tzinfo=UTC),
    "oct": datetime(2026, 10, 1, tzinfo=UTC),
}


@pytest.fixture
def engine(make_engine: EngineMaker) -> Iterator[ElasticsearchEngine]:
    made = make_engine("UTC")
    assert isinstance(made, ElasticsearchEngine)
    made.index(make(key, f"Reef {key}", first_seen=seen) for key, seen in MONTHS.items())
    yield made
    made.close()


def indices(client: Elasticsearch, name: str) -> list[str]:
    return sorted(client.indices.get_alias(name=name).body)


def second(engine: ElasticsearchEngine) -> ElasticsearchEngine:
    """Another process's engine on the same index."""
    prefix = alias_of(engine).removesuffix("-articles")
    return ElasticsearchEngine(SearchSettings(search_url=engine._where, search_index=prefix))


def test_an_article_lives_in_the_index_of_its_month(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    start = f"{alias_of(engine)}-v{MAPPING_VERSION}-000001"
    assert {f"{start}-2026.09", f"{start}-2026.10"} <= set(indices(client, alias_of(engine)))
    assert client.exists(index=f"{start}-2026.09", id=article_id("sep"))
    assert not client.exists(index=f"{start}-2026.10", id=article_id("sep"))


def test_the_mapping_comes_from_component_templates(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    found = client.indices.get_index_template(name=alias_of(engine))["index_templates"]
    template = found[0]["index_template"]
    assert template["composed_of"] == [
        f"{alias_of(engine)}-settings",
        f"{alias_of(engine)}-mappings",
    ]
    with pytest.raises(NotFoundError, match="forbids index auto creation"):
        client.index(index=f"{alias_of(engine)}-v9-999999-2020.01", document={"id": "x"})


def test_what_others_write_and_delete_during_a_rebuild_is_not_lost(
    engine: ElasticsearchEngine,
) -> None:
    other = second(engine)

    def say(step: str) -> None:
        if step == "begun":
            other.index(
                [
                    make("during", "Reef during"),
                    make("sep", "Changed", version=2, first_seen=MONTHS["sep"]),
                ]
            )
        if step == "copied":
            other.delete([article_id("oct")])
            other.index([make("old-month", "Reef", first_seen=datetime(2020, 2, 1, tzinfo=UTC))])
        if step == "agreed":
            other.index([make("last", "Reef", first_seen=datetime(2020, 3, 1, tzinfo=UTC))])

    engine.reindex(say=say)
    assert engine.count() == other.count() == 4
    changed = engine.get(article_id("sep"))
    assert changed is not None
    assert changed.title == "Changed"
    assert engine.get(article_id("oct")) is None
    assert engine.search(Query(text="reef")).total == 3
    other.close()


def test_an_article_deleted_while_it_was_copied_does_not_come_back(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    other = second(engine)

    def say(step: str) -> None:
        if step == "copied":  # as if the copy had read it before it was deleted in both
            other.delete([article_id("oct")])
            (name,) = indices(client, f"{alias_of(engine)}-next")[:1]
            client.index(index=name, id=article_id("oct"), document={"id": article_id("oct")})

    engine.reindex(say=say)
    assert engine.get(article_id("oct")) is None
    assert engine.count() == 1
    other.close()


def test_an_index_of_an_older_version_is_searched_until_the_swap(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    for name in indices(client, alias_of(engine)):
        client.indices.put_mapping(index=name, meta={"generation": "g", "format": "0.9"})
    later = second(engine)
    with pytest.raises(IndexFormatError, match="shoalwatch engine reindex"):
        later.count()
    assert engine.search(Query(text="reef")).total == 2
    assert later.reindex() == 2
    assert later.search(Query(text="reef")).total == 2
    later.close()


def test_the_generation_before_is_kept_and_the_one_before_that_is_not(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    engine.reindex()
    engine.reindex()
    there = client.indices.get_alias(index=f"{alias_of(engine)}-v*").body
    assert {name.split("-")[-2] for name in there} == {"000002", "000003"}
    assert {name.split("-")[-2] for name in indices(client, alias_of(engine))} == {"000003"}


def test_what_an_interrupted_swap_left_is_removed(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    left = f"{alias_of(engine)}-v{MAPPING_VERSION}-000009-2020.01"
    client.indices.create(index=left)
    engine.reindex()
    assert not client.indices.exists(index=left)
    assert engine.count() == 2


def test_a_target_that_cannot_be_written_leaves_the_old_one(
    engine: ElasticsearchEngine, client: Elasticsearch
) -> None:
    before = engine.generation

    def say(step: str) -> None:
        if step == "begun":
            for name in indices(client, f"{alias_of(engine)}-next"):
                client.indices.put_settings(index=name, settings={"index.blocks.write": True})
            engine.index([make("new", first_seen=datetime.now(UTC))])

    with pytest.raises(EngineReadOnlyError):
        engine.reindex(say=say)
    assert engine.generation == before
    assert engine.count() == 3


def test_many_months_fit_into_the_servers_addresses(engine: ElasticsearchEngine) -> None:
    months = [datetime(year, month, 3, tzinfo=UTC) for year in range(2018, 2026)
              for month in range(1, 13)]  # fmt: skip
    made = [make(f"m{n}", "Reef month", first_seen=seen) for n, seen in enumerate(months)]
    assert engine.index(made) == 96
    assert engine.reindex() == 98
    assert engine.delete([article.id for article in made]) == 96
    assert engine.search(Query(text="reef")).total == 2
