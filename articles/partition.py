"""A partition's bytes: articles to lines and embeddings, and back, with damage named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from typing import Any, Literal

import zstandard
from pydantic import BaseModel, ConfigDict, ValidationError

from articles.errors import TornPartitionError
from articles.record import EMBEDDING_WIDTH, Article

Stage = Literal["crawled", "tagged"]
STAGES: tuple[Stage, ...] = ("crawled", "tagged")
MAX_PARTITION_BYTES = 2**31
"""Unpacked bytes of one outlet's day at the most: ten thousand times a busy outlet's."""


class Manifest(BaseModel):
    """What a partition holds, and the file that holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    count: int
    checksum: str
    embeddings: str | None = None
    made_from: str | None = None
    """For a derived partition: the checksum and the model it was made from."""


class Partition(BaseModel):
    """One outlet's articles of one day in one stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    day: date
    source_id: str
    manifest: Manifest

    @property
    def name(self) -> str:
        """The partition's place in the archive."""
        return f"{self.stage}/{self.day}/{self.source_id}"


def pack(articles: Sequence[Article]) -> tuple[bytes, bytes | None, str]:
    """Return compressed lines, embeddings (None without any) and the checksum over both."""
    lines = "".join(f"{article.model_dump_json()}\n" for article in articles)
    packed = zstandard.compress(lines.encode(), 6)
    vectors = _vectors(articles)
    return packed, vectors, checksum(packed, vectors)


def checksum(packed: bytes, vectors: bytes | None) -> str:
    """Return the SHA-256 of the compressed lines, then of the embeddings."""
    digest = hashlib.sha256(packed)
    digest.update(vectors or b"")
    return digest.hexdigest()


def unpack(partition: Partition, packed: bytes, vectors: bytes | None) -> list[Article]:
    """Return the articles of a partition. Raises TornPartitionError where they do not agree."""
    name, manifest = partition.name, partition.manifest
    if checksum(packed, vectors) != manifest.checksum:
        raise TornPartitionError(
            f"{name}: {manifest.file} does not match its manifest's checksum; restore it from a "
            "copy, or remove the manifest and lose that outlet's day"
        )
    found = read_lines(name, packed)
    if len(found) != manifest.count:
        raise TornPartitionError(f"{name}: {len(found)} articles, not {manifest.count}")
    return list(_with_embeddings(found, vectors)) if vectors else found


def read_lines(name: str, packed: bytes) -> list[Article]:
    """Return the articles of compressed lines. Raises TornPartitionError, which names them."""
    try:
        lines = zstandard.ZstdDecompressor().decompress(packed, MAX_PARTITION_BYTES).splitlines()
        return [Article.model_validate_json(line) for line in lines]
    except (zstandard.ZstdError, ValidationError) as problem:
        raise TornPartitionError(f"{name}: cannot be read: {problem}") from problem


def _vectors(articles: Sequence[Article]) -> bytes | None:
    """Return the embeddings as float32 rows in the articles' order, NaN where one has none."""
    if not any(article.embedding is not None for article in articles):
        return None
    np = _numpy()
    rows = np.full((len(articles), EMBEDDING_WIDTH), np.nan, dtype="<f4")
    for row, article in zip(rows, articles, strict=True):
        if article.embedding is not None:
            row[:] = article.embedding
    packed: bytes = rows.tobytes()
    return packed


def _with_embeddings(articles: Sequence[Article], vectors: bytes) -> Iterator[Article]:
    np = _numpy()
    rows = np.frombuffer(vectors, "<f4").reshape(len(articles), EMBEDDING_WIDTH)
    for article, row in zip(articles, rows, strict=True):
        yield article if np.isnan(row[0]) else article.model_copy(update={"embedding": row})


def _numpy() -> Any:
    """Return numpy, imported late: a crawl process has no embeddings and would only wait for it."""
    return import_module("numpy")
