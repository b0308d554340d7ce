"""The index stage: tagged partitions go into the search engine, each only when it has changed."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from articles.archive import Archive
from articles.errors import TornPartitionError
from articles.partition import Partition
from articles.state import State
from search.engine import SearchEngine
from shoalwatch.console import Progress


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
    """Write partitions into the engine; each is noted when it is in, so a stopped run goes on."""
    indexed, done, torn = 0, 0, []
    for part in partitions:
        try:
            articles = archive.read_partition(part)
        except TornPartitionError as problem:
            torn.append(str(problem))
            continue
        indexed += engine.index(articles)
        done += 1
        state.save_indexed_partition(engine.generation, part.name, part.manifest.checksum)
        progress.advance(len(articles))
    return IndexReport(indexed=indexed, partitions=done, torn=tuple(torn))
