"""What is printed: results to standard output, progress and messages to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

PLAIN_LINE_SECONDS = 5.0
"""Without a terminal, a stage says at most this often how far it is."""
PLAIN_WIDTH = 110
"""Columns of a table in a file or pipe, where no terminal says its width."""

Advance = Callable[[int], None]


def output() -> Console:
    """Return the console for results; its width is fixed where no terminal gives one."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def messages() -> Console:
    """Return the console for progress and messages."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def stage(
    name: str, total: int | None = None, seconds: dict[str, float] | None = None
) -> Iterator[Advance]:
    """Show how far a stage is: a bar on a terminal, plain lines elsewhere.

    Args:
        name: What is done, shown before the bar.
        total: How many steps there are, if known.
        seconds: Where the stage's duration is noted under its name, for the run's table.

    Yields:
        A function to call with the number of steps just done.
    """
    started = time.monotonic()
    try:
        with _bar(name, total) if messages().is_terminal else _lines(name, total) as advance:
            yield advance
    finally:
        if seconds is not None:
            seconds[name] = time.monotonic() - started


@contextmanager
def _bar(name: str, total: int | None) -> Iterator[Advance]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=messages()) as progress:
        task = progress.add_task(name, total=total)
        yield lambda steps: progress.advance(task, steps)


@contextmanager
def _lines(name: str, total: int | None) -> Iterator[Advance]:
    of = f" of {total}" if total is not None else ""
    done, started = 0, time.monotonic()
    said = started

    def advance(steps: int) -> None:
        nonlocal done, said
        done += steps
        if time.monotonic() - said >= PLAIN_LINE_SECONDS:
            said = time.monotonic()
            messages().print(f"{name}: {done}{of}", markup=False)

    yield advance
    messages().print(f"{name}: {done} done in {time.monotonic() - started:.1f} s", markup=False)
