"""shoalwatch model add-category, remove-category and categories: the analyst's own risks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from articles.corrections import Corrections
from models import own_categories
from models.own_categories import OwnCategory
from models.taxonomy import load_taxonomy
from models.weights import Card, chosen_folder, read_card
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages, output
from shoalwatch.workspace import Workspace

COLUMNS = ("id", "name", "origin", "examples", "precision", "recall", "F1", "AP", "threshold")


def add_category(
    file: Annotated[Path, typer.Argument(metavar="FILE.yml", help="Entry and examples.")],
) -> None:
    """Train a category of your own from 8 to 50 examples; every later run tags with it."""
    with workspace() as opened:
        entry = own_categories.read_entry(file)
        own_categories.refuse_taken(entry, opened.categories_folder)
        # Here, so that the other commands start without ONNX Runtime.
        from models.category_training import train  # noqa: PLC0415
        from models.onnx_tagger import OnnxTagger  # noqa: PLC0415

        began = time.monotonic()
        tagger = OnnxTagger.of_settings(opened.settings.model)
        messages().print(f"training {entry.id} on {len(entry.examples)} examples")
        own = train(entry, tagger)
        kept = own_categories.write(opened.categories_folder, own)
        _say(own, time.monotonic() - began, kept)


def remove_category(
    category: Annotated[str, typer.Argument(metavar="ID", help="As in `model categories`.")],
) -> None:
    """Forget a category of your own; the next run takes its tags off."""
    with workspace() as opened:
        own_categories.remove(opened.categories_folder, category)
        typer.echo(f"{category} removed; the next `shoalwatch run` or `tag` takes its tags off")
        said = sum(one.category == category for one in Corrections(opened.state).standing())
        if said:
            typer.echo(
                f"{said} corrections on it are kept, without effect until there is a category "
                f"{category} again"
            )


def categories() -> None:
    """List the risk categories, shipped and your own, with their scores."""
    with workspace() as opened:
        table = Table(*COLUMNS, box=None)
        card = read_card(chosen_folder(opened.settings.model))
        for category in load_taxonomy().categories:
            table.add_row(category.id, category.name(), *_shipped_cells(card, category.id))
        for own in own_categories.read_all(opened.categories_folder):
            table.add_row(own.id, own.entry.category.name(), *_own_cells(own))
        output().print(table)
        typer.echo(_explained(opened))


def _say(own: OwnCategory, seconds: float, kept: Path) -> None:
    score = own.score
    found = round(score.recall * score.examples)
    typer.echo(
        f"{own.id} trained in {seconds:.0f} s on {score.examples} examples and {score.others} "
        f"other texts; kept in {kept}"
    )
    typer.echo(
        f"Cross-validated ({score.folds} folds): precision {score.precision:.2f}, recall "
        f"{score.recall:.2f} ({found} of {score.examples}), F1 {score.f1:.2f}, average precision "
        f"{score.average_precision:.2f}; tagged from a probability of "
        f"{own.head.calibration.threshold:.2f}"
    )
    typer.echo(
        "Shoalwatch's own items that look most like it, all counted as without it. Does one carry "
        "it? Add it to the examples. Could one be taken for it? Add it to the counterexamples."
    )
    for text in score.alike:
        typer.echo(f"  {text}")
    if not score.beats_chance:
        messages().print(
            f"Warning: {own.id} does hardly better than chance (F1 {score.f1:.2f}, average "
            f"precision {score.average_precision:.2f}). Its tags mean nothing. Remove it with "
            f"`shoalwatch model remove-category {own.id}`, and give more examples, or ones that "
            "have more in common.",
            style="yellow",
        )
    typer.echo("The next `shoalwatch run` or `tag` reads all articles anew and tags with it.")


def _own_cells(own: OwnCategory) -> list[str]:
    score = own.score
    ratios = (score.precision, score.recall, score.f1, score.average_precision)
    cells = [f"{ratio:.2f}" for ratio in (*ratios, own.head.calibration.threshold)]
    return ["own", str(score.examples), *cells]


def _shipped_cells(card: Card, category: str) -> list[str]:
    score: dict[str, Any] = card.scores.get("development", {}).get(category, {})
    names = ("precision", "recall", "f1", "average_precision")
    cells = [f"{score[name]:.2f}" if name in score else "?" for name in names]
    threshold = f"{card.risks[category].threshold:.2f}" if category in card.risks else "?"
    positives = str(score["positives"]) if "positives" in score else "?"
    return ["shipped", positives, *cells, threshold]


def _explained(opened: Workspace) -> str:
    return (
        "Shipped: measured on the development part, 'examples' being the positives there; "
        "`shoalwatch model evaluate` measures on the test part. Own: cross-validated on their "
        f"examples, kept in {opened.categories_folder}."
    )
