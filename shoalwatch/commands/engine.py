"""shoalwatch engine: how the search engine is, and building its index anew without a gap."""

from __future__ import annotations

from typing import Annotated

import typer

from articles.errors import SettingsError
from search.opening import set_up_engine
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages
from shoalwatch.exit_codes import ExitCode
from shoalwatch.reindexing import reindex as reindex_index

app = typer.Typer(help="The search engine.", no_args_is_help=True)


@app.command("health")
def health() -> None:
    """Say which engine answers, its version and how many articles it holds; 1 if it is ill."""
    with workspace() as opened:
        found = opened.engine.health()
        typer.echo(f"{found.engine} {found.version}: {found.message}")
        if not found.ok:
            raise typer.Exit(ExitCode.FAILED)


@app.command("reindex")
def reindex(
    from_archive: Annotated[
        bool,
        typer.Option("--from-archive", help="From the archive, not from what the index holds."),
    ] = False,
) -> None:
    """Build the index anew beside the old one, and swap when both hold the same articles.

    Searches go on meanwhile. The old index stays for `shoalwatch engine rollback`.
    """
    with workspace("index") as opened:
        count = reindex_index(opened, _say, from_archive=from_archive)
        typer.echo(f"{count} articles in the new index")


@app.command("rollback")
def rollback() -> None:
    """Search the index before the last reindex again; the present one stays aside."""
    with workspace("index") as opened:
        opened.engine.roll_back()
        typer.echo(f"{opened.engine.count()} articles in the index before, which is searched again")


@app.command("setup")
def setup() -> None:
    """Create the roles of a writer and a reader in Elasticsearch, and an API key for each.

    Run it once, with the credentials of a user who may manage security. The keys are printed once
    and cannot be shown again.
    """
    with workspace() as opened:
        settings = opened.settings.search
        if settings.search_url is None:
            raise SettingsError(
                "SHOALWATCH_SEARCH_URL is not set: the embedded engine has no users or roles"
            )
        keys = set_up_engine(settings)
        typer.echo(f"SHOALWATCH_SEARCH_API_KEY={keys.writer}  # for crawling and indexing")
        typer.echo(f"SHOALWATCH_SEARCH_API_KEY={keys.reader}  # for searching only")


def _say(step: str) -> None:
    messages().print(f"reindex: {step}")
