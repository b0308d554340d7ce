"""Names of an engine's indices on a node."""

from __future__ import annotations

from search.elasticsearch import ElasticsearchEngine


def alias_of(engine: ElasticsearchEngine) -> str:
    """Return the alias by which an engine writes and searches."""
    return engine._index.alias
