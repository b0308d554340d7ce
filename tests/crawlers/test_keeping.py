"""Responses that cannot be kept: told by the file's name, and nothing else is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from scrapy.http import Response

from articles.settings import StorageSettings
from articles.state import KnownPage
from crawlers.known import Known
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import KeepingError, PageKeeper, read_known, read_responses
from shoalwatch.overview import print_crawl
from tests.crawlers.conftest import LOOPBACK, source
from tests.crawlers.outlet_server import OutletServer
from tests.file_size import largest_file

THEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_full_disk_is_told_with_the_file_of_which_all_before_stays_whole(tmp_path: Path) -> None:
    keeper = PageKeeper(tmp_path, "kept")
    small = Response("https://o.example/a", body=b"small")
    keeper.keep(small, "s", small.url, THEN)
    file = tmp_path / "2026-03-04" / "kept.warc.gz"
    size = file.stat().st_size
    with largest_file(size + 100):
        with pytest.raises(KeepingError, match=rf"can no longer be kept in {file}: .* too large"):
            keeper.keep(small.replace(url="https://o.example/b"), "s", "b", THEN)
        keeper.close()
    assert file.stat().st_size == size
    assert [each.url for each in read_responses(str(file), 1_000)] == [small.url]


def test_what_was_known_is_read_apart_from_responses_and_passed_over_where_too_long(
    tmp_path: Path,
) -> None:
    row = KnownPage(
        canonical_url="https://o.example/a",
        article_id="a" * 32,
        source_id="s",
        first_seen=THEN,
        content_hash="",
        last_outcome="rejected:no_text",
        last_fetched=THEN,
    )
    said = [Known(source_id="s", at=THEN), Known(source_id="s", at=THEN, pages={"alias": row})]
    keeper = PageKeeper(tmp_path, "kept")
    for known in said:
        keeper.keep_known(known)
    keeper.close()
    file = str(tmp_path / "2026-03-04" / "kept.warc.gz")
    assert list(read_known(file, 100_000)) == said
    assert list(read_known(file, 100)) == said[:1]
    assert list(read_responses(file, 100_000)) == []


def test_a_crawl_goes_on_without_keeping_and_says_so(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    outlet.article("/one")
    outlet.article("/two")
    storage.home.mkdir()
    pages = storage.home / "pages"
    pages.write_text("a file where the folder of kept pages should be")
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    entry = source("sample", outlet.feed("/one", "/two"))
    report = crawl([entry], settings, storage, keep_pages=pages)
    assert (report.totals["new"], report.source("sample").health) == (2, "healthy")
    (process,) = report.processes
    assert process.exit == 0
    assert f"Responses can no longer be kept in {pages}/20" in process.keeping_stopped
    console = Console(record=True, width=200)
    print_crawl(console, report, {})
    assert "the crawl goes on without keeping more. Make room" in console.export_text()
