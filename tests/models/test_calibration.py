"""Calibration and thresholds, on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.metrics import calibration_error
from models.training.calibration import (
    LEAST_POSITIVES,
    best_threshold,
    fit_head,
    temperature,
)


def test_overconfident_logits_are_tamed() -> None:
    chance = np.random.default_rng(7)
    honest = chance.normal(0, 2, 4000)
    truth = chance.random(4000) < 1 / (1 + np.exp(-honest))
    head = fit_head(honest * 3, truth)
    assert head.slope == pytest.approx(1 / 3, rel=0.1)
    assert head.offset == pytest.approx(0, abs=0.15)
    probability = 1 / (1 + np.exp(-(honest * 3 * head.slope + head.offset)))
    assert calibration_error(truth, probability) < 0.03
    assert head.unsure[0] < head.threshold < head.unsure[1]


def test_threshold_lies_in_the_middle_of_the_gap() -> None:
    probability = np.array([0.05, 0.1, 0.3, 0.7, 0.9])
    truth = np.array([False, False, False, True, True])
    assert best_threshold(probability, truth) == pytest.approx(0.5, abs=0.02)


MANY = np.tile([0.25, 0.35, 0.9], 50), np.tile([False, True, True], 50)
FEW = np.array([0.1, 0.45, 0.45, 0.6]), np.array([False, False, False, True])


def together(copies: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The many and so many copies of the few: probabilities, truth, groups."""
    parts = [np.r_[MANY[i], np.tile(FEW[i], copies)] for i in (0, 1)]
    return parts[0], parts[1], np.repeat([0, 1], [150, 4 * copies])


def test_the_largest_group_does_not_choose_the_threshold_for_all() -> None:
    probability, truth, groups = together(LEAST_POSITIVES)
    assert 0.25 < best_threshold(probability, truth) <= 0.35
    assert 0.45 < best_threshold(probability, truth, groups) <= 0.6


def test_a_group_of_few_positives_has_no_say_where_others_have_more() -> None:
    assert 0.25 < best_threshold(*together(LEAST_POSITIVES - 1)) <= 0.35
    assert 0.45 < best_threshold(*FEW, np.zeros(4, int)) <= 0.6


def test_temperature_undoes_scaling() -> None:
    chance = np.random.default_rng(7)
    logits = chance.normal(0, 1.5, (4000, 3))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = np.array([chance.choice(3, p=row) for row in chances])
    assert temperature(logits * 2, truth) == pytest.approx(2, rel=0.1)
