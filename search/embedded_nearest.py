"""Nearest neighbours in the embedded engine: a flat matrix on disk, every row compared.

The rows are compared as int8, which is a quarter of the bytes to read (39 MB for 100,000 rows, kept
in the system's file cache), and the best of them again as the floats they were made from. A graph
index would be faster from a million articles on, must be rebuilt when articles change, and answers
filtered searches poorly; Elasticsearch has one for those who need it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur

from search.embedded_schema import NO_ROW
from search.vectors import products, read_rows

FEW = 4096
"""Up to so many articles that fulfil the conditions, only their rows are compared."""


class Near(NamedTuple):
    """An article's cosine to the question, and where its document lies."""

    cosine: float
    address: tantivy.DocAddress


def nearest(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    wanted: tantivy.Query,
    rows: Path,
    vector: NDArray[np.float32],
    limit: int,
) -> list[Near]:
    """Find the articles that match `wanted` and lie nearest to a unit vector, best first.

    Raises ValueError when the files lack rows that documents name.
    """
    last = searcher.search(wanted, limit=1, order_by_field="row")
    count = int(last.count or 0)  # type: ignore[attr-defined]  # not in tantivy's stubs
    highest = int(last.hits[0][0]) if last.hits else NO_ROW
    if highest == NO_ROW:
        return []
    if count <= FEW:
        return _of(searcher, wanted, rows, vector, count)[:limit]
    found: list[Near] = []
    for chosen in _batches(products(rows, vector, highest + 1), limit, count):
        among = tantivy.Query.term_set_query(schema, "row", chosen)
        both = tantivy.Query.boolean_query([(Occur.Must, wanted), (Occur.Must, among)])
        found = _of(searcher, both, rows, vector, len(chosen))
        if len(found) >= limit:
            break
    return found[:limit]


def _batches(cosines: NDArray[np.float32], limit: int, count: int) -> Iterator[list[int]]:
    """Give the nearest rows, as many as should hold `limit` matches, then four times as many."""
    size = int(1.5 * limit * len(cosines) / count) + 100
    while size < len(cosines):
        yield np.argpartition(-cosines, size)[:size].tolist()
        size *= 4
    yield list(range(len(cosines)))


def _of(
    searcher: tantivy.Searcher,
    wanted: tantivy.Query,
    rows: Path,
    vector: NDArray[np.float32],
    limit: int,
) -> list[Near]:
    """Compare the articles that match as floats, but for those without an embedding."""
    hits = searcher.search(wanted, limit=limit, count=False, order_by_field="row").hits
    found = [(int(row), address) for row, address in hits if int(row) != NO_ROW]
    cosines = read_rows(rows, [row for row, _ in found]) @ vector
    near = [
        Near(float(cosine), address) for cosine, (_, address) in zip(cosines, found, strict=True)
    ]
    return sorted(near, key=lambda one: -one.cosine)
