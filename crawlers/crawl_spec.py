"""What one crawl process is told to do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from articles.settings import StorageSettings
from crawlers.catalogue import Source, load_catalogue, select
from crawlers.settings import CrawlSettings


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

    def slots(self) -> dict[str, dict[str, Any]]:
        """Return Scrapy's DOWNLOAD_SLOTS: hosts for which the catalogue asks for a longer delay."""
        slots: dict[str, dict[str, Any]] = {}
        for source in self.sources:
            asked = source.politeness.delay
            if asked is None or asked <= self.settings.crawl_delay:
                continue
            for access in source.access:
                host = urlsplit(access.url).hostname or ""
                slots[host] = {"delay": max(asked, slots.get(host, {}).get("delay", 0.0))}
        return slots


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
