"""Fixtures for crawls: an outlet on loopback, a place to keep things, and one way to crawl."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from articles.settings import StorageSettings
from crawlers.catalogue import FeedAccess, Source
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.outlet_server import OutletServer

Crawl = Callable[..., CrawlReport]
LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def outlet() -> Iterator[OutletServer]:
    with OutletServer("127.0.0.11") as server:
        yield server


@pytest.fixture
def storage(tmp_path: Path) -> StorageSettings:
    return StorageSettings(home=tmp_path / "data")


@pytest.fixture
def crawl_feeds(storage: StorageSettings) -> Crawl:
    """Crawl outlets given as `id=feed address`, without delay, loopback allowed."""

    def run(*, settings: dict[str, object] | None = None, **feeds: str) -> CrawlReport:
        given = {"crawl_delay": 0, "allowed_private_hosts": LOOPBACK, "page_timeout": 5}
        chosen = CrawlSettings.model_validate(given | (settings or {}))
        return crawl([source(name, url) for name, url in feeds.items()], chosen, storage)

    return run


def source(name: str, *urls: str, languages: tuple[str, ...] = ("en",)) -> Source:
    return Source(
        id=name,
        name=name.title(),
        country="PH",
        languages=languages,
        owner=None,
        state_media=False,
        access=tuple(FeedAccess(kind="feed", url=url) for url in urls),
    )
