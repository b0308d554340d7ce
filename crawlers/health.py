"""Health: how a source is doing, from how its feeds and pages ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from articles.state import SourceHealth
from crawlers.outcomes import BLOCKED, OUT_OF_TIME, FeedDone, HealthStatus, PageDone

WELL: tuple[HealthStatus, str] = ("healthy", "")
WORST_FIRST: tuple[HealthStatus, ...] = ("blocked", "failing", "malformed", "empty", "healthy")


def assess(
    feeds: Sequence[FeedDone], pages: Sequence[PageDone], before: SourceHealth | None
) -> tuple[HealthStatus, str]:
    """Return a source's status and what to know about it.

    The worst of its feeds decides. A feed that was not modified says nothing new: the status that
    the source had before stays, so that a 304 after a failure is still a failure. A feed that
    reads well is no comfort when every page that was asked for failed or was refused.
    """
    feeds = [feed for feed in feeds if feed.kind != "failed"]  # our own list, none of the outlet's
    if feeds and all(feed.outcome == "not_modified" for feed in feeds):
        return (before.status, before.detail) if before else WELL  # type: ignore[return-value]
    worst = min(feeds, key=lambda feed: WORST_FIRST.index(_of_feed(feed)), default=None)
    status = _of_feed(worst) if worst else "failing"
    if status not in {"healthy", "empty"} or worst is None:
        return status, _detail(worst)
    asked = [page for page in pages if page.fetched]
    late = sum(page.reason == OUT_OF_TIME for page in pages)
    unreached = f"its time was up before {late} pages, which the next run asks for" if late else ""
    if late and not asked:
        return "failing", unreached
    lost = [page.reason or "" for page in asked if page.outcome in {"failed", "rejected"}]
    if asked and len(lost) == len(asked):
        reason = Counter(lost).most_common(1)[0][0]
        told = f"all {len(asked)} pages asked for were lost, most to {reason}"
        return ("blocked" if reason in BLOCKED else "failing"), _joined(told, unreached)
    from_feed = sum(page.text_from == "feed" for page in pages)
    told = f"{from_feed} articles have the feed's text: their pages refuse us" if from_feed else ""
    return status, _joined(told, unreached)


def as_row(
    source_id: str,
    assessed: tuple[HealthStatus, str],
    articles: int,
    now: datetime,
    before: SourceHealth | None,
) -> SourceHealth:
    """Return the row to remember: `since` moves only when the status changes."""
    status, detail = assessed
    lasting = before is not None and before.status == status
    good = status in {"healthy", "quiet", "empty"}
    return SourceHealth(
        source_id=source_id,
        status=status,
        detail=detail,
        since=before.since if lasting and before else now,
        last_run=now,
        last_success=now if good else (before.last_success if before else None),
        articles=articles,
    )


def _joined(*told: str) -> str:
    return "; ".join(each for each in told if each)


def _of_feed(feed: FeedDone) -> HealthStatus:
    if feed.outcome in {"failed", "rejected"}:
        return "blocked" if feed.reason in BLOCKED else "failing"
    if feed.outcome == "malformed" or feed.reason == "cut_short":
        return "malformed"
    return "empty" if feed.outcome == "read" and not feed.entries else "healthy"


def _detail(feed: FeedDone | None) -> str:
    return f"{feed.reason} at {feed.url}" if feed else "no way of access was tried"
