"""`shoalwatch model evaluate`: prints the score card and writes it as Markdown, JSON and PNG."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.errors import ModelError
from models.settings import ModelSettings

if TYPE_CHECKING:
    from models.evaluation.records import ScoreCard

DATA, PAGE, CHART = "score_card.json", "score_card.md", "score_card.png"


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
    from models.onnx_tagger import OnnxTagger  # noqa: PLC0415

    _refuse_unwritable(json, out)
    tagger = OnnxTagger.of_settings(ModelSettings(), weights)
    card = score_card(tagger, news or shared_news())
    _print(card)
    if json:
        with _named("--json", json):
            write_data(card, json)
    if out:
        with _named("--out", out):
            write_folder(out, card)


def _print(card: ScoreCard) -> None:
    from models.evaluation.tables import as_table  # noqa: PLC0415

    console = Console(width=200)
    console.print(as_table(card))
    agreement = card.evidence.agreement.value
    console.print(f"Evidence earns its tag alone: {agreement:.1%} of {card.evidence.tags}.")
    console.print(card.baselines_missing or f"{len(card.baselines)} baseline rows beside (--out).")
    console.print(f"Not measured: {', '.join(card.not_measured)}.")


def _refuse_unwritable(json: Path | None, out: Path | None) -> None:
    """Raise ModelError for a target that cannot be written: measuring takes a minute."""
    if json:
        with _named("--json", json):
            _try(json)
    if out:
        with _named("--out", out):
            out.mkdir(parents=True, exist_ok=True)
            for name in (DATA, PAGE, CHART):
                _try(out / name)


def _try(file: Path) -> None:
    """Open a file for writing and leave it, or its absence, as it was. Raises OSError."""
    there = file.exists() or file.is_symlink()
    with file.open("ab"):
        pass
    if not there:
        file.unlink()


@contextmanager
def _named(option: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"{option} {error.filename or path} cannot be written: {error.strerror or error}."
        ) from error


def write_data(card: ScoreCard, file: Path) -> None:
    """Write the score card as JSON."""
    file.write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")


def write_folder(folder: Path, card: ScoreCard) -> None:
    """Write page, data and chart, the chart last: a missing drawing library costs only it."""
    from models.evaluation.chart import write_chart  # noqa: PLC0415
    from models.evaluation.tables import as_markdown  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    write_data(card, folder / DATA)
    (folder / PAGE).write_text(as_markdown(card), encoding="utf-8")
    write_chart(card, folder / CHART)
