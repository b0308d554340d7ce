"""Opens the parts that a command needs, as the settings say, and closes them again."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from articles.archive import Archive
from articles.state import State
from crawlers.catalogue import Source, load_catalogue
from models.own_categories import categories_folder, known_taxonomy
from models.tagger import Tagger, load
from models.taxonomy import Taxonomy
from search.engine import SearchEngine
from search.knowledge import Knowledge
from search.opening import open_engine, reset_engine
from shoalwatch.knowledge import knowledge
from shoalwatch.moments import zone
from shoalwatch.settings import Settings


class Workspace:
    """Archive, state, catalogue, tagger and engine, each opened at its first use."""

    def __init__(self, settings: Settings) -> None:
        """Check the time zone; nothing is opened yet. Raises SettingsError."""
        self.settings = settings
        self.zone = zone(settings.storage.timezone)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        for name in ("engine", "state"):
            if name in self.__dict__:
                getattr(self, name).close()

    @cached_property
    def archive(self) -> Archive:
        """The archive. Raises ArchiveError."""
        return Archive(self.settings.storage.archive)

    @cached_property
    def state(self) -> State:
        """The state database. Raises StateError."""
        return State.open(self.settings.storage.state)

    @cached_property
    def sources(self) -> list[Source]:
        """Every source of the catalogue. Raises CatalogueError."""
        return list(load_catalogue(self.settings.crawl.sources))

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger, own categories included. Raises WeightsError, OwnCategoryError."""
        return load(self.categories_folder)

    @cached_property
    def engine(self) -> SearchEngine:
        """The search engine. Raises SearchError."""
        return open_engine(self.settings.search, self.settings.storage, self.knowledge)

    def rebuild_engine(self) -> None:
        """Empty the engine, even one whose index is damaged. Raises SearchError."""
        self.__dict__["engine"] = reset_engine(
            self.settings.search, self.settings.storage, self.knowledge
        )

    @cached_property
    def knowledge(self) -> Knowledge:
        """What the engine is told of places, owners and meaning. Raises CatalogueError."""
        return knowledge(self.sources, lambda: self.tagger, self.taxonomy)

    @property
    def categories_folder(self) -> Path:
        """Where own categories are."""
        return categories_folder(self.settings.model, self.settings.storage)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The shipped categories and the own ones. Raises TaxonomyError, OwnCategoryError."""
        return known_taxonomy(self.categories_folder)

    @property
    def outlet_names(self) -> dict[str, str]:
        """Each source's name by its id, for what people read."""
        return {source.id: source.name for source in self.sources}

    @property
    def category_names(self) -> dict[str, str]:
        """Each risk category's English name by its id: the shipped ones, then the own ones."""
        return {category.id: category.name() for category in self.taxonomy.categories}
