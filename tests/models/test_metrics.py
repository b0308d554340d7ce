"""Scores against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.metrics import average_precision, calibration_error, f1, label_score, macro_f1

TRUTH = np.array([True, False, True, False])


def test_f1() -> None:
    assert f1(TRUTH, np.array([True, True, False, False])) == pytest.approx(0.5)
    assert f1(TRUTH, TRUTH) == 1
    assert f1(np.zeros(2, bool), np.zeros(2, bool)) == 0


def test_average_precision_rewards_the_first_ranks() -> None:
    assert average_precision(TRUTH, np.array([0.9, 0.1, 0.8, 0.2])) == 1
    # Positives at ranks 1 and 3: (1/1 + 2/3) / 2.
    assert average_precision(TRUTH, np.array([0.9, 0.5, 0.4, 0.1])) == pytest.approx(5 / 6)
    assert average_precision(np.zeros(2, bool), np.array([0.1, 0.2])) == 0


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    assert calibration_error(TRUTH, np.full(4, 0.5)) == 0
    assert calibration_error(TRUTH, np.full(4, 0.9)) == pytest.approx(0.4)
    assert calibration_error(np.zeros(0, bool), np.zeros(0)) == 0


def test_macro_f1_counts_only_classes_that_occur() -> None:
    truth, found = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert macro_f1(truth, found, 3) == pytest.approx(2 / 3)


def test_label_score_at_its_threshold() -> None:
    probability = np.array([0.9, 0.8, 0.3, 0.1])
    score = label_score(TRUTH, probability, probability >= 0.5)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert (score.items, score.positives) == (4, 2)
