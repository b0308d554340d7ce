"""`shoalwatch model evaluate`: prints the score card and writes it as Markdown, JSON and PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.settings import ModelSettings


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
    from models.weights import default_folder  # noqa: PLC0415

    settings = ModelSettings()
    folder = weights or settings.model or default_folder()
    card = score_card(OnnxTagger(folder, settings.model_threads), news or shared_news())
    written = card.model_dump_json(indent=1) + "\n"
    if json:
        json.write_text(written, encoding="utf-8")
    if out:
        write_folder(out, written)
    console = Console(width=200)
    console.print(as_table(card))
    agreement = card.evidence.agreement.value
    console.print(f"Evidence earns its tag alone: {agreement:.1%} of {card.evidence.tags}.")
    console.print(card.baselines_missing or f"{len(card.baselines)} baseline rows beside (--out).")
    console.print(f"Not measured: {', '.join(card.not_measured)}.")


def write_folder(folder: Path, written: str) -> None:
    """Write page, data and chart, the chart last: a missing drawing library costs only it."""
    from models.evaluation.chart import write_chart  # noqa: PLC0415
    from models.evaluation.records import ScoreCard  # noqa: PLC0415
    from models.evaluation.tables import as_markdown  # noqa: PLC0415

    card = ScoreCard.model_validate_json(written)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "score_card.json").write_text(written, encoding="utf-8")
    (folder / "score_card.md").write_text(as_markdown(card), encoding="utf-8")
    write_chart(card, folder / "score_card.png")
