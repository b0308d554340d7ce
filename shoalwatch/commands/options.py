"""Options that several commands share, and the workspace each runs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from articles.lock import hold
from shoalwatch.settings import load_settings
from shoalwatch.workspace import Workspace

DayOption = Annotated[
    str | None,
    typer.Option("--day", metavar="DAY", help="A day like 2026-11-24, or today, or yesterday."),
]
SourcesOption = Annotated[
    str | None,
    typer.Option(
        "--sources", metavar="ID,ID", help="Only these sources, by their ids; all if not given."
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.json", help="Write what happened to every page here."),
]


@contextmanager
def workspace(*locks: str) -> Iterator[Workspace]:
    """Open the workspace of the settings, with locks held while the block runs."""
    settings = load_settings()
    with hold(settings.storage.home, locks), Workspace(settings) as opened:
        yield opened


def comma_list(typed: str | None) -> list[str]:
    """Return the parts between commas, without blanks; none for None."""
    return [part.strip() for part in (typed or "").split(",") if part.strip()]
