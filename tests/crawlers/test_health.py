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
        source_id="s",
        status=status,
        since=then,
        last_run=then,
        last_success=then,
        articles=4,
        faults="[]",
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


_LOST = _page("rejected", "robots", fetched=False)
_GONE = _page("failed", "http_404", fetched=False)
_KNOWN = _page("unchanged", fetched=False)


@pytest.mark.parametrize(
    ("pages", "status", "detail"),
    [
        ([_LOST, _LOST, _GONE], "blocked", "all 3 pages named are lost, most to robots"),
        ([_GONE], "failing", "all 1 pages named are lost, most to http_404"),
        ([_GONE, _KNOWN], "healthy", ""),
        ([_LOST, _page("duplicate", "same_address", fetched=False)], "healthy", ""),
        ([_LOST, _GONE, _page("new")], "healthy", ""),
        ([_GONE, _page("failed", "retry_after", fetched=False)], "failing", "a host asked to be"),
    ],
)
def test_where_nothing_was_asked_for_what_is_remembered_of_pages_decides(
    pages: list[PageDone], status: HealthStatus, detail: str
) -> None:
    for before in (None, _before("healthy"), _before("blocked"), _before("failing")):
        found = assess([_feed("read")], pages, before)
        assert found[0] == status
        assert found[1].startswith(detail)


def test_an_owed_page_that_was_had_now_is_comfort() -> None:
    assert assess([_feed("read")], [_GONE], None, articles=1) == WELL


@pytest.mark.parametrize("beside", [_feed("not_modified"), _feed("read", entries=0)])
def test_what_a_304_or_old_pages_hide_speaks_for_a_source_unless_it_was_bad_before(
    beside: FeedDone,
) -> None:
    old = beside.model_copy(update={"older": 3} if beside.outcome == "read" else {})
    feeds = [old, _map("a", entries=1)]
    for was, status in (
        ("healthy", "healthy"),
        ("quiet", "healthy"),
        ("failing", "blocked"),
        ("blocked", "blocked"),
    ):
        assert assess(feeds, [_LOST], _before(was))[0] == status
    assert assess(feeds, [_LOST], None)[0] == "blocked"
    mended = _feed("failed", "http_500").model_copy(update={"url": "https://o.example/b"})
    fault = faults_of([mended], None)
    of_a_feed = _before("failing").model_copy(update={"faults": fault})
    assert assess(feeds, [_LOST], of_a_feed)[0] == "healthy"


def test_a_notice_in_the_place_of_a_kept_article_is_no_lost_page() -> None:
    stub = _page("rejected", "stub")
    assert assess([_feed("read")], [stub, _KNOWN], _before("healthy")) == WELL
    assert assess([_feed("read")], [stub], None) == WELL
    assert assess([_feed("read")], [stub, _page("failed", "http_500")], None)[0] == "failing"


def test_an_index_over_sitemaps_that_are_unchanged_says_nothing_new_of_lost_pages() -> None:
    unchanged = _map("a").model_copy(update={"outcome": "not_modified"})
    lost = {"detail": "all 2 pages asked for were lost, most to robots", "faults": "[]"}
    before = _before("blocked").model_copy(update=lost)
    assert assess([_map("index"), unchanged], [], before) == ("blocked", before.detail)
    assert assess([_map("index", older=9), unchanged], [], before)[0] == "blocked"
    assert assess([_map("index"), _map("a", older=9)], [], before) == WELL
    assert assess([_map("index"), unchanged], [], before, articles=1) == WELL
    assert assess([_map("index"), unchanged], [], _before("healthy")) == WELL


def test_entries_without_an_address_make_a_malformed_feed() -> None:
    bare = _feed("read", "no_address")
    lost = [_page("rejected", "no_address", fetched=False)]
    found = assess([bare], lost, None)
    assert found == ("malformed", "no_address at https://o.example/feed")
    before = _before("malformed").model_copy(update={"faults": faults_of([bare], None)})
    assert assess([_feed("not_modified"), _map("a", entries=1)], [_KNOWN], before) == found


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
