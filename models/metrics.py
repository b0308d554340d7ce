"""Scores of probabilities against labels, by their textbook definitions."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is found: counts and ratios between 0 and 1."""

    items: int
    positives: int
    precision: float
    recall: float
    f1: float
    average_precision: float
    calibration_error: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures rounded to four places."""
        return {key: round(value, 4) for key, value in asdict(self).items()}


def label_score(truth: Flags, probability: Floats, tagged: Flags) -> LabelScore:
    """Score one label by its probabilities and by who was tagged; a ratio without cases is 0."""
    hits = int((tagged & truth).sum())
    return LabelScore(
        items=len(truth),
        positives=int(truth.sum()),
        precision=hits / max(1, int(tagged.sum())),
        recall=hits / max(1, int(truth.sum())),
        f1=f1(truth, tagged),
        average_precision=average_precision(truth, probability),
        calibration_error=calibration_error(truth, probability),
    )


def f1(truth: Flags, tagged: Flags) -> float:
    """Return the harmonic mean of precision and recall; 0 where nothing is true or tagged."""
    hits = int((tagged & truth).sum())
    return 2 * hits / max(1, int(tagged.sum()) + int(truth.sum()))


def average_precision(truth: Flags, probability: Floats) -> float:
    """Return the mean of the precision at each positive, most probable first (Salton, 1983)."""
    if not truth.any():
        return 0.0
    ranked = truth[np.argsort(-probability, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean())


def calibration_error(truth: Flags, probability: Floats, bins: int = 10) -> float:
    """Return the expected calibration error over equal-width bins (Guo et al., 2017)."""
    if not len(truth):
        return 0.0
    places = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [
        abs(float(probability[places == b].sum()) - float(truth[places == b].sum()))
        for b in range(bins)
    ]
    return float(sum(gaps) / len(truth))


def macro_f1(truth: npt.NDArray[np.int64], found: npt.NDArray[np.int64], classes: int) -> float:
    """Return the unweighted mean F1 over the classes that occur in truth or answer."""
    seen = [c for c in range(classes) if (truth == c).any() or (found == c).any()]
    return float(np.mean([f1(truth == c, found == c) for c in seen])) if seen else 0.0
