"""shoalwatch saved: searches that are kept, and what is new in them."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from articles.errors import SettingsError
from articles.saved_searches import SavedSearch, SavedSearches
from articles.whole_files import write_whole
from search.engine import Hit, Query, Result
from shoalwatch.atom import as_atom
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages, output
from shoalwatch.found import as_csv, as_json, print_table
from shoalwatch.saved import deliver, new_hits
from shoalwatch.workspace import Workspace

app = typer.Typer(help="Searches that are kept, and what is new in them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits, - and _.")]


class Form(StrEnum):
    """How new articles are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    ATOM = "atom"


@app.command("add")
def add(
    name: Name,
    text: Annotated[str, typer.Argument(metavar="QUERY", help="As in search.")],
) -> None:
    """Keep a search under a name: shoalwatch saved add scarborough 'scarborough country:PH'."""
    with workspace() as opened:
        try:
            saved = SavedSearch(name=name, query=text, made=datetime.now(UTC))
        except ValidationError as problem:
            raise SettingsError(
                f"{name[:80]!r} cannot be the name of a search: use up to 56 small letters, "
                "digits, - and _"
            ) from problem
        found = opened.engine.search(Query(text=text, size=0))
        SavedSearches(opened.state).add(saved)
        typer.echo(f"{name} saved; {found.total} articles in the index match it now")


@app.command("list")
def list_() -> None:
    """List the saved searches, and when each last found something."""
    with workspace() as opened:
        for saved in SavedSearches(opened.state).all():
            mark = saved.watermark
            when = mark.astimezone(opened.zone).strftime("%Y-%m-%d %H:%M") if mark else "never"
            typer.echo(f"{saved.name}\t{when}\t{saved.query}")


@app.command("remove")
def remove(name: Name) -> None:
    """Forget a saved search."""
    with workspace() as opened:
        SavedSearches(opened.state).remove(name)
        typer.echo(f"{name} removed")


@app.command("run")
def run(
    name: Name,
    form: Annotated[Form, typer.Option("--format", help="How to write.")] = Form.TABLE,
    file: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write here, not on screen.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Do not count what is shown as delivered.")
    ] = False,
) -> None:
    """Show what a saved search has found since it was last run, each article once.

    With --format atom the newest 50 are written, delivered or not: feed readers know what they
    have seen.
    """
    with workspace() as opened:
        searches = SavedSearches(opened.state)
        saved = searches.get(name)
        fresh = new_hits(opened.engine, saved, searches.delivered(name))
        shown = _newest(opened, saved) if form is Form.ATOM else fresh
        _write(opened, saved, shown, form, file)
        if not keep:
            deliver(searches, saved, fresh)
        messages().print(f"{len(fresh)} new in {name}")


def _newest(opened: Workspace, saved: SavedSearch) -> list[Hit]:
    return list(opened.engine.search(Query(text=saved.query, sort="newest", size=50)).hits)


def _write(
    opened: Workspace, saved: SavedSearch, hits: list[Hit], form: Form, file: Path | None
) -> None:
    result = Result(total=len(hits), hits=tuple(hits))
    if form is Form.TABLE and file is None:
        print_table(output(), result, opened.outlet_names, opened.zone)
        return
    if form is Form.ATOM:
        text = as_atom(saved.name, hits, opened.outlet_names)
    elif form is Form.CSV:
        text = as_csv(result, opened.outlet_names, opened.zone)
    else:
        text = as_json(result)
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        write_whole(file, text)
    except OSError as problem:
        raise SettingsError(f"--output {file} cannot be written: {problem}") from problem
