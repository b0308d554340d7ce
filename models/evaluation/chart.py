"""The score card as a picture: F1 with intervals beside the baselines, and reliability."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.errors import ModelError
from models.evaluation.records import Estimate, GroupScore, ScoreCard
from models.evaluation.tables import NAMES

COLOURS = ("#0b5394", "#c9740a", "#5b8c5a", "#8a8a8a")


def write_chart(card: ScoreCard, path: Path) -> None:
    """Draw the score card as PNG.

    Raises:
        ModelError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            f"The chart needs matplotlib ({error}); install it with: pip install '.[chart]'"
        ) from error
    whole = [group for group in card.groups if group.language == "all"]
    figure = Figure(figsize=(12, 4.2 * len(whole)), layout="constrained")
    figure.suptitle(f"Tagger {card.model_version}: F1 with 95 % intervals, and reliability")
    axes = figure.subplots(len(whole), 2, squeeze=False, width_ratios=(3, 1))
    for row, group in zip(axes, whole, strict=True):
        _scores(row[0], card, group)
        _reliability(row[1], group)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _scores(axes: Any, card: ScoreCard, group: GroupScore) -> None:
    """Draw one cluster of bars per label: the tagger, then each baseline."""
    bars: dict[str, list[Estimate]] = {
        "this tagger": [s.f1 for s in group.risks.values()] + [group.sentiment.macro_f1]
    }
    for one in card.baselines:
        if (one.corpus, one.language) == (group.corpus, group.language):
            bars[one.method] = [*one.f1.values(), one.sentiment_macro_f1]
    width = 0.8 / len(bars)
    for place, (method, scores) in enumerate(bars.items()):
        left = [n + (place - (len(bars) - 1) / 2) * width for n in range(len(scores))]
        errors = [[s.value - s.low for s in scores], [s.high - s.value for s in scores]]
        colour = COLOURS[place % len(COLOURS)]
        values = [s.value for s in scores]
        axes.bar(
            left, values, width, yerr=_above_zero(errors), color=colour, label=method, capsize=2
        )
    axes.set_xticks(range(len(NAMES) + 1), [*NAMES.values(), "sentiment (macro)"])
    axes.set(ylim=(0, 1), ylabel="F1", title=f"{group.corpus}, {group.items} test items")
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)


def _above_zero(errors: list[list[float]]) -> list[list[float]]:
    """Matplotlib refuses an interval that the rounding left a hair beside its value."""
    return [[max(0.0, value) for value in side] for side in errors]


def _reliability(axes: Any, group: GroupScore) -> None:
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    for colour, (risk, score) in zip(COLOURS, group.risks.items(), strict=False):
        said = [one.said for one in score.reliability]
        seen = [one.seen for one in score.reliability]
        label = f"{NAMES[risk]} (ECE {score.calibration_error:.3f})"
        axes.plot(said, seen, marker="o", markersize=3, color=colour, label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability given", ylabel="share true")
    axes.legend(fontsize=7)
