"""The index stage: tagged partitions go into the search engine, each only when it has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from articles.archive import Archive
from articles.errors import TornPartitionError
from articles.partition import Partition
from articles.record import Article
from articles.state import State
from search.engine import SearchEngine
from shoalwatch.console import Progress

GROUP = 500
"""Articles written to the engine at once at the least, where there are as many."""


class IndexReport(BaseModel):
    """How many articles were written into the index, and which partitions were torn."""

    model_config = ConfigDict(frozen=True)

    indexed: int = 0
    partitions: int = 0
    torn: tuple[str, ...] = ()


def pending(archive: Archive, state: State, engine: SearchEngine) -> list[Partition]:
    """List the tagged partitions that this index does not hold as they are now."""
    held = state.indexed_partitions(engine.generation)
    return [
        part
        for part in archive.partitions("tagged")
        if held.get(part.name) != part.manifest.checksum
    ]


def index(
    archive: Archive,
    state: State,
    engine: SearchEngine,
    partitions: Sequence[Partition],
    progress: Progress,
) -> IndexReport:
    """Write partitions into the engine; those that are in are noted, so a stopped run goes on.

    Small partitions go in together: every write makes the engine publish anew what it holds, which
    for 213 outlets of two articles each cost more than all the rest.
    """
    torn: list[str] = []
    indexed, done = 0, 0
    for parts, articles in _groups(archive, partitions, torn):
        indexed += engine.index(articles)
        done += len(parts)
        checksums = {part.name: part.manifest.checksum for part in parts}
        state.save_indexed_partitions(engine.generation, checksums)
        progress.advance(len(articles))
    return IndexReport(indexed=indexed, partitions=done, torn=tuple(torn))


def _groups(
    archive: Archive, partitions: Sequence[Partition], torn: list[str]
) -> Iterator[tuple[list[Partition], list[Article]]]:
    """Yield partitions with their articles, at least GROUP at a time; name torn ones in `torn`."""
    parts: list[Partition] = []
    articles: list[Article] = []
    for part in partitions:
        try:
            articles += archive.read_partition(part)
        except TornPartitionError as problem:
            torn.append(str(problem))
            continue
        parts.append(part)
        if len(articles) >= GROUP:
            yield parts, articles
            parts, articles = [], []
    if parts:
        yield parts, articles
