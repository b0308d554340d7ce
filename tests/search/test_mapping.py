"""The record, the Elasticsearch mapping and the embedded schema agree."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tantivy

from articles.record import Article, Span, Tag
from search.embedded_schema import id_order, schema
from search.engine import FACETS
from search.mapping import (
    FACET_FIELDS,
    MOMENT_FIELDS,
    TOKEN_FIELDS,
    Derived,
    derived,
    elasticsearch_mapping,
    milliseconds,
)
from tests.search.corpus import make


def test_the_mapping_has_the_records_fields_and_the_derived_ones() -> None:
    properties = elasticsearch_mapping()["properties"]
    assert set(properties) == set(Article.model_fields) | set(Derived._fields)
    assert not set(Article.model_fields) & set(Derived._fields)
    assert set(properties["tags"]["properties"]) == set(Tag.model_fields)
    assert set(properties["tags"]["properties"]["evidence"]["properties"]) == set(Span.model_fields)


def test_the_mapping_is_strict_and_keeps_no_segmented_text() -> None:
    mapping = elasticsearch_mapping()
    assert mapping["dynamic"] == "strict"
    assert set(mapping["_source"]["excludes"]) == set(TOKEN_FIELDS)


def test_types_follow_the_record() -> None:
    properties = elasticsearch_mapping()["properties"]
    dates = {name for name, field in properties.items() if field["type"] == "date"}
    assert dates == {"published", "updated", "first_seen", "fetched", "when"}
    assert properties["embedding"]["dims"] == 384
    assert properties["embedding"]["index_options"] == {"type": "int8_hnsw"}
    assert properties["version"] == {"type": "integer"}
    for name in FACET_FIELDS.values():
        assert properties[name] == {"type": "keyword", "ignore_above": 8191}
    for name in TOKEN_FIELDS:
        assert properties[name]["analyzer"] == "whitespace"


def test_the_embedded_schema_has_the_same_searchable_fields(tmp_path: Path) -> None:
    tantivy.Index(schema(), path=str(tmp_path))
    fields = {field["name"] for field in json.loads((tmp_path / "meta.json").read_text())["schema"]}
    own = {"record", "id_order", "row"}
    assert fields == {"id", *FACET_FIELDS.values(), *MOMENT_FIELDS, *TOKEN_FIELDS, *own}
    assert fields - own <= set(elasticsearch_mapping()["properties"])


def test_every_facet_has_a_field() -> None:
    assert tuple(FACET_FIELDS) == FACETS
    assert set(FACET_FIELDS.values()) <= set(Article.model_fields) | set(Derived._fields)


def test_a_summary_that_repeats_the_text_is_not_indexed_twice() -> None:
    repeated = make("one", text="A reef. A ship.", summary="A reef.")
    assert derived(repeated).body_tokens == "a reef a ship"
    other = make("one", text="A reef.", summary="A boat.")
    assert derived(other).body_tokens.split()[-2:] == ["a", "boat"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 11, 24, 1, 2, 3, 999_999, tzinfo=UTC), 1_795_482_123_999),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
    ],
)
def test_moments_are_cut_to_milliseconds(moment: datetime, expected: int) -> None:
    assert milliseconds(moment) == expected


def test_id_order_sorts_as_ids_do() -> None:
    ids = ["00ff" * 4, "1" * 16, "a" * 16, "ab" + "0" * 14, "f" * 64, "é" * 16]
    assert sorted(ids, key=id_order) == sorted(ids)
