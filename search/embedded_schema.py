"""The tantivy schema and the document made from an article."""

from __future__ import annotations

import tantivy

from articles.record import Article
from search.mapping import FACET_FIELDS, MOMENT_FIELDS, TOKEN_FIELDS, derived, milliseconds

NO_ROW = -1
"""Row of an article without an embedding."""


def schema() -> tantivy.Schema:
    """Build the schema: filter, sort and token fields, the record as JSON, and two of our own.

    `id_order` sorts like the id (its first eight bytes) without reading the stored record, and
    `row` is the article's place in the file of embeddings.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("record", stored=True)
    builder.add_unsigned_field("id_order", fast=True)
    builder.add_integer_field("row", fast=True)
    for name in MOMENT_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in FACET_FIELDS.values():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in TOKEN_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def id_order(article_id: str) -> int:
    """Number that sorts as the id's first eight bytes do."""
    return int.from_bytes(article_id.encode()[:8].ljust(8, b"\0"), "big")


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
    for category in dict.fromkeys(values.categories):
        made.add_text("categories", category)
    for country in dict.fromkeys(article.countries):
        made.add_text("countries", country)
    if article.sentiment is not None:
        made.add_text("sentiment", article.sentiment)
    made.add_text("language", article.language)
    made.add_text("source_id", article.source_id)
    for name in TOKEN_FIELDS:
        made.add_text(name, getattr(values, name))
    return made
