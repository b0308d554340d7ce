"""The training loop: all heads together, embedding distilled, weights averaged, early stopping."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.metrics import average_precision, macro_f1
from models.training.batches import Batch, Example, collate, shuffled
from models.training.checkpoints import CHECKPOINT, key_of, load_own, save_whole
from models.training.network import NewsEncoder, Outputs
from models.training.settings import TrainingSettings

PADDING = 1
Progress = Callable[[int, int, float], None]
"""Told after each step: steps done, steps in all, loss."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a network says of a list of examples, in their order: numpy, one row an example."""

    risks: np.ndarray[Any, Any]
    tones: np.ndarray[Any, Any]
    embeddings: np.ndarray[Any, Any]


def predict(network: nn.Module, examples: Sequence[Example]) -> Predictions:
    """Run the network over examples without training it."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    rows: list[Outputs] = []
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            batch = collate([examples[i] for i in order[start : start + 32]], PADDING)
            rows.append(network(batch.ids, batch.mask))
    back = np.argsort(order)
    joined = [torch.cat(parts).float().numpy()[back] for parts in zip(*rows, strict=True)]
    return Predictions(*joined)


def development_scores(found: Predictions, examples: Sequence[Example]) -> dict[str, float]:
    """Return mean average precision of the risks, sentiment macro-F1, and likeness to the base.

    Labels that are not known are left out.
    """
    risks = np.array([example.risks for example in examples]) > 0.5
    known = np.array([example.known for example in examples]) > 0
    toned = np.array([example.tone_known for example in examples]) > 0
    tones = np.array([example.tones for example in examples]).argmax(1)
    precisions = [
        average_precision(risks[rows, k], found.risks[rows, k].astype(float))
        for k, rows in enumerate(known.T)
    ]
    base = torch.stack([example.base for example in examples]).numpy()
    return {
        "risk_average_precision": float(np.mean(precisions)),
        "sentiment_macro_f1": macro_f1(tones[toned], found.tones[toned].argmax(1), 3),
        "base_cosine": float((found.embeddings * base).sum(1).mean()),
    }


def fit(
    network: NewsEncoder,
    train: Sequence[Example],
    development: Sequence[Example],
    settings: TrainingSettings,
    progress: Progress,
) -> tuple[nn.Module, list[dict[str, float]], int]:
    """Train until the development score stops rising.

    A run that was stopped goes on from the last finished epoch (`checkpoint.pt` in `out`, which is
    the caller's to remove once the result is kept).

    Returns:
        The averaged network of the best epoch, the figures per epoch, and the best epoch's place.

    Raises:
        ModelError: the checkpoint is of a run with other data or settings, or cannot be written.
    """
    torch.manual_seed(settings.seed)
    key = key_of(network, train, development, settings)
    run = _Run(network, train, settings)
    checkpoint = settings.out / CHECKPOINT
    run.resume(checkpoint, key)
    while not run.finished():
        loss = run.one_epoch(random.Random(f"{settings.seed}:{run.epoch}"), progress)  # noqa: S311
        scores = development_scores(predict(run.averaged, development), development)
        run.note(scores | {"loss": loss})
        run.save(checkpoint, key)
    run.averaged.load_state_dict(run.best_state)
    return run.averaged.module, run.history, run.best


class _Run:
    """State of one run between epochs."""

    def __init__(
        self, network: NewsEncoder, train: Sequence[Example], settings: TrainingSettings
    ) -> None:
        self.network, self.train, self.settings = network, train, settings
        groups = network.parameter_groups(settings.rate, settings.layer_decay, settings.head_rate)
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        self.total = settings.steps or settings.epochs * -(-len(train) // settings.batch)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate_at)
        average = get_ema_multi_avg_fn(settings.averaging)
        self.averaged = AveragedModel(network, multi_avg_fn=average)
        self.epoch = self.step = 0
        self.history: list[dict[str, float]] = []
        self.best_state: dict[str, Tensor] = {}
        self.best = -1

    def _rate_at(self, step: int) -> float:
        warm = max(1, int(self.total * self.settings.warmup))
        if step < warm:
            return (step + 1) / warm
        return max(0.02, (self.total - step) / max(1, self.total - warm))

    def finished(self) -> bool:
        stale = len(self.history) - 1 - self.best >= self.settings.patience
        return self.step >= self.total or (bool(self.history) and stale)

    def one_epoch(self, chance: random.Random, progress: Progress) -> float:
        self.network.train()
        losses = []
        for batch in shuffled(self.train, self.settings.batch, PADDING, chance):
            if self.step >= self.total:
                break
            losses.append(self._one_step(batch))
            progress(self.step, self.total, losses[-1])
        return float(np.mean(losses))

    def _one_step(self, batch: Batch) -> float:
        # bfloat16 halves the time of a step on processors that have it (AMX); weights stay fp32.
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self.network(batch.ids, batch.mask)
        loss = loss_of(outputs, batch, self.settings)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.averaged.update_parameters(self.network)
        self.step += 1
        return float(loss.detach())

    def note(self, scores: dict[str, float]) -> None:
        """Record an epoch and keep its weights if it is the best so far."""
        self.history.append(scores)
        self.epoch += 1
        value = [_merit(one) for one in self.history]
        if value[-1] == max(value):
            self.best = len(self.history) - 1
            state = self.averaged.state_dict()
            self.best_state = {name: tensor.clone() for name, tensor in state.items()}
        rounded = {name: round(score, 4) for name, score in scores.items()}
        log.info("epoch_done", epoch=self.epoch, **rounded)

    def save(self, path: Path, key: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {"network": self.network, "averaged": self.averaged, "optimizer": self.optimizer}
        state: dict[str, Any] = {name: part.state_dict() for name, part in parts.items()}
        state |= {"schedule": self.schedule.state_dict(), "random": torch.get_rng_state()}
        state |= {"epoch": self.epoch, "step": self.step, "history": self.history, "key": key}
        save_whole(state | {"best": self.best, "best_state": self.best_state}, path)

    def resume(self, path: Path, key: str) -> None:
        if not path.exists():
            return
        state = load_own(path, key)
        for name in ("network", "averaged", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        torch.set_rng_state(state["random"])
        for name in ("epoch", "step", "history", "best", "best_state"):
            setattr(self, name, state[name])
        log.info("training_resumed", epoch=self.epoch, step=self.step)


def _merit(scores: dict[str, float]) -> float:
    return scores["risk_average_precision"] + 0.3 * scores["sentiment_macro_f1"]


def loss_of(outputs: Outputs, batch: Batch, settings: TrainingSettings) -> Tensor:
    """Return the joint loss: known risks and sentiment, distance to the base embedding."""
    soft = batch.risks * (1 - 2 * settings.smoothing) + settings.smoothing
    risks = nn.functional.binary_cross_entropy_with_logits(
        outputs.risks.float(), soft, reduction="none"
    )
    tones = nn.functional.cross_entropy(
        outputs.tones.float(), batch.tones, reduction="none", label_smoothing=settings.smoothing
    )
    labels = (
        batch.weights
        * ((batch.known * risks).sum(1) + settings.tone_weight * batch.tone_known * tones)
    ).mean()
    distance = 1 - (outputs.embeddings.float() * batch.base).sum(1).mean()
    return torch.as_tensor(labels + settings.space_weight * distance)
