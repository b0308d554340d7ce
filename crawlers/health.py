"""Health: how a source is doing, from how its feeds and pages ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from articles.state import SourceHealth
from crawlers.outcomes import (
    BLOCKED,
    CRAWL_DELAY,
    NO_ADDRESS,
    OUT_OF_TIME,
    RETRY_AFTER,
    STUB,
    TOO_DEEP,
    FeedDone,
    HealthStatus,
    PageDone,
)

WELL: tuple[HealthStatus, str] = ("healthy", "")
WORST_FIRST: tuple[HealthStatus, ...] = ("blocked", "failing", "malformed", "empty", "healthy")

GOOD = frozenset({"healthy", "quiet", "empty"})
"""Statuses of a source that could be read."""
BAD = frozenset({"blocked", "failing"})
"""Statuses of a source whose pages are lost, or whose feeds are."""

_WHY_NOT_ASKED = {
    OUT_OF_TIME: "its time was up",
    RETRY_AFTER: "a host asked to be left alone",
    CRAWL_DELAY: "a host asked for a crawl delay over 600 s",
}
_NOTHING_TRIED: tuple[HealthStatus, FeedDone | None] = ("failing", None)
_FAULTS = TypeAdapter(list[FeedDone])


def assess(
    feeds: Sequence[FeedDone],
    pages: Sequence[PageDone],
    before: SourceHealth | None,
    articles: int = 0,
) -> tuple[HealthStatus, str]:
    """Return a source's status and what to know about it.

    The worst of its feeds decides. A feed that was not modified says nothing new: where none says
    more, the status that the source had before stays, and beside others it counts as it ended when
    it last had a fault, so that a 304 after a failure is still a failure. A feed that
    reads well is no comfort when every page that was asked for failed or was refused; nor, where
    none was due to be asked for, when all that it names ended so before.

    Args:
        feeds: How the source's documents ended.
        pages: How the pages ended that they name.
        before: How the source did in the run before; None where there was none.
        articles: Articles that the run saw, among pages that no document names now too.
    """
    feeds = _of_outlet(feeds)
    if feeds and all(feed.outcome == "not_modified" for feed in feeds):
        return (before.status, before.detail) if before else WELL  # type: ignore[return-value]
    judged = _judged(feeds, before)
    status, worst = min(judged, key=lambda each: WORST_FIRST.index(each[0]), default=_NOTHING_TRIED)
    if status not in {"healthy", "empty"} or worst is None:
        return status, _detail(worst)
    asked = [page for page in pages if page.fetched and page.reason != STUB]
    unreached = _unreached(pages)
    if unreached and not asked:
        return "failing", unreached
    remembered = None if asked or articles else _as_remembered(feeds, pages, before)
    if remembered:
        return remembered
    lost = _reasons_of_lost(asked)
    if asked and len(lost) == len(asked):
        told = f"all {len(asked)} pages asked for were lost, most to {_most(lost)}"
        return _of_lost(lost), _joined(told, unreached)
    from_feed = sum(page.text_from == "feed" for page in pages)
    told = f"{from_feed} articles have the feed's text: their pages refuse us" if from_feed else ""
    return status, _joined(told, unreached)


def as_row(
    source_id: str,
    assessed: tuple[HealthStatus, str],
    articles: int,
    now: datetime,
    before: SourceHealth | None,
    faults: str | None = None,
) -> SourceHealth:
    """Return the row to remember: `since` moves only when the status changes.

    `last_success` moves only with a healthy run, and so stays while the source is empty or quiet:
    its sitemaps are read from there on. `faults` are those that the run has found; without, those
    known before stay.
    """
    status, detail = assessed
    lasting = before is not None and before.status == status
    healthy = status == WELL[0]
    return SourceHealth(
        source_id=source_id,
        status=status,
        detail=detail,
        since=before.since if lasting and before else now,
        last_run=now,
        last_success=now if healthy else (before.last_success if before else None),
        articles=articles,
        faults=faults or (before.faults if before else None),
    )


def faults_of(feeds: Sequence[FeedDone], before: SourceHealth | None) -> str:
    """Return, as JSON, how those of a source's feeds ended that have not been read well since."""
    judged = _judged(_of_outlet(feeds), before)
    faults = [feed for status, feed in judged if status != "healthy"]
    return _FAULTS.dump_json(faults, exclude_defaults=True).decode()


def _of_outlet(feeds: Iterable[FeedDone]) -> list[FeedDone]:
    """Return feeds without our own list of pages that failed before."""
    return [feed for feed in feeds if feed.kind != "failed"]


def hollow(feeds: Iterable[FeedDone]) -> list[FeedDone]:
    """Return the documents that name nothing, though they were read.

    An index counts by its sitemaps, and these together: what names nothing is the way of access.
    One whose pages are all old does name some.
    """
    feeds = list(feeds)
    full = {_way(feed) for feed in feeds if _names_something(feed)}
    return [feed for feed in feeds if _way(feed) not in full]


def _names_something(feed: FeedDone) -> bool:
    return bool(feed.outcome != "read" or feed.entries or feed.older or feed.reason == TOO_DEEP)


def _judged(
    feeds: Sequence[FeedDone], before: SourceHealth | None
) -> list[tuple[HealthStatus, FeedDone]]:
    """Return feeds with the status of each, in the place of a 304 the faults that were known."""
    known = _known_faults(before)
    feeds = [each for feed in feeds for each in _standing(feed, known) or [feed]]
    empty = {feed.url for feed in hollow(feeds)}
    return [("empty" if feed.url in empty else _of_feed(feed), feed) for feed in feeds]


def _standing(feed: FeedDone, known: Sequence[FeedDone]) -> list[FeedDone]:
    """Return the known faults of a feed that was not modified, and of what it would lead to."""
    unchanged = feed.outcome == "not_modified"
    return [each for each in known if unchanged and feed.url in {each.url, _way(each)}]


def _as_remembered(
    feeds: Sequence[FeedDone], pages: Sequence[PageDone], before: SourceHealth | None
) -> tuple[HealthStatus, str] | None:
    """Return the status of a source whose pages were lost before, where none was asked for now.

    It is None where one of them was not. What lies behind a 304, or was passed over for its age,
    may have been had: then the source is held for bad only where it was so before.
    """
    # of its pages: what a feed's fault was to blame for ends with that
    bad = before if before and before.status in BAD and before.faults == "[]" else None
    unchanged = any(feed.outcome == "not_modified" for feed in feeds)
    if not pages:  # as of an index that was read, and its sitemaps have not changed
        return (bad.status, bad.detail) if unchanged and bad else None  # type: ignore[return-value]
    lost = _reasons_of_lost(pages)
    hidden = unchanged or any(feed.older for feed in feeds)
    if len(lost) < len(pages) or (hidden and before and not bad):
        return None
    told = f"all {len(pages)} pages named are lost, most to {_most(lost)}"
    return _of_lost(lost), f"{told}; none was asked for in this run"


def _reasons_of_lost(pages: Iterable[PageDone]) -> list[str]:
    lost = (page for page in pages if page.outcome in {"failed", "rejected"})
    return [page.reason or "" for page in lost if page.reason != STUB]


def _most(reasons: Iterable[str]) -> str:
    return Counter(reasons).most_common(1)[0][0]


def _of_lost(reasons: Iterable[str]) -> HealthStatus:
    return "blocked" if _most(reasons) in BLOCKED else "failing"


def _known_faults(before: SourceHealth | None) -> list[FeedDone]:
    try:
        return _FAULTS.validate_json((before and before.faults) or "[]")
    except ValidationError:  # written by another version
        return []


def _way(feed: FeedDone) -> str:
    return feed.way or feed.url


def _unreached(pages: Sequence[PageDone]) -> str:
    """Return how many pages were not asked for, and why; nothing where all were."""
    reasons = Counter(page.reason for page in pages)
    told = (
        f"{why} before {reasons[reason]} pages, which the next run asks for"
        for reason, why in _WHY_NOT_ASKED.items()
        if reasons[reason]
    )
    return "; ".join(told)


def _joined(*told: str) -> str:
    return "; ".join(each for each in told if each)


def _of_feed(feed: FeedDone) -> HealthStatus:
    if feed.outcome in {"failed", "rejected"}:
        return "blocked" if feed.reason in BLOCKED else "failing"
    if feed.outcome == "malformed" or feed.reason in {"cut_short", TOO_DEEP, NO_ADDRESS}:
        return "malformed"
    return "healthy"


def _detail(feed: FeedDone | None) -> str:
    return f"{feed.reason} at {feed.url}" if feed else "no way of access was tried"
