"""Choose the engine that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from articles.record import Article
from articles.settings import StorageSettings
from search.elasticsearch import ElasticsearchEngine
from search.elasticsearch_client import connect
from search.elasticsearch_errors import translated
from search.elasticsearch_roles import Keys, set_up
from search.embedded import EmbeddedEngine
from search.embedded_folder import IndexFolder
from search.engine import SearchEngine
from search.knowledge import Knowledge
from search.settings import SearchSettings


def open_engine(
    settings: SearchSettings, storage: StorageSettings, knowledge: Knowledge | None = None
) -> SearchEngine:
    """Open Elasticsearch if `search_url` is set, else the embedded engine in HOME/index.

    Creates the index where there is none. Raises IndexBrokenError, IndexFormatError (embedded; for
    Elasticsearch the first call raises them) and SettingsError.
    """
    if settings.search_url is not None:
        return ElasticsearchEngine(settings, storage.timezone, knowledge)
    return EmbeddedEngine(storage.home / "index", storage.timezone, knowledge)


def reset_engine(
    settings: SearchSettings, storage: StorageSettings, knowledge: Knowledge | None = None
) -> SearchEngine:
    """Open the engine emptied, in place of whatever index is there, even a damaged one."""
    if settings.search_url is not None:
        engine = ElasticsearchEngine(settings, storage.timezone, knowledge)
        engine.reset()
        return engine
    return EmbeddedEngine.remade(storage.home / "index", storage.timezone, knowledge)


def current_generation(settings: SearchSettings, storage: StorageSettings) -> str | None:
    """Return the token of the index that is there, of whatever version; None without one."""
    if settings.search_url is None:
        found = IndexFolder(storage.home / "index").any_format()
        return found.generation if found is not None else None
    engine = ElasticsearchEngine(settings, storage.timezone)
    try:
        return engine.any_generation()
    finally:
        engine.close()


def reindex_engine(
    settings: SearchSettings,
    storage: StorageSettings,
    articles: Iterable[Article] | None,
    say: Callable[[str], None],
) -> int:
    """Build the index anew, also one of another version that no engine opens; returns how many.

    See `SearchEngine.reindex`.
    """
    if settings.search_url is None:
        return EmbeddedEngine.reindexed(storage.home / "index", articles, say)
    engine = ElasticsearchEngine(settings, storage.timezone)
    try:
        return engine.reindex(articles, say)
    finally:
        engine.close()


def set_up_engine(settings: SearchSettings) -> Keys:
    """Create Elasticsearch's roles for a writer and a reader, and an API key for each.

    Raises EnginePermissionError when the settings' user may not manage security.
    """
    client, where = connect(settings)
    try:
        with translated(where):
            return set_up(client, settings.search_index)
    finally:
        client.close()
