"""An article's language: its own page's, and only where that says nothing the catalogue's."""

from __future__ import annotations

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import Answer, OutletServer

LAO = "ລົດໄຟລາວ-ຈີນຂົນສົ່ງສິນຄ້າເພີ່ມຂຶ້ນໃນປີນີ້ ແລະ ການສົ່ງອອກໝາກໄມ້ກໍເພີ່ມຂຶ້ນ. " * 4
ENGLISH = "The railway to the border has carried more fruit this year than it did in the last. " * 4
SHORT = "Railway 2026: 1,204,311 tonnes, 312 trains a month."


@pytest.mark.parametrize(
    ("text", "languages", "found"),
    [
        (LAO, ("en", "lo"), ("lo", 1.0)),
        (ENGLISH, ("lo", "en"), ("en", 1.0)),
        (ENGLISH, ("lo", "th"), ("en", 0.5)),
        (SHORT, ("lo",), ("lo", 0.5)),
        (SHORT, ("lo", "en"), ("lo", 0.25)),
    ],
)
def test_of_an_outlets_languages_the_page_says_which(
    text: str,
    languages: tuple[str, ...],
    found: tuple[str, float],
    outlet: OutletServer,
    storage: StorageSettings,
) -> None:
    body = f"<html><head><title>2026</title></head><body><article><p>{text}</p></article></body>"
    outlet.routes["/one"] = Answer(body.encode())
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK, page_timeout=5)
    crawl([source("sample", outlet.feed("/one"), languages=languages)], settings, storage)
    (article,) = Archive(storage.archive).read("crawled")
    assert (article.language, article.language_confidence) == found
