"""The tantivy schema and the document made from an article."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from articles.record import Article
from search.mapping import (
    FACET_FIELDS,
    FILTER_FIELDS,
    FORMAT,
    MOMENT_FIELDS,
    TOKEN_FIELDS,
    Derived,
    derived,
    milliseconds,
)

EMBEDDED_FORMAT = f"{FORMAT}.2"
"""Kept in the folder: mapping, segmentation and the files beside tantivy's (2: int8 rows too)."""

NO_ROW = -1
"""Row of an article without an embedding."""

VALUE_FIELDS = tuple(dict.fromkeys([*FACET_FIELDS.values(), *FILTER_FIELDS.values(), "tag_levels"]))
"""Fields of whole values; those that are counted are also kept by column."""


def schema() -> tantivy.Schema:
    """Build the schema: filter, sort and token fields, the record as JSON, and three of our own.

    `id_order` sorts like the id (its first eight bytes) without reading the stored record, `row` is
    the article's place in the file of embeddings, and `repeats` is 1 for a near-duplicate.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("record", stored=True)
    builder.add_unsigned_field("id_order", fast=True)
    builder.add_integer_field("row", indexed=True, fast=True)
    builder.add_integer_field("repeats", fast=True)
    for name in MOMENT_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    counted = set(FACET_FIELDS.values())
    for name in VALUE_FIELDS:
        fast = name in counted
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=fast)
    for name in TOKEN_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def id_order(article_id: str) -> int:
    """Number that sorts as the id's first eight bytes do."""
    return int.from_bytes(article_id.encode()[:8].ljust(8, b"\0"), "big")


def _values(article: Article, values: Derived, name: str) -> Iterable[str]:
    """List a field's values without repetitions; one value, several or none."""
    found = getattr(values if name in Derived._fields else article, name)
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else dict.fromkeys(found)


def document(article: Article, record: bytes, row: int) -> tantivy.Document:
    """Make the tantivy document of an article, given its JSON and its embedding's row."""
    values = derived(article)
    made = tantivy.Document()
    made.add_text("id", article.id)
    made.add_bytes("record", record)
    made.add_unsigned("id_order", id_order(article.id))
    made.add_integer("row", row)
    made.add_integer("when", milliseconds(values.when))
    made.add_integer("first_seen", milliseconds(article.first_seen))
    made.add_integer("repeats", int(article.near_duplicate_of is not None))
    for name in VALUE_FIELDS:
        for value in _values(article, values, name):
            made.add_text(name, value)
    for name in TOKEN_FIELDS:
        made.add_text(name, getattr(values, name))
    return made
