"""Health: which status a source has after a run, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from articles.state import SourceHealth
from crawlers.health import as_row, assess
from crawlers.outcomes import FeedDone, FeedOutcome, PageDone, PageOutcome, may_mend

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def _feed(outcome: FeedOutcome, reason: str | None = None, entries: int = 5) -> FeedDone:
    return FeedDone(
        source_id="s",
        url="https://o.example/feed",
        outcome=outcome,
        reason=reason,
        entries=entries if outcome == "read" else 0,
    )


def _page(outcome: PageOutcome, reason: str | None = None, *, fetched: bool = True) -> PageDone:
    return PageDone(
        source_id="s", url="https://o.example/a", outcome=outcome, reason=reason, fetched=fetched
    )


def _before(status: str) -> SourceHealth:
    then = NOW - timedelta(days=3)
    return SourceHealth(
        source_id="s", status=status, since=then, last_run=then, last_success=then, articles=4
    )


@pytest.mark.parametrize(
    ("feeds", "pages", "status"),
    [
        ([_feed("read")], [_page("new")], "healthy"),
        ([_feed("read")], [_page("unchanged", fetched=False)], "healthy"),
        ([_feed("read", entries=0)], [], "empty"),
        ([_feed("malformed", "malformed")], [], "malformed"),
        ([_feed("failed", "timeout")], [], "failing"),
        ([_feed("failed", "http_403")], [], "blocked"),
        ([_feed("rejected", "robots")], [], "blocked"),
        ([_feed("read"), _feed("failed", "dns")], [_page("new")], "failing"),
        ([_feed("read")], [_page("failed", "http_500"), _page("rejected", "no_text")], "failing"),
        ([_feed("read")], [_page("failed", "http_403")], "blocked"),
        ([_feed("read")], [_page("failed", "http_403"), _page("new")], "healthy"),
        ([_feed("not_modified")], [], "healthy"),
        ([], [], "failing"),
    ],
)
def test_the_worst_decides(feeds: list[FeedDone], pages: list[PageDone], status: str) -> None:
    assert assess(feeds, pages, None)[0] == status


def test_a_304_says_nothing_new() -> None:
    assert assess([_feed("not_modified")], [], _before("malformed"))[0] == "malformed"


def test_since_moves_only_when_the_status_changes() -> None:
    before = _before("failing")
    still = as_row("s", ("failing", "dns at x"), 0, NOW, before)
    assert (still.since, still.last_success) == (before.since, before.last_success)
    well = as_row("s", ("healthy", ""), 7, NOW, before)
    assert (well.since, well.last_success, well.articles) == (NOW, NOW, 7)
    assert as_row("s", ("failing", ""), 0, NOW, None).last_success is None


@pytest.mark.parametrize("reason", ["timeout", "dns", "http_500", "http_429", "http_403"])
def test_failures_that_may_mend(reason: str) -> None:
    assert may_mend(reason)


@pytest.mark.parametrize("reason", ["http_404", "http_410", "internal_error", "redirects"])
def test_failures_that_will_not(reason: str) -> None:
    assert not may_mend(reason)
