"""What is printed: results to standard output, progress and messages to standard error.

The consoles print text as it is. Names, reasons and addresses that others wrote hold brackets and
colons, which Rich would take for its markup ('[red]') and for emoji (':smile:').
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import rich.progress
from rich.console import Console

PLAIN_LINE_SECONDS = 5.0
"""Without a terminal, a stage says at most this often how far it is."""
PLAIN_WIDTH = 110
"""Columns of a table in a file or pipe, where no terminal says its width."""


class Progress(Protocol):
    """How far a stage is."""

    def advance(self, steps: int) -> None:
        """Say that steps were done."""

    def expect(self, steps: int) -> None:
        """Say that more steps are to do than was known."""


def output() -> Console:
    """Return the console for results; its width is fixed where no terminal gives one."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


def messages() -> Console:
    """Return the console for progress and messages."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def stage(name: str, total: int = 0, seconds: dict[str, float] | None = None) -> Iterator[Progress]:
    """Show how far a stage is: a bar on a terminal, plain lines elsewhere.

    Args:
        name: What is done, shown before the bar.
        total: How many steps there are, as far as known.
        seconds: Where the stage's duration is noted under its name, for the run's table.
    """
    started = time.monotonic()
    try:
        if messages().is_terminal:
            with _bars() as bars:
                yield _Bar(bars, name, total)
        else:
            lines = _Lines(name, total)
            yield lines
            lines.close()
    finally:
        if seconds is not None:
            seconds[name] = time.monotonic() - started


def _bars() -> rich.progress.Progress:
    return rich.progress.Progress(
        rich.progress.SpinnerColumn(),
        rich.progress.TextColumn("{task.description}"),
        rich.progress.BarColumn(),
        rich.progress.MofNCompleteColumn(),
        rich.progress.TimeElapsedColumn(),
        console=messages(),
    )


class _Bar:
    def __init__(self, bars: rich.progress.Progress, name: str, total: int) -> None:
        self._bars, self._total = bars, total
        self._task = bars.add_task(name, total=total)

    def advance(self, steps: int) -> None:
        self._bars.advance(self._task, steps)

    def expect(self, steps: int) -> None:
        self._total += steps
        self._bars.update(self._task, total=self._total)


class _Lines:
    def __init__(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._started = self._said = time.monotonic()

    def advance(self, steps: int) -> None:
        self._done += steps
        if time.monotonic() - self._said >= PLAIN_LINE_SECONDS:
            self._said = time.monotonic()
            self._print(f"{self._done} of {self._total}")

    def expect(self, steps: int) -> None:
        self._total += steps

    def close(self) -> None:
        self._print(f"{self._done} done in {time.monotonic() - self._started:.1f} s")

    def _print(self, text: str) -> None:
        messages().print(f"{self._name}: {text}")
