"""Choose the engine that the settings name."""

from __future__ import annotations

from articles.settings import StorageSettings
from search.elasticsearch import ElasticsearchEngine
from search.embedded import EmbeddedEngine
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
