"""What one crawl process is told to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from articles.settings import StorageSettings
from crawlers.catalogue import ArchiveAccess, Source, load_catalogue, select
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

    def slots(self) -> dict[str, dict[str, Any]]:
        """Return Scrapy's DOWNLOAD_SLOTS: hosts for which the catalogue asks for a longer delay.

        Those that only pages lie on are met as these are asked for (`PoliteThrottle`).
        """
        slots: dict[str, dict[str, Any]] = {}
        for source in self.sources:
            asked = source.politeness.delay
            if asked is None or asked <= self.settings.crawl_delay:
                continue
            for access in source.access:
                if isinstance(access, ArchiveAccess):
                    continue
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
