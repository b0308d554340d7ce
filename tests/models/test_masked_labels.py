"""Corrected examples: only the judged label counts, in the loss and in the development scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training only: `make train-test`")

from models.tagger import RISKS  # noqa: E402
from models.training.batches import Example, collate, partly  # noqa: E402
from models.training.fit import PADDING, Predictions, development_scores, loss_of  # noqa: E402
from models.training.network import Outputs  # noqa: E402
from models.training.settings import TrainingSettings  # noqa: E402

BASE = torch.tensor([1.0, 0.0])


def example(risks: tuple[float, ...] = (0.0, 0.0, 0.0)) -> Example:
    return Example([0, 5, 2], risks, (0.0, 1.0, 0.0), 1.0, BASE)


def loss(one: Example, logits: list[float], tones: list[float]) -> float:
    outputs = Outputs(torch.tensor([logits]), torch.tensor([tones]), BASE[None])
    settings = TrainingSettings(encoder=Path("e"), out=Path("o"))
    return float(loss_of(outputs, collate([one], PADDING), settings))


def test_only_the_judged_label_moves_the_loss() -> None:
    judged = partly(example(), {RISKS[1]: True})
    assert judged.risks == (0.0, 1.0, 0.0)
    plain = loss(judged, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0])
    assert loss(judged, [9.0, 0.0, -9.0], [9.0, 0.0, 0.0]) == pytest.approx(plain)
    assert loss(judged, [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]) < plain
    assert loss(example(), [9.0, 0.0, -9.0], [9.0, 0.0, 0.0]) > plain


def test_development_scores_leave_unknown_labels_out() -> None:
    known = [example((1.0, 1.0, 1.0)), example()]
    judged = partly(example(), {RISKS[0]: False})
    found = Predictions(
        np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 1.0], [0.0, 9.0, 9.0]]),
        np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
        np.array([[1.0, 0.0]] * 3),
    )
    scores = development_scores(found, [*known, judged])
    assert scores["risk_average_precision"] == 1
    assert scores["sentiment_macro_f1"] == 1
