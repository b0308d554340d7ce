"""Turns logits into calibrated probabilities and chooses thresholds, on the development part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.metrics import f1
from models.weights import HeadCalibration

Floats = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
UNSURE_SHARE = 0.06
"""Share of the development items that the unsure band marks on either side of the threshold."""

LEAST_POSITIVES = 16
"""Positives of a group that helps to choose a threshold: of fewer, one moves F1 by 3 points."""


def fit_head(
    logits: Floats, truth: npt.NDArray[np.bool_], groups: Groups | None = None
) -> HeadCalibration:
    """Fit slope and offset of one risk head by Platt scaling and choose its threshold.

    The targets are Platt's smoothed ones, which keep few positives from giving extreme slopes.

    Args:
        logits: One for each item, shape (n,).
        truth: Whether the item carries the category, shape (n,).
        groups: The group of each item, for the threshold (see `best_threshold`).
    """
    slope, offset = _platt(logits, truth)
    probability = 1 / (1 + np.exp(-(logits * slope + offset)))
    threshold = best_threshold(probability, truth, groups)
    return HeadCalibration(
        slope=slope, offset=offset, threshold=threshold, unsure=_band(probability, threshold)
    )


def best_threshold(
    probability: Floats, truth: npt.NDArray[np.bool_], groups: Groups | None = None
) -> float:
    """Return the middle of the widest run of thresholds in .2 to .8 within .005 of the best F1.

    A single best threshold follows single items of the development part; the plateau does not.
    With groups, the score of a threshold is the mean F1 of the groups that have LEAST_POSITIVES (if
    none has, of those with any): the largest group then does not choose for all, nor a single item.
    """
    grid = np.round(np.arange(0.20, 0.801, 0.01), 2)
    everyone = np.zeros(len(truth), np.int64) if groups is None else groups
    counted = telling_groups(truth, everyone) or [np.ones(len(truth), np.bool_)]
    scores = np.array(
        [
            np.mean([f1(truth[m], probability[m] >= threshold) for m in counted])
            for threshold in grid
        ]
    )
    good = scores >= scores.max() - 0.005
    runs: list[list[float]] = [[]]
    for threshold, keep in zip(grid, good, strict=True):
        if keep:
            runs[-1].append(float(threshold))
        elif runs[-1]:
            runs.append([])
    widest = max(runs, key=len)
    return widest[len(widest) // 2]


def telling_groups(truth: npt.NDArray[np.bool_], groups: Groups) -> list[npt.NDArray[np.bool_]]:
    """Return which items each group holds that has LEAST_POSITIVES; if none has, each with any."""
    members = [groups == group for group in np.unique(groups)]
    positives = [truth[member].sum() for member in members]
    least = LEAST_POSITIVES if max(positives, default=0) >= LEAST_POSITIVES else 1
    return [member for member, count in zip(members, positives, strict=True) if count >= least]


def temperature(logits: Floats, truth: npt.NDArray[np.int64]) -> float:
    """Return the temperature that minimizes the log loss of softmax logits (n, classes)."""
    grid = np.geomspace(0.3, 5, 100)
    rows = np.arange(len(truth))

    def loss(value: float) -> float:
        scaled = logits / value
        scaled = scaled - scaled.max(1, keepdims=True)
        return float(-(scaled[rows, truth] - np.log(np.exp(scaled).sum(1))).mean())

    return float(min(grid, key=loss))


def _platt(logits: Floats, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    positives, negatives = int(truth.sum()), int((~truth).sum())
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    target = np.where(truth, high, low)
    design = np.stack([logits, np.ones_like(logits)], 1)
    weights = np.zeros(2)  # Newton's method for logistic regression converges from here
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (probability - target) + 1e-3 * (weights - [1, 0])
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design
        weights = weights - np.linalg.solve(curvature + 1e-3 * np.eye(2), gradient)
    return max(float(weights[0]), 1e-3), float(weights[1])


def _band(probability: Floats, threshold: float) -> tuple[float, float]:
    """Return the probabilities between which a verdict is unsure, around the threshold."""
    below = np.sort(probability[probability < threshold])[::-1]
    above = np.sort(probability[probability >= threshold])
    count = max(1, round(UNSURE_SHARE * len(probability)))
    low = float(below[:count][-1]) if len(below) else threshold
    high = float(above[:count][-1]) if len(above) else threshold
    return max(low, threshold - 0.2), min(high, threshold + 0.2)
