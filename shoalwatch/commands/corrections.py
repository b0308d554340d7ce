"""shoalwatch model correct and corrections: what analysts say of the tags."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from articles.corrections import Corrections, KeptCorrection
from shoalwatch import correcting
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages
from shoalwatch.correcting import Taken

OUTCOMES = {
    ("wrong", True): "the next run takes the tag off",
    ("wrong", False): "it has no such tag, and gets none from a later model either",
    ("right", True): "the tag stays, whatever a later model says",
    ("right", False): "the next run puts the tag on",
}
"""What follows from a verdict, by whether the article carries the tag now."""
NO_EVIDENCE = "; the model has no sentence to show for it"


class Verdict(StrEnum):
    """Whether the article carries the category."""

    RIGHT = "right"
    WRONG = "wrong"


def correct(
    article: Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="As search shows it.")],
    category: Annotated[str, typer.Option(metavar="ID", help="The category judged.")],
    verdict: Annotated[Verdict, typer.Option(help="Whether the article carries the category.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
) -> None:
    """Say that an article carries a category, or does not; it stands against any model."""
    with workspace() as opened:
        taken = correcting.take(opened, article, category, verdict.value, by, note)
        _say(taken, opened.zone)


def corrections(
    history: Annotated[
        bool, typer.Option("--history", help="Also the verdicts that a newer one replaced.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Write them with their texts, for training."),
    ] = None,
) -> None:
    """List the analysts' verdicts, oldest first: when, article, category, verdict, who, note."""
    with workspace() as opened:
        kept = Corrections(opened.state)
        listed = kept.history() if history else kept.standing()
        for one in listed:
            typer.echo(_line(one, opened.zone))
        if not listed:
            messages().print("no corrections so far; `shoalwatch model correct` takes them")
        if export:
            standing = kept.standing()
            found = list(correcting.texts(opened.archive, standing))
            correcting.write_texts(found, export)
            gone = len(standing) - len(found)
            cause = f"; {gone} left out: their articles are gone, have changed or were refused"
            why = cause if gone else ""
            messages().print(f"{len(found)} corrections in {export}{why}")


def _say(taken: Taken, zone: ZoneInfo) -> None:
    kept, old = taken.kept, taken.replaces
    if taken.repeated:
        typer.echo(f"{kept.said_by} has said so before; nothing changed")
        return
    refused = taken.article.refused
    thought = f" refused the text: {refused}" if refused else f": {kept.probability:.2f}"
    unseen = kept.verdict == "right" and not taken.tagged and not taken.overruled
    typer.echo(
        f"{kept.category} on {taken.article.title[:80]!r} (the model{thought}) is "
        f"{kept.verdict}, says {kept.said_by}: {OUTCOMES[kept.verdict, taken.tagged]}"
        f"{NO_EVIDENCE if unseen else ''}"
    )
    if refused:
        typer.echo("It does not train the next model, which could not read the text either")
    if old:
        when = f"{old.made.astimezone(zone):%Y-%m-%d %H:%M}"
        typer.echo(f"It replaces {old.verdict!r} by {old.said_by} of {when}, kept in the history")


def _line(one: KeptCorrection, zone: ZoneInfo) -> str:
    when = f"{one.made.astimezone(zone):%Y-%m-%d %H:%M}"
    cells = (when, one.article_id, one.category, one.verdict, one.said_by, one.note)
    return "\t".join(cells)
