"""shoalwatch sources: the catalogue, listed, checked, and cut into crawl batches."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich.table import Table

from crawlers.catalogue import select
from crawlers.run import batches
from shoalwatch.commands.options import SourcesOption, comma_list, workspace
from shoalwatch.console import output

app = typer.Typer(help="The catalogue of sources.", no_args_is_help=True)


@app.command("list")
def list_sources(
    country: Annotated[str | None, typer.Option(help="ISO code: only this country's.")] = None,
    language: Annotated[str | None, typer.Option(help="Only those in this language.")] = None,
) -> None:
    """List the sources: who they are, and how they did in the last run."""
    with workspace() as opened:
        health = {row.source_id: row for row in opened.state.source_health()}
        table = Table("id", "name", "country", "language", "state media", "last run", box=None)
        shown = [
            source
            for source in opened.sources
            if country in {None, source.country} and language in {None, source.language}
        ]
        for source in shown:
            row = health.get(source.id)
            last = row.status if row else "never crawled"
            table.add_row(
                source.id,
                source.name,
                source.country,
                source.language,
                "yes" if source.state_media else "",
                f"disabled: {source.disabled}" if source.disabled else last,
            )
        output().print(table)
        output().print(f"{len(shown)} of {len(opened.sources)} sources")


@app.command("batches")
def list_batches(
    sources: SourcesOption = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many; SHOALWATCH_CRAWL_PROCESSES if not given.")
    ] = None,
    form: Annotated[Literal["json", "text"], typer.Option("--format")] = "text",
) -> None:
    """Print which sources are crawled together: all of a host in one batch."""
    with workspace() as opened:
        chosen = select(opened.sources, comma_list(sources))
        made = batches(chosen, count or opened.settings.crawl.crawl_processes)
        ids = [[source.id for source in batch] for batch in made]
        typer.echo(json.dumps(ids) if form == "json" else "\n".join(map(",".join, ids)))
