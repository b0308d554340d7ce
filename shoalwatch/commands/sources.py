"""shoalwatch sources: the catalogue, listed, checked, and cut into crawl batches."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich.table import Table

from crawlers.catalogue import select
from shoalwatch.commands.options import SourcesOption, comma_list, workspace
from shoalwatch.console import output, stage
from shoalwatch.crawling import check as check_stage
from shoalwatch.exit_codes import ExitCode
from shoalwatch.source_tables import health_rows, print_check, print_health

app = typer.Typer(help="The catalogue of sources.", no_args_is_help=True)


@app.command("list")
def list_sources(
    country: Annotated[str | None, typer.Option(help="ISO code: only this country's.")] = None,
    language: Annotated[str | None, typer.Option(help="Only those in this language.")] = None,
) -> None:
    """List the sources: who they are, and how they did in the last run."""
    with workspace() as opened:
        health = {row.source_id: row for row in opened.state.source_health()}
        table = Table("id", "name", "country", "languages", "state media", "last run", box=None)
        shown = [
            source
            for source in opened.sources
            if (country is None or country.upper() == source.country)
            and (language is None or source.writes_in(language))
        ]
        for source in shown:
            row = health.get(source.id)
            last = row.status if row else "never crawled"
            table.add_row(
                source.id,
                source.name,
                source.country,
                ", ".join(source.languages),
                "yes" if source.state_media else "",
                f"disabled: {source.disabled}" if source.disabled else last,
            )
        output().print(table)
        output().print(f"{len(shown)} of {len(opened.sources)} sources")


@app.command("check")
def check_sources(sources: SourcesOption = None) -> None:
    """Ask every source's feeds, keep nothing, and say which answer and with how many entries.

    A disabled source is asked where --sources names it. Ends with 3 where some could not be read.
    """
    with workspace() as opened:
        chosen = select(opened.sources, comma_list(sources), disabled=True)
        with stage("check", sum(len(source.access) for source in chosen)) as progress:
            feeds = check_stage(opened, chosen, progress)
        print_check(output(), feeds)
    if any(feed.outcome not in {"read", "not_modified"} for feed in feeds):
        raise typer.Exit(ExitCode.PARTLY)


@app.command("health")
def show_health(sources: SourcesOption = None) -> None:
    """Show how each source did in its last run, since when, and what it yields in a day.

    The yield is measured over the days on which the source was crawled, once there are 14.
    """
    with workspace() as opened:
        wanted = set(comma_list(sources))
        chosen = select(opened.sources, sorted(wanted)) if wanted else opened.sources
        print_health(output(), health_rows(opened.state, chosen))


@app.command("batches")
def list_batches(
    sources: SourcesOption = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many; SHOALWATCH_CRAWL_PROCESSES if not given.")
    ] = None,
    form: Annotated[Literal["json", "text"], typer.Option("--format")] = "text",
) -> None:
    """Print which sources are crawled together: all of a host in one batch."""
    from crawlers.run import batches  # noqa: PLC0415 - brings scrapy, slow to import

    with workspace() as opened:
        chosen = select(opened.sources, comma_list(sources))
        made = batches(chosen, count or opened.settings.crawl.crawl_processes)
        ids = [[source.id for source in batch] for batch in made]
        typer.echo(json.dumps(ids) if form == "json" else "\n".join(map(",".join, ids)))
