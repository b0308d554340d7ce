"""Writes articles into a tantivy index and their embeddings beside it, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import tantivy
from pydantic_core import PydanticSerializationError

from articles.record import Article
from search.embedded_reading import BATCH, Held
from search.embedded_schema import NO_ROW, document, id_order
from search.requests import NOT_UNICODE, is_unicode
from search.vectors import RowWriter

WRITER_MEMORY = 96_000_000
"""Bytes that tantivy's writer may hold before it writes a segment."""

Guard = Callable[[Callable[[], object]], object]
"""Calls tantivy with its errors turned into ours."""


@contextmanager
def committing(index: tantivy.Index, guard: Guard) -> Iterator[tantivy.IndexWriter]:
    """Give a writer; commit at the end, or leave everything as it was."""
    # One thread: the same input gives the same segments, so the same ranking of ties.
    writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
    try:
        yield writer
        guard(writer.commit)
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def put_all(
    writer: tantivy.IndexWriter,
    rows_file: Path,
    articles: Iterable[Article],
    guard: Guard,
    held: Held | None = None,
) -> tuple[int, dict[str, str]]:
    """Insert or replace by id; returns how many were written, and why others were refused.

    `held` is what the index has already; None for an empty one.
    """
    written, refused = 0, dict[str, str]()
    free = list[int]()
    if held is not None:
        guard(lambda: free.extend(held.free_rows(rows_file)))
    with RowWriter(rows_file, free) as rows:
        putting = _Putting(writer, rows, guard)
        stream = iter(articles)
        while batch := list(islice(stream, BATCH)):
            if held is not None:
                known = [one.id for one in batch if is_unicode(one.id)]
                guard(partial(putting.know, held, known))
            for article in batch:
                try:
                    record = article.model_dump_json(exclude_defaults=True).encode()
                except PydanticSerializationError:
                    refused[article.id] = NOT_UNICODE
                    continue
                putting.put(article, record)
                written += 1
        guard(rows.sync)
    return written, refused


class _Putting:
    """Adds documents, and deletes the one before where there is one.

    Deleting each id to be sure would cost a fifth of the time, and 1.3 KB for each article until
    the commit: 400 MB with 300,000. The numbers kept here instead are 0.1 KB each.
    """

    def __init__(self, writer: tantivy.IndexWriter, rows: RowWriter, guard: Guard) -> None:
        self._writer = writer
        self._rows = rows
        self._guard = guard
        self._there: set[int] = set()

    def know(self, held: Held, ids: Sequence[str]) -> None:
        """Take note of which of these articles the index has."""
        self._there |= held.orders(ids)

    def put(self, article: Article, record: bytes) -> None:
        """Add the document of an article, given its JSON."""
        order = id_order(article.id)
        self._guard(partial(self._put, article, record, known=order in self._there))
        self._there.add(order)

    def _put(self, article: Article, record: bytes, *, known: bool) -> None:
        row = NO_ROW if article.embedding is None else self._rows.append(article.embedding)
        if known:
            self._writer.delete_documents_by_term("id", article.id)
        self._writer.add_document(document(article, record, row))
