"""Embeddings beside the index: one file of float32 rows, addressed by the `row` of a document.

Rows are only ever appended, and forced to disk before the documents that name them are committed,
so a crash leaves at most rows that nothing names. An article indexed again gets a new row; the old
one is freed when the index is made anew. 100,000 rows are 154 MB.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from articles.record import EMBEDDING_WIDTH

_ROW_BYTES = EMBEDDING_WIDTH * 4


def row_count(path: Path) -> int:
    """Whole rows in the file; a row that a crash cut short does not count."""
    return path.stat().st_size // _ROW_BYTES if path.exists() else 0


def open_rows(path: Path) -> NDArray[np.float32]:
    """Map all embeddings into memory, shape (rows, 384), without reading them yet."""
    count = row_count(path)
    if not count:
        return np.empty((0, EMBEDDING_WIDTH), dtype=np.float32)
    return np.memmap(path, dtype="<f4", mode="r", shape=(count, EMBEDDING_WIDTH))


def read_rows(path: Path, rows: Sequence[int]) -> NDArray[np.float32]:
    """Read embeddings by row, shape (len(rows), 384). Raises ValueError for a missing row."""
    count = row_count(path)
    if any(not 0 <= row < count for row in rows):
        raise ValueError(f"{path} has {count} rows of embeddings; asked for {max(rows)}")
    return np.asarray(open_rows(path)[list(rows)], dtype=np.float32)


class RowWriter:
    """Appends rows; for the one process that holds the index's writer lock."""

    def __init__(self, path: Path) -> None:
        self._next = row_count(path)
        self._file = path.open("ab")
        if path.stat().st_size % _ROW_BYTES:
            self._file.truncate(self._next * _ROW_BYTES)

    def append(self, embedding: NDArray[np.float32]) -> int:
        """Write one embedding and return its row."""
        self._file.write(np.asarray(embedding, dtype="<f4").tobytes())
        self._next += 1
        return self._next - 1

    def sync(self) -> None:
        """Force what was appended to disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing flushes: on a full disk it fails like the write before it, which was told.
        with suppress(OSError) if error is not None else nullcontext():
            self._file.close()
