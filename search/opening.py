"""Choose the engine that the settings name.

Engines are imported where they are opened: the Elasticsearch client alone takes 0.25 s, which every
command, `--help` too, would pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from articles.record import Article
from articles.settings import StorageSettings
from search.engine import SearchEngine
from search.knowledge import Knowledge
from search.settings import SearchSettings

if TYPE_CHECKING:
    from search.elasticsearch import ElasticsearchEngine
    from search.elasticsearch_roles import Keys
    from search.embedded import EmbeddedEngine


def _elasticsearch(
    settings: SearchSettings, storage: StorageSettings, knowledge: Knowledge | None = None
) -> ElasticsearchEngine:
    from search.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 - slow to import

    return ElasticsearchEngine(settings, storage.timezone, knowledge)


def _embedded() -> type[EmbeddedEngine]:
    from search.embedded import EmbeddedEngine  # noqa: PLC0415 - slow to import

    return EmbeddedEngine


def open_engine(
    settings: SearchSettings, storage: StorageSettings, knowledge: Knowledge | None = None
) -> SearchEngine:
    """Open Elasticsearch if `search_url` is set, else the embedded engine in HOME/index.

    Creates the index where there is none. Raises IndexBrokenError, IndexFormatError (embedded; for
    Elasticsearch the first call raises them) and SettingsError.
    """
    if settings.search_url is not None:
        return _elasticsearch(settings, storage, knowledge)
    return _embedded()(storage.home / "index", storage.timezone, knowledge)


def reset_engine(
    settings: SearchSettings, storage: StorageSettings, knowledge: Knowledge | None = None
) -> SearchEngine:
    """Open the engine emptied, in place of whatever index is there, even a damaged one."""
    if settings.search_url is not None:
        engine = _elasticsearch(settings, storage, knowledge)
        engine.reset()
        return engine
    return _embedded().remade(storage.home / "index", storage.timezone, knowledge)


def current_generation(settings: SearchSettings, storage: StorageSettings) -> str | None:
    """Return the token of the index that is there, of whatever version; None without one."""
    if settings.search_url is None:
        from search.embedded_folder import IndexFolder  # noqa: PLC0415 - slow to import

        found = IndexFolder(storage.home / "index").any_format()
        return found.generation if found is not None else None
    engine = _elasticsearch(settings, storage)
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
        return _embedded().reindexed(storage.home / "index", articles, say)
    engine = _elasticsearch(settings, storage)
    try:
        return engine.reindex(articles, say)
    finally:
        engine.close()


def set_up_engine(settings: SearchSettings) -> Keys:
    """Create Elasticsearch's roles for a writer and a reader, and an API key for each.

    Raises EnginePermissionError when the settings' user may not manage security.
    """
    from search.elasticsearch_client import connect  # noqa: PLC0415 - slow to import
    from search.elasticsearch_errors import translated  # noqa: PLC0415 - slow to import
    from search.elasticsearch_roles import set_up  # noqa: PLC0415 - slow to import

    client, where = connect(settings)
    try:
        with translated(where):
            return set_up(client, settings.search_index)
    finally:
        client.close()
