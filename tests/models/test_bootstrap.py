"""Intervals: draws of whole events, and weighted scores that agree with the plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from models import metrics
from models.evaluation.bootstrap import (
    average_precisions,
    event_weights,
    f1s,
    interval,
    macro_f1s,
    ratios,
)

CHANCE = np.random.default_rng(5)
TRUTH = CHANCE.random(60) < 0.3
PROBABILITY = np.clip(TRUTH * 0.3 + CHANCE.random(60) * 0.7, 0, 1)
TAGGED = PROBABILITY >= 0.5
ONE = np.ones((1, 60))


def test_items_of_one_event_are_drawn_together() -> None:
    weights = event_weights(["a", "b", "a", "c"], resamples=50)
    assert weights.shape == (50, 4)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(1) == 3).all()
    assert len(np.unique(weights, axis=0)) > 1


def test_the_draws_repeat() -> None:
    events = [str(n) for n in range(9)]
    assert (event_weights(events) == event_weights(events)).all()
    assert (event_weights(events) != event_weights(events, seed=1)).any()


def test_with_each_item_once_the_scores_are_the_plain_ones() -> None:
    assert f1s(ONE, TRUTH, TAGGED)[0] == pytest.approx(metrics.f1(TRUTH, TAGGED))
    plain = metrics.average_precision(TRUTH, PROBABILITY)
    assert average_precisions(ONE, TRUTH, PROBABILITY)[0] == pytest.approx(plain)
    tones, found = CHANCE.integers(0, 3, 60), CHANCE.integers(0, 3, 60)
    plain = metrics.macro_f1(tones, found, 3)
    assert macro_f1s(ONE, tones, found, 3)[0] == pytest.approx(plain)


def test_a_doubled_weight_is_a_doubled_item() -> None:
    twice = np.concatenate([np.full(30, 2.0), np.zeros(30)])[None]
    doubled = np.concatenate([np.arange(30), np.arange(30)])
    score = metrics.average_precision(TRUTH[doubled], PROBABILITY[doubled])
    assert f1s(twice, TRUTH, TAGGED)[0] == metrics.f1(TRUTH[doubled], TAGGED[doubled])
    assert average_precisions(twice, TRUTH, PROBABILITY)[0] == pytest.approx(score, abs=0.02)


def test_a_ratio_without_cases_is_zero() -> None:
    assert ratios(ONE, TRUTH, np.zeros(60, bool))[0] == 0


def test_the_interval_covers_the_value() -> None:
    events = [str(n) for n in range(60)]
    low, high = interval(f1s(event_weights(events), TRUTH, TAGGED))
    assert low < metrics.f1(TRUTH, TAGGED) < high
