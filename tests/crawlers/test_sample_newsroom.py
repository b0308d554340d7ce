"""The sample newsroom comes out as it says it should: first pass, second pass, a story updated."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import Source, load_catalogue
from crawlers.outcomes import PAGE_OUTCOMES
from crawlers.report import SourceReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from shoalwatch.newsroom import Newsroom, OutletCounts
from tests.crawlers.conftest import LOOPBACK

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def _catalogue(newsroom: Newsroom, folder: Path) -> tuple[Source, ...]:
    file = folder / "newsroom.yml"
    file.write_text(newsroom.catalogue(), encoding="utf-8")
    return load_catalogue(file)


def _counts(part: SourceReport) -> OutletCounts:
    return OutletCounts(
        feed_entries=sum(feed.entries for feed in part.feeds),
        new=part.outcomes["new"],
        duplicate=part.outcomes["duplicate"],
        rejected=part.outcomes["rejected"],
        failed=part.outcomes["failed"],
        undated=part.undated,
    )


def test_the_newsroom_is_crawled_as_it_should_be(tmp_path: Path, storage: StorageSettings) -> None:
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    with Newsroom(now=NOW) as newsroom:
        sources = _catalogue(newsroom, tmp_path)
        first = crawl(sources, settings, storage)
        second = crawl(sources, settings, storage)
        due, port = newsroom.counts(), newsroom.port
    told = {part.source_id: astuple(_counts(part)) for part in first.sources}
    assert told == {name: astuple(counts) for name, counts in due.items()}
    assert second.totals == dict.fromkeys(PAGE_OUTCOMES, 0)
    assert second.received_bytes < 0.05 * first.received_bytes
    with Newsroom(now=NOW, revision=2, port=port):
        third = crawl(sources, settings, storage)
    assert (third.totals["updated"], third.totals["new"]) == (1, 0)
    (updated,) = [a for a in Archive(storage.archive).read("crawled") if a.version > 1]
    assert updated.id in {p.article_id for p in third.pages if p.outcome == "updated"}
