"""`shoalwatch model ...`: train, evaluate and check the tagger. Only `train` imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.errors import ModelError
from models.evaluation.command import evaluate

MAX_SEED = 2**32 - 1
"""torch takes no seed of more than 64 bits; 32 are enough."""

app = typer.Typer(help="Train, measure and check the tagger.", no_args_is_help=True)
app.command()(evaluate)


@app.command()
def train(  # noqa: PLR0913, PLR0917 - one parameter an option
    encoder: Annotated[Path, typer.Argument(help="Folder of multilingual-e5-small.")],
    out: Annotated[Path, typer.Argument(help="Folder to write the weights into.")],
    news: Annotated[Path | None, typer.Option(help="Labelled real headlines, JSON Lines.")] = None,
    pool: Annotated[Path | None, typer.Option(help="Unlabelled headlines, gzip.")] = None,
    corrections: Annotated[Path | None, typer.Option(help="Exported corrections.")] = None,
    teacher: Annotated[Path | None, typer.Option(help="Weights for self-training.")] = None,
    pseudo: Annotated[int, typer.Option(min=0, help="Pool headlines to learn from.")] = 0,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop each run after so many steps.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=MAX_SEED, help="Seed of split and training.")
    ] = None,
) -> None:
    """Fine-tune the encoder on all heads and write a weights folder (needs the train extra)."""
    try:
        from models.training.pipeline import train as run  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            f"Training needs the train extra ({error}); install it with: pip install '.[train]'"
        ) from error
    from models.training.settings import TrainingSettings  # noqa: PLC0415

    given = {"steps": steps, "seed": seed}
    paths = {"encoder": encoder, "out": out, "news": news, "pool": pool, "teacher": teacher}
    paths["corrections"] = corrections
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = TrainingSettings.model_validate(paths | chosen | {"pseudo": pseudo})
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, TextColumn("loss {task.fields[loss]:.3f}"), console=console) as bar:
        task = bar.add_task("training", total=None, loss=0.0)
        record = run(
            settings,
            lambda done, total, loss: bar.update(task, completed=done, total=total, loss=loss),
        )
    console.print(f"Wrote {out}, version {record.version}, in {record.seconds:.0f} s.")


@app.command()
def verify() -> None:
    """Check the weights' files against their manifest."""
    from models.weights import verify as check  # noqa: PLC0415

    check()
    Console().print("The tagger's weights are whole.")
