"""`shoalwatch model evaluate`: prints the score card and writes it as Markdown, JSON and PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.settings import ModelSettings

if TYPE_CHECKING:
    from models.evaluation.records import ScoreCard


def evaluate(
    weights: Annotated[Path | None, typer.Option(help="Weights folder; default as set.")] = None,
    news: Annotated[Path | None, typer.Option(help="Labelled real headlines.")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the score card here.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the score card: Markdown, JSON and chart.")
    ] = None,
) -> None:
    """Print the score card: how right each tag is per language, beside simpler methods."""
    from models.evaluation.judging import score_card, shared_news  # noqa: PLC0415
    from models.evaluation.tables import as_table  # noqa: PLC0415
    from models.onnx_tagger import OnnxTagger  # noqa: PLC0415

    tagger = OnnxTagger.of_settings(ModelSettings(), weights)
    card = score_card(tagger, news or shared_news())
    if json:
        write_data(card, json)
    if out:
        write_folder(out, card)
    console = Console(width=200)
    console.print(as_table(card))
    agreement = card.evidence.agreement.value
    console.print(f"Evidence earns its tag alone: {agreement:.1%} of {card.evidence.tags}.")
    console.print(card.baselines_missing or f"{len(card.baselines)} baseline rows beside (--out).")
    console.print(f"Not measured: {', '.join(card.not_measured)}.")


def write_data(card: ScoreCard, file: Path) -> None:
    """Write the score card as JSON."""
    file.write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")


def write_folder(folder: Path, card: ScoreCard) -> None:
    """Write page, data and chart, the chart last: a missing drawing library costs only it."""
    from models.evaluation.chart import write_chart  # noqa: PLC0415
    from models.evaluation.tables import as_markdown  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    write_data(card, folder / "score_card.json")
    (folder / "score_card.md").write_text(as_markdown(card), encoding="utf-8")
    write_chart(card, folder / "score_card.png")
