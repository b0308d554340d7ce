"""shoalwatch digest: what changed on a day, mailed, written or printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from digests.errors import MailServerUnreachableError
from digests.render import render
from shoalwatch.commands.options import DayOption, workspace
from shoalwatch.console import messages
from shoalwatch.digesting import DigestReport, compose_day
from shoalwatch.digesting import digest as make_digest
from shoalwatch.exit_codes import ExitCode
from shoalwatch.moments import day as read_day


def digest(
    day: DayOption = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where .eml and .html go; HOME/digests if not given.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Items in a category with --format text; 0 is all.")
    ] = None,
    form: Annotated[
        Literal["mail", "text"],
        typer.Option("--format", help="mail sends and writes files; text prints, sends nothing."),
    ] = "mail",
) -> None:
    """Compose a day's digest, write it as .eml and .html, and mail it to SHOALWATCH_DIGEST_TO.

    A day goes to a reader once, however often this runs. Without a mail server in the settings
    the files are all there is.
    """
    if form == "text":
        with workspace() as opened:
            wanted = read_day(day, opened.settings.storage.timezone)
            typer.echo(render(compose_day(opened, wanted, limit)).text)
        return
    with workspace("digest") as opened:
        report = make_digest(opened, read_day(day, opened.settings.storage.timezone), folder)
        say(report)
        errors = [delivery.error for delivery in report.deliveries if delivery.error]
        if any(isinstance(error, MailServerUnreachableError) for error in errors):
            raise typer.Exit(ExitCode.UNREACHABLE)
        if errors:
            raise typer.Exit(ExitCode.FAILED)


def say(report: DigestReport) -> None:
    """Print where a digest went."""
    typer.echo(f"Digest of {report.day}: {report.items} items out of {report.articles} articles")
    typer.echo(f"  mail  {report.eml}\n  page  {report.html}")
    for delivery in report.deliveries:
        reason = f": {delivery.error}" if delivery.error else ""
        messages().print(f"  {delivery.recipient}: {delivery.outcome.replace('_', ' ')}{reason}")
