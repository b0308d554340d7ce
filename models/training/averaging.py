"""Several runs from one start, averaged: the mean of their weights errs less than each of them.

Runs that begin at the same weights and differ in the order of items and in dropout end close enough
for their weights to be averaged ("model soups", Wortsman et al. 2022); the mean costs one network's
time when tagging.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import structlog
import torch
from torch import Tensor, nn

from models.training.batches import Example
from models.training.fit import Progress, fit, save_whole
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

    A finished run is kept in `out` until all are (`run-0.pt` and so on): a call that was stopped
    goes on in the run that it was at.

    Returns:
        The averaged network; for each run, its figures per epoch and its best epoch's place.
    """
    states: list[dict[str, Tensor]] = []
    histories: list[list[dict[str, float]]] = []
    best: list[int] = []
    for run in range(settings.runs):
        path = settings.out / f"run-{run}.pt"
        if not path.exists():
            _one_run(run, path, copy.deepcopy(network), (train, development), settings, progress)
        done = torch.load(path, weights_only=True)
        states.append(done["state"])
        histories.append(done["history"])
        best.append(done["best"])
    network.load_state_dict(mean_of(states))
    for run in range(settings.runs):
        (settings.out / f"run-{run}.pt").unlink()
    return network, histories, best


def mean_of(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of networks' tensors, name by name; the names and shapes are the same."""
    return {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(tensor.dtype)
        for name, tensor in states[0].items()
    }


def _one_run(
    run: int,
    path: Path,
    network: NewsEncoder,
    parts: tuple[Sequence[Example], Sequence[Example]],
    settings: TrainingSettings,
    progress: Progress,
) -> None:
    """Train once, in an order and with a dropout of the run's own, and keep the result."""
    own = settings.model_copy(update={"seed": settings.seed + run})

    def overall(done: int, total: int, loss: float) -> None:
        progress(run * total + done, settings.runs * total, loss)

    trained, history, best = fit(network, *parts, own, overall)
    save_whole({"state": trained.state_dict(), "history": history, "best": best}, path)
    log.info("run_done", run=run + 1, of=settings.runs)
