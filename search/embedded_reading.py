"""Reads articles back from a tantivy index: the stored record, and the embedding beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy

from articles.record import Article
from search.embedded_ranking import stored_record
from search.embedded_schema import NO_ROW
from search.vectors import read_rows

BATCH = 500
"""Articles read at a time when all are read."""


def articles_at(
    searcher: tantivy.Searcher, addresses: Sequence[tantivy.DocAddress], rows_file: Path
) -> list[Article]:
    """Read the articles at these addresses, each with its embedding."""
    stored = searcher.fast_field_values("row", list(addresses))
    rows = [NO_ROW if row is None else int(row) for row in stored]
    vectors = iter(read_rows(rows_file, [row for row in rows if row != NO_ROW]))
    found = [Article.model_validate_json(stored_record(searcher, a)) for a in addresses]
    return [
        article if row == NO_ROW else article.model_copy(update={"embedding": next(vectors)})
        for article, row in zip(found, rows, strict=True)
    ]


def all_articles(searcher: tantivy.Searcher, rows_file: Path) -> Iterator[Article]:
    """Read every article of an index, of any format that still holds `record` and `row`."""
    limit = max(1, int(searcher.num_docs))
    hits = searcher.search(tantivy.Query.all_query(), limit=limit, count=False).hits
    addresses = [address for _, address in hits]
    for start in range(0, len(addresses), BATCH):
        yield from articles_at(searcher, addresses[start : start + BATCH], rows_file)
