"""shoalwatch archive: what is kept, and whether it is whole."""

from __future__ import annotations

import typer

from articles.partition import STAGES
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages
from shoalwatch.exit_codes import ExitCode

app = typer.Typer(help="What was crawled and tagged.", no_args_is_help=True)


@app.command("check")
def check() -> None:
    """Read every partition and name the ones that are torn; ends with 1 if there are any."""
    with workspace() as opened:
        torn = opened.archive.check()
        for stage in STAGES:
            parts = opened.archive.partitions(stage)
            rows = sum(part.manifest.count for part in parts)
            typer.echo(f"{stage}: {rows} articles and versions in {len(parts)} partitions")
        for problem in torn:
            messages().print(f"torn partition: {problem}", style="red")
        typer.echo(f"{len(torn)} torn")
        if torn:
            raise typer.Exit(ExitCode.FAILED)
