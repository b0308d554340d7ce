"""Tables of sources: how their feeds answered a check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from crawlers.outcomes import FeedDone

UNREACHABLE = frozenset({"dns", "connection", "timeout", "robots_unreachable"})
"""Reasons that may lie with our own network as well as with the outlet."""


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
    if feeds and len(away) == len(feeds):
        return (
            f"Nothing was reachable: none of {len(feeds)} feeds, which speaks for the network of "
            "this machine. It says nothing of the sources."
        )
    empty = sum(not feed.entries for feed in read)
    refused = len(feeds) - len(read) - len(away)
    return (
        f"{len(read)} of {len(feeds)} feeds were read ({empty} of them empty), "
        f"{len(away)} not reached, {refused} answered with something else"
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "no date"
