"""Tables of sources: how their feeds answered a check, and how each source is doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from articles.state import SourceHealth, State
from crawlers.catalogue import Source
from crawlers.health import hollow
from crawlers.outcomes import NO_SUCH_FILE, FeedDone
from crawlers.quiet import per_day

UNREACHABLE = frozenset({"dns", "connection", "timeout", "robots_unreachable"})
"""Reasons that may lie with our own network as well as with the outlet."""


class HealthRow(NamedTuple):
    """A source, how it did last (None: never crawled), and its new articles a day if measured."""

    source: Source
    last: SourceHealth | None
    per_day: float | None


def print_check(console: Console, feeds: Sequence[FeedDone]) -> None:
    """Print how every feed answered, and what may be said of them all."""
    table = Table(box=None, padding=(0, 1))
    table.add_column("source", no_wrap=True)
    table.add_column("answered", no_wrap=True)
    table.add_column("entries", justify="right")
    table.add_column("newest", no_wrap=True)
    table.add_column("feed", overflow="fold")
    for feed in feeds:
        table.add_row(
            feed.source_id,
            feed.outcome
            if feed.reason in {None, feed.outcome}
            else f"{feed.outcome}: {feed.reason}",
            str(feed.entries + feed.left_out or "·"),
            _day(feed.newest),
            feed.url,
        )
    console.print(table)
    console.print(verdict(feeds), soft_wrap=True)


def verdict(feeds: Sequence[FeedDone]) -> str:
    """Return what a check has shown, and no more than that.

    Where no host at all could be reached, the fault is more likely here than with every outlet.
    """
    read = [feed for feed in feeds if feed.outcome in {"read", "not_modified"}]
    away = [feed for feed in feeds if feed.reason in UNREACHABLE]
    missing = [feed.url for feed in feeds if feed.reason == NO_SUCH_FILE]
    if feeds and len(away) == len(feeds):
        return (
            f"Nothing was reachable: none of {len(feeds)} feeds, which speaks for the network of "
            "this machine. It says nothing of the sources."
        )
    empty = len(hollow(feeds))
    refused = len(feeds) - len(read) - len(away) - len(missing)
    told = f"; there is no such file: {', '.join(missing)}" if missing else ""
    return (
        f"{len(read)} of {len(feeds)} feeds were read ({empty} of them empty), "
        f"{len(away)} not reached, {refused} answered with something else{told}"
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "no date"


def health_rows(state: State, sources: Iterable[Source]) -> list[HealthRow]:
    """Return the rows of sources, the ones that need a look first."""
    last = {row.source_id: row for row in state.source_health()}
    rows = [
        HealthRow(source, last.get(source.id), per_day(state.yields(source.id, date.min)))
        for source in sources
        if source.disabled is None
    ]
    return sorted(rows, key=lambda row: row.last is None or row.last.status == "healthy")


def print_health(console: Console, rows: Sequence[HealthRow]) -> None:
    """Print how each source is doing and since when, and how many are in each state.

    Moments are in UTC, and have their year where it is not this one.
    """
    table = Table(box=None, padding=(0, 1))
    table.add_column("source", no_wrap=True)
    for name in ("is", "since", "last run", "last good run"):
        table.add_column(name, no_wrap=True)
    table.add_column("a day", justify="right")
    table.add_column("detail", overflow="fold")
    this_year = datetime.now(UTC).year
    for row in rows:
        table.add_row(*_cells(row, this_year))
    console.print(table)
    counts = Counter(row.last.status if row.last else "never crawled" for row in rows)
    console.print(", ".join(f"{count} {status}" for status, count in counts.most_common()))


def _cells(row: HealthRow, this_year: int) -> tuple[str, ...]:
    per_day = f"{row.per_day:.1f}" if row.per_day is not None else ""
    if row.last is None:
        return row.source.id, "never crawled", "", "", "", per_day, ""
    last = row.last
    moments = (last.since, last.last_run, last.last_success)
    shown = (_moment(moment, this_year) if moment else "never" for moment in moments)
    return row.source.id, last.status, *shown, per_day, last.detail


def _moment(moment: datetime, this_year: int) -> str:
    return f"{moment:%m-%d %H:%M}" if moment.year == this_year else f"{moment:%Y-%m-%d %H:%M}"
