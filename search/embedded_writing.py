"""Writes articles into a tantivy index and their embeddings beside it, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import tantivy
from pydantic_core import PydanticSerializationError

from articles.record import Article
from search.embedded_schema import NO_ROW, document
from search.requests import NOT_UNICODE
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
    writer: tantivy.IndexWriter, rows_file: Path, articles: Iterable[Article], guard: Guard
) -> tuple[int, dict[str, str]]:
    """Insert or replace by id; returns how many were written, and why others were refused."""
    written, refused = 0, dict[str, str]()
    with RowWriter(rows_file) as rows:
        for article in articles:
            try:
                record = article.model_dump_json(exclude_defaults=True).encode()
            except PydanticSerializationError:
                refused[article.id] = NOT_UNICODE
                continue
            guard(partial(_put, writer, rows, article, record))
            written += 1
        guard(rows.sync)
    return written, refused


def _put(writer: tantivy.IndexWriter, rows: RowWriter, article: Article, record: bytes) -> None:
    row = NO_ROW if article.embedding is None else rows.append(article.embedding)
    writer.delete_documents_by_term("id", article.id)
    writer.add_document(document(article, record, row))
