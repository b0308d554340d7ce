"""Nearest neighbours in the embedded engine: a flat matrix on disk, compared exactly.

100,000 rows are 154 MB that the system keeps in its file cache; one multiplication reads them all.
A graph index would be faster from a million articles on, must be rebuilt when articles change, and
answers filtered searches poorly; Elasticsearch has one for those who need it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur

from search.vectors import open_rows

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
    """Find the articles that match `wanted` and lie nearest to a unit vector, best first."""
    matrix = np.asarray(open_rows(rows))  # a plain view: memmap's own slicing costs milliseconds
    count = int(searcher.search(wanted, limit=1).count or 0)  # type: ignore[attr-defined]
    if not count or not len(matrix):
        return []
    if count <= FEW:
        return _of(searcher, wanted, matrix, vector, count)[:limit]
    for chosen in _batches(matrix @ vector, limit, count):
        among = tantivy.Query.term_set_query(schema, "row", chosen)
        both = tantivy.Query.boolean_query([(Occur.Must, wanted), (Occur.Must, among)])
        found = _of(searcher, both, matrix, vector, len(chosen))
        if len(found) >= limit:
            return found[:limit]
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
    matrix: NDArray[np.float32],
    vector: NDArray[np.float32],
    limit: int,
) -> list[Near]:
    """Compare the articles that match, but for those without an embedding (row -1)."""
    hits = searcher.search(wanted, limit=limit, count=False, order_by_field="row").hits
    found = [(int(row), address) for row, address in hits if int(row) >= 0]
    cosines = matrix[[row for row, _ in found]] @ vector
    near = [
        Near(float(cosine), address) for cosine, (_, address) in zip(cosines, found, strict=True)
    ]
    return sorted(near, key=lambda one: -one.cosine)
