"""Several runs from one start, averaged: the mean of their weights errs less than each of them.

Runs that begin at the same weights and differ in the order of items and in dropout end close enough
for their weights to be averaged ("model soups", Wortsman et al. 2022); the mean costs one network's
time when tagging.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
import torch
from torch import Tensor, nn

from models.training.batches import Example
from models.training.checkpoints import (
    CHECKPOINT,
    RUNS,
    forget_own,
    key_of,
    load_own,
    save_whole,
)
from models.training.fit import Progress, fit
from models.training.network import NewsEncoder
from models.training.settings import TrainingSettings

log = structlog.get_logger()


def fit_runs(
    network: NewsEncoder,
    train: Sequence[Example],
    development: Sequence[Example],
    settings: TrainingSettings,
    progress: Progress,
) -> tuple[nn.Module, list[list[dict[str, float]]], list[int]]:
    """Train `settings.runs` times from the same network and average what the runs ended with.

    A finished run is kept in `out` (`run-0.pt` and so on) until `forget_runs`: a call that was
    stopped goes on in the run that it was at.

    Returns:
        The averaged network; for each run, its figures per epoch and its best epoch's place.

    Raises:
        ModelError: `out` holds a stopped training of other data or settings, or cannot be written.
    """
    key = key_of(network, train, development, settings)
    # All of them before the first is trained, which takes hours.
    kept = {path.name: load_own(path, key) for path in sorted(settings.out.glob(RUNS))}
    runs: list[dict[str, Any]] = []
    for run in range(settings.runs):
        done = kept.get(f"run-{run}.pt")
        if done is None:
            done = _one_run(run, copy.deepcopy(network), (train, development), settings, progress)
            save_whole(done | {"key": key}, settings.out / f"run-{run}.pt")
            (settings.out / CHECKPOINT).unlink(missing_ok=True)
        elif (settings.out / CHECKPOINT).exists():  # stopped between these two lines, perhaps
            forget_own(
                settings.out / CHECKPOINT,
                key_of(network, train, development, _settings_of(run, settings)),
            )
        runs.append(done)
    network.load_state_dict(mean_of([run["state"] for run in runs]))
    return network, [run["history"] for run in runs], [run["best"] for run in runs]


def forget_runs(out: Path) -> None:
    """Remove the finished runs, once what they gave is written."""
    for path in out.glob(RUNS):
        path.unlink()


def mean_of(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of networks' tensors, name by name; the names and shapes are the same."""
    return {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(tensor.dtype)
        for name, tensor in states[0].items()
    }


def _settings_of(run: int, settings: TrainingSettings) -> TrainingSettings:
    return settings.model_copy(update={"seed": settings.seed + run})


def _one_run(
    run: int,
    network: NewsEncoder,
    parts: tuple[Sequence[Example], Sequence[Example]],
    settings: TrainingSettings,
    progress: Progress,
) -> dict[str, Any]:
    """Train once, in an order and with a dropout of the run's own."""

    def overall(done: int, total: int, loss: float) -> None:
        progress(run * total + done, settings.runs * total, loss)

    trained, history, best = fit(network, *parts, _settings_of(run, settings), overall)
    log.info("run_done", run=run + 1, of=settings.runs)
    return {"state": trained.state_dict(), "history": history, "best": best}
