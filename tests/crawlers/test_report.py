"""The report balances, and a dead process's books are closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from crawlers.ledger import BatchLedger
from crawlers.outcomes import EVENTS, FeedDone, PageDone, PageFound, SourceDone
from crawlers.report import CrawlReport, ReportError
from tests.crawlers.conftest import source

FEED = "https://o.example/feed"


def _report(ledger: BatchLedger, **more: object) -> CrawlReport:
    parts = {
        "started": datetime(2026, 11, 24, tzinfo=UTC),
        "seconds": 1.0,
        "sources": tuple(ledger.source_reports()),
        "pages": tuple(ledger.pages),
        "processes": (ledger.process(0),),
    }
    return CrawlReport.model_validate(parts | more)


def _ledger() -> BatchLedger:
    ledger = BatchLedger([source("sample", FEED, "https://o.example/second")])
    for name in ("/a", "/b", "/c"):
        ledger.enter(PageFound(source_id="sample", url=f"https://o.example{name}"))
    done = PageDone(source_id="sample", url="https://o.example/a", outcome="new", undated=True)
    ledger.enter(done)
    return ledger


def test_what_a_dead_process_left_open_is_failed_and_the_books_balance() -> None:
    ledger = _ledger()
    endings = list(ledger.close("process_died", "crawl process ended by signal 9"))
    report = _report(ledger)
    assert [type(each) for each in endings] == [PageDone, PageDone, FeedDone, FeedDone, SourceDone]
    assert ledger.abandoned == ["sample"]
    assert report.totals["failed"] == 2
    assert report.source("sample").undated == 1
    assert report.source("sample").reasons == {"failed:process_died": 2}
    assert [feed.entries for feed in report.source("sample").feeds] == [3, 0]


def test_a_page_counted_twice_or_not_at_all_is_refused() -> None:
    ledger = _ledger()
    list(ledger.close("process_died", "gone"))
    with pytest.raises(ValidationError, match="counted more than once"):
        _report(ledger, pages=(*ledger.pages, ledger.pages[0]))
    with pytest.raises(ValidationError, match="3 pages named by feeds, 2 listed"):
        _report(ledger, pages=tuple(ledger.pages[:2]))


def test_an_outcome_needs_its_reason() -> None:
    with pytest.raises(ValidationError, match="does not go with reason None"):
        PageDone(source_id="s", url="https://o.example/a", outcome="rejected")
    with pytest.raises(ValidationError, match="does not go with reason robots"):
        PageDone(source_id="s", url="https://o.example/a", outcome="new", reason="robots")


def test_a_report_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    ledger = _ledger()
    list(ledger.close("process_died", "gone"))
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ReportError, match=r"cannot be written to .*taken/run\.json"):
        _report(ledger).write(tmp_path / "taken" / "run.json")


def test_events_survive_their_json() -> None:
    event = PageDone(source_id="s", url="https://o.example/新", outcome="failed", reason="dns")
    assert EVENTS.validate_json(event.model_dump_json()) == event
