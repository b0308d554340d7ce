"""The record, the Elasticsearch mapping and the embedded schema agree."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tantivy

from articles.record import Article, Span, Tag
from search.embedded_schema import VALUE_FIELDS, id_order, schema
from search.engine import FACETS
from search.mapping import (
    FACET_FIELDS,
    FILTER_FIELDS,
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
    own = {"record", "id_order", "row", "repeats"}
    assert fields == {"id", *VALUE_FIELDS, *MOMENT_FIELDS, *TOKEN_FIELDS, *own}
    assert fields - own <= set(elasticsearch_mapping()["properties"])


def test_every_facet_has_a_field() -> None:
    assert tuple(FACET_FIELDS) == FACETS
    known = set(Article.model_fields) | set(Derived._fields)
    assert {*FACET_FIELDS.values(), *FILTER_FIELDS.values()} <= known


def test_a_language_is_found_by_its_base_and_every_part() -> None:
    made = derived(make("one", language="zh-Hant-TW"))
    assert made.base_language == "zh"
    assert made.language_ranges == ("zh", "zh-hant", "zh-hant-tw")


def test_tags_are_levelled_in_thousandths() -> None:
    tags = (Tag(category="terrorism", probability=0.29), Tag(category="x", probability=1.0))
    assert derived(make("one", tags=tags)).tag_levels == (
        "terrorism/0290",
        "any/0290",
        "x/1000",
        "any/1000",
    )


def test_bylines_are_searched_without_marks_and_not_across_names() -> None:
    made = derived(make("one", authors=("Nguyễn Văn An", "Ana Cruz")))
    assert made.author_tokens.split()[:3] == ["nguyen", "van", "an"]
    assert len(made.author_tokens.split()) == 6


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
