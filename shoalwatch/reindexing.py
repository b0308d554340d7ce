"""Builds the search index anew beside the old one, and remembers which partitions it then holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from articles.archive import Archive
from articles.partition import Partition
from articles.record import Article
from search.engine import IndexBrokenError, IndexFormatError, SearchEngine
from search.opening import current_generation, reindex_engine
from shoalwatch.console import messages
from shoalwatch.workspace import Workspace


def reindex(workspace: Workspace, say: Callable[[str], None], *, from_archive: bool = False) -> int:
    """Rebuild from what the index holds, or from the archive; returns how many articles there are.

    What the new index holds is noted, so that `index` does not write it once more. Raises what
    `SearchEngine.reindex` raises.
    """
    search, storage = workspace.settings.search, workspace.settings.storage
    if from_archive:
        parts = workspace.archive.partitions("tagged")
        held = {part.name: part.manifest.checksum for part in parts}
        count = reindex_engine(search, storage, _archived(workspace.archive, parts), say)
    else:
        old = current_generation(search, storage)
        count = reindex_engine(search, storage, None, say)
        held = workspace.state.indexed_partitions(old or "")
    workspace.state.save_indexed_partitions(workspace.engine.generation, held)
    return count


def _archived(archive: Archive, parts: Sequence[Partition]) -> Iterator[Article]:
    for part in parts:
        yield from archive.read_partition(part)


def engine_to_fill(workspace: Workspace) -> SearchEngine:
    """Return the engine; an embedded index of another version is first built anew by itself.

    An index that another tantivy wrote, and this one cannot read, is emptied: the archive fills it.
    """
    try:
        return workspace.engine
    except IndexFormatError as problem:
        messages().print(f"{problem}. Building it anew now.")
    try:
        reindex(workspace, lambda _: None)
    except IndexBrokenError:
        workspace.rebuild_engine()
    return workspace.engine
