"""How often the tags are right on a batch of our items that no training saw.

    python -m benchmarks.unseen_writing [--weights FOLDER] [--batch h1]

The test part of the score card holds other events than the training part, but batches in which
other items were trained on: one batch's writers write alike. A batch of HELD_BATCHES was never
trained on in any part, so this is nearer to what new writing gets. Its train and development parts
helped to choose thresholds and calibration; `test` alone has had no say in anything.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.corpus import HELD_BATCHES, LabelledItem, read_items, split
from models.evaluation.judging import verdicts_of
from models.evaluation.scoring import score_groups
from models.onnx_tagger import OnnxTagger
from models.weights import default_folder

LEAST_ITEMS = 50
"""Items of a group that is shown: of fewer, an F1 tells nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, default=default_folder())
    parser.add_argument("--batch", default=min(HELD_BATCHES))
    options = parser.parse_args()
    tagger = OnnxTagger(options.weights)
    seed = int(tagger.card.training["settings"]["seed"])
    items = [item for item in read_items() if item.batch == options.batch]
    show(tagger, items, "all parts")
    show(tagger, split(items, seed).test, "test")


def show(tagger: OnnxTagger, items: Sequence[LabelledItem], name: str) -> None:
    verdicts = verdicts_of(tagger.verdicts([item.given() for item in items]))
    for group in score_groups(items, verdicts, name):
        if group.items < LEAST_ITEMS:
            continue
        risks = " ".join(
            f"{risk} F1 {score.f1.value:.3f} AP {score.average_precision.value:.3f};"
            for risk, score in group.risks.items()
        )
        mean, tone = group.mean_risk_f1.value, group.sentiment.macro_f1.value
        print(f"{name}, {group.language}, {group.items} items: {risks} mean {mean:.3f}, ", end="")
        print(f"sentiment {tone:.3f}")


if __name__ == "__main__":
    main()
