"""Health: which status a source has after a run, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from articles.state import SourceHealth
from crawlers.health import WELL, as_row, assess, faults_of, hollow
from crawlers.outcomes import FeedDone, FeedOutcome, HealthStatus, PageDone, PageOutcome, may_mend

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


def _map(name: str, **more: int) -> FeedDone:
    places = {"url": f"https://o.example/{name}", "way": "https://o.example/index"}
    return FeedDone(source_id="s", kind="sitemap", outcome="read", **places, **more)


def test_an_index_counts_by_its_sitemaps() -> None:
    index, bare, full = _map("index"), _map("a"), _map("b", entries=5)
    assert assess([index, bare, full], [_page("new")], None) == ("healthy", "")
    assert assess([index, _map("b", older=500)], [], None) == ("healthy", "")
    assert hollow([index, bare, _feed("read")]) == [index, bare]
    unchanged = full.model_copy(update={"outcome": "not_modified", "entries": 0})
    assert assess([index, unchanged], [], None) == ("healthy", "")


def test_a_304_beside_others_is_what_its_feed_was() -> None:
    failed = _map("a").model_copy(update={"outcome": "failed", "reason": "dns"})
    faults = faults_of([failed, _feed("read")], None)
    before = _before("failing").model_copy(update={"faults": faults})
    same = {"outcome": "not_modified", "reason": None}
    again = failed.model_copy(update=same)
    assert assess([again, _feed("read")], [], before) == ("failing", "dns at https://o.example/a")
    index = _map("index").model_copy(update=same)  # its sitemaps are not asked for
    assert assess([index, _feed("read")], [], before)[0] == "failing"
    assert faults_of([index, _feed("read")], before) == faults
    assert assess([again.model_copy(update={"url": "https://o.example/b"})] * 2, [], None) == WELL
    assert assess([_map("a", entries=1), _feed("not_modified")], [], before) == WELL
    assert faults_of([_map("a", entries=1)], before) == "[]"
    torn = before.model_copy(update={"faults": '[{"url": 1}]'})
    assert assess([again, _feed("read")], [], torn) == WELL


def test_what_is_known_of_faults_outlasts_a_run_that_found_none_out() -> None:
    before = _before("failing").model_copy(update={"faults": "[1]"})
    assert as_row("s", ("failing", "died"), 0, NOW, before).faults == "[1]"
    assert as_row("s", ("healthy", ""), 0, NOW, before, "[]").faults == "[]"


def test_since_moves_only_when_the_status_changes() -> None:
    before = _before("failing")
    still = as_row("s", ("failing", "dns at x"), 0, NOW, before)
    assert (still.since, still.last_success) == (before.since, before.last_success)
    well = as_row("s", ("healthy", ""), 7, NOW, before)
    assert (well.since, well.last_success, well.articles) == (NOW, NOW, 7)
    assert as_row("s", ("failing", ""), 0, NOW, None).last_success is None


@pytest.mark.parametrize("status", ["empty", "quiet", "malformed", "failing", "blocked"])
def test_only_a_healthy_run_is_a_good_one(status: HealthStatus) -> None:
    before = _before("healthy")
    row = as_row("s", (status, ""), 0, NOW, before)
    assert (row.last_success, row.last_run) == (before.last_success, NOW)
    same = assess([_feed("not_modified")], [], row)
    assert as_row("s", same, 0, NOW, row).last_success == before.last_success
    assert as_row("s", assess([_feed("not_modified")], [], before), 0, NOW, before) == (
        before.model_copy(update={"last_run": NOW, "last_success": NOW, "articles": 0})
    )


@pytest.mark.parametrize(
    "reason", ["timeout", "dns", "http_500", "http_429", "http_403", "retry_after"]
)
def test_failures_that_may_mend(reason: str) -> None:
    assert may_mend(reason)


@pytest.mark.parametrize("reason", ["http_404", "http_410", "internal_error", "redirects"])
def test_failures_that_will_not(reason: str) -> None:
    assert not may_mend(reason)
