"""Reads articles back from a tantivy index: the stored record, and the embedding beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy

from articles.record import Article
from search.embedded_ranking import stored_record
from search.embedded_schema import NO_ROW
from search.vectors import read_rows, row_count

BATCH = 500
"""Articles read at a time when all are read."""

SPARE_ROWS = 1024
"""Rows of embeddings that may lie unused, besides an eighth of those in use, before they are
written again: to find them every document is asked, 0.1 s for 100,000."""


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


class Held:
    """What the last commit left in an index, for the one who writes the next."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self._schema = schema

    def free_rows(self, rows_file: Path) -> list[int]:
        """List the rows of embeddings that no document names; none while they are few."""
        rows = row_count(rows_file)
        named = tantivy.Query.range_query(
            self._schema, "row", tantivy.FieldType.Integer, lower_bound=0, upper_bound=None
        )
        used = int(self._searcher.search(named, limit=1).count or 0)  # type: ignore[attr-defined]
        if rows - used <= SPARE_ROWS + used // 8:
            return []
        found = self._searcher.search(named, limit=max(1, used), count=False, order_by_field="row")
        return sorted(set(range(rows)) - {int(row) for row, _ in found.hits}, reverse=True)

    def orders(self, ids: Sequence[str]) -> set[int]:
        """Return the `id_order` of those articles that are there."""
        wanted = tantivy.Query.term_set_query(self._schema, "id", list(ids))
        hits = self._searcher.search(wanted, limit=max(1, len(ids)), count=False).hits
        found = self._searcher.fast_field_values("id_order", [address for _, address in hits])
        return {int(order) for order in found if order is not None}
