"""What a replay of kept pages made, in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from crawlers.replay import ReplayReport


def print_replay(console: Console, done: ReplayReport) -> None:
    """Print what was made again, and which partitions of the archive were not as it was made."""
    console.print(
        f"{done.articles} articles of {done.day} made again from {done.responses} kept responses"
    )
    for (outcome, reason), number in sorted(_endings(done).items()):
        console.print(f"  {outcome}{f' ({reason})' if reason else ''}: {number}")
    same = done.partitions - len(done.differing)
    console.print(f"{same} of {done.partitions} partitions were byte for byte the same")
    for name in done.differing:
        console.print(f"  written anew: {name}")
    for source_id in done.unknown_sources:
        console.print(f"  not in the catalogue, passed over: {source_id}")


def _endings(done: ReplayReport) -> Counter[tuple[str, str]]:
    """Return how many pages ended in each outcome and reason; no reason is an empty one."""
    return Counter((page.outcome, page.reason or "") for page in done.pages)
