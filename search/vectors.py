"""Embeddings beside the index: two files of rows, addressed by the `row` of a document.

    embeddings.f32    384 float32: what an article is given back with, and what ranks in the end
    embeddings.i8     a float32 scale and 384 int8: what all rows are compared by

Both are made when an article is indexed, and forced to disk before the documents that name the rows
are committed, so a crash leaves at most rows that nothing names. Those, and the rows of articles
that were replaced or deleted, are written again (`RowWriter`'s `free`). 100,000 rows are 154 and
39 MB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from articles.record import EMBEDDING_WIDTH

_FLOATS = np.dtype(("<f4", (EMBEDDING_WIDTH,)))
_QUANTISED = np.dtype([("scale", "<f4"), ("values", "i1", (EMBEDDING_WIDTH,))])
_BLOCK = 512
"""Rows compared at a time. As floats they are 786 KB, which stay in the processor's cache. Measured
over 100,000 rows on two cores: 5 ms, but 16 ms as floats in one go and 80 ms in blocks of 2,048,
where BLAS starts threads that wait for each other."""


def _beside(path: Path) -> Path:
    return path.with_suffix(".i8")


def row_count(path: Path) -> int:
    """Whole rows of floats in the file."""
    return _count(path, _FLOATS)


def _count(path: Path, kind: np.dtype[Any]) -> int:
    """Whole rows in a file; a row that a crash cut short does not count."""
    return path.stat().st_size // kind.itemsize if path.exists() else 0


def read_rows(path: Path, rows: Sequence[int]) -> NDArray[np.float32]:
    """Read embeddings by row, shape (len(rows), 384). Raises ValueError for a missing row."""
    count = row_count(path)
    if any(not 0 <= row < count for row in rows):
        raise ValueError(f"{path} has {count} rows of embeddings; asked for {max(rows)}")
    if not rows:
        return np.empty((0, EMBEDDING_WIDTH), dtype=np.float32)
    mapped = np.memmap(path, dtype="<f4", mode="r", shape=(count, EMBEDDING_WIDTH))
    return np.asarray(mapped[list(rows)], dtype=np.float32)


def quantised(embeddings: NDArray[np.float32]) -> NDArray[np.void]:
    """Round rows (n, 384) to int8, each by a scale of its own, so that its largest number is 127.

    Measured on 100,000 unit vectors: a cosine is off by 0.002 at most.
    """
    made = np.empty(len(embeddings), dtype=_QUANTISED)
    largest = np.abs(embeddings).max(axis=1)
    made["scale"] = largest / 127
    made["values"] = np.rint(embeddings / np.where(largest > 0, made["scale"], 1)[:, None])
    return made


def products(path: Path, vector: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Compare the first rows with a unit vector: their cosines, nearly, shape (rows,).

    Raises ValueError when there are not that many.
    """
    count = _count(_beside(path), _QUANTISED)
    if count < rows:
        raise ValueError(f"{_beside(path)} has {count} rows of embeddings; asked for {rows}")
    found = np.empty(rows, dtype=np.float32)
    if not rows:
        return found
    # A plain view: memmap's own slicing costs milliseconds.
    matrix = np.asarray(np.memmap(_beside(path), dtype=_QUANTISED, mode="r", shape=(count,)))
    floats = np.empty((_BLOCK, EMBEDDING_WIDTH), dtype=np.float32)
    for start in range(0, rows, _BLOCK):
        block = matrix["values"][start : min(start + _BLOCK, rows)]
        np.copyto(floats[: len(block)], block)
        np.dot(floats[: len(block)], vector, out=found[start : start + len(block)])
    found *= matrix["scale"][:rows]
    return found


class RowWriter:
    """Writes rows, into the `free` ones first; for the one that holds the index's writer lock.

    `free` are rows that no committed document names: a crash before the commit changes nothing that
    is searched. A search that began before the commit that freed a row may still read it.
    """

    def __init__(self, path: Path, free: Sequence[int] = ()) -> None:
        self._free = list(free)
        self._next = row_count(path)
        with ExitStack() as files:
            self._floats = files.enter_context(_opened(path, self._next * _FLOATS.itemsize))
            known = min(self._next, _count(_beside(path), _QUANTISED))
            self._values = files.enter_context(_opened(_beside(path), known * _QUANTISED.itemsize))
            for block in _blocks(path, known, self._next):  # what a crash left behind
                self._values.write(quantised(block).tobytes())
            self._files = files.pop_all()

    def append(self, embedding: NDArray[np.float32]) -> int:
        """Write one embedding and return its row."""
        made = np.asarray(embedding, dtype="<f4")
        row = self._free.pop() if self._free else self._next
        if row == self._next:
            self._next += 1
        for file, kind, content in (
            (self._floats, _FLOATS, made),
            (self._values, _QUANTISED, quantised(made[None])),
        ):
            if file.tell() != row * kind.itemsize:
                file.seek(row * kind.itemsize)
            file.write(content.tobytes())
        return row

    def sync(self) -> None:
        """Force what was written to disk."""
        for file in (self._floats, self._values):
            file.flush()
            os.fsync(file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing flushes: on a full disk it fails like the write before it, which was told.
        try:
            self._files.close()
        except OSError:
            if error is None:
                raise


def _opened(path: Path, size: int) -> BinaryIO:
    """Open a file for writing anywhere, cut to the whole rows it has, at its end."""
    file = path.open("r+b" if path.exists() else "x+b")
    if path.stat().st_size > size:
        file.truncate(size)
    file.seek(size)
    return file


def _blocks(path: Path, first: int, last: int) -> Iterator[NDArray[np.float32]]:
    for start in range(first, last, _BLOCK):
        yield read_rows(path, range(start, min(start + _BLOCK, last)))
