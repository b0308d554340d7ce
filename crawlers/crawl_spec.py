"""What one crawl process is told to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from articles.settings import StorageSettings
from crawlers.catalogue import Source, load_catalogue, select
from crawlers.settings import CrawlSettings
from crawlers.warc import PageKeeper


class CrawlSpec(BaseModel):
    """Sources to crawl, how, and where what they yield is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Source, ...]
    settings: CrawlSettings
    archive: str
    """Path or fsspec URL."""
    state: str
    """SQLAlchemy URL."""
    pages: bool = True
    """Whether the pages that feeds name are visited; False only asks the feeds."""

    keep_pages: str | None = None
    """The folder in which every response is kept as WARC; null for none."""

    def page_keeper(self) -> PageKeeper | None:
        """Return what keeps this process's responses, or None."""
        if self.keep_pages is None:
            return None
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}"
        return PageKeeper(Path(self.keep_pages), name)


def spec_from_environment(ids: tuple[str, ...]) -> CrawlSpec:
    """Return what `scrapy crawl feed -a source=ID,ID` is to do, by the SHOALWATCH_ settings.

    Raises:
        CatalogueError: the catalogue is wrong, or an id is not in it.
    """
    settings, storage = CrawlSettings(), StorageSettings()
    return CrawlSpec(
        sources=select(load_catalogue(settings.sources), ids),
        settings=settings,
        archive=storage.archive,
        state=storage.state,
    )
