"""Do sentence patterns carry the labels? TF-IDF learnt on one batch of items, tested on another.

    python -m benchmarks.item_shortcuts

A batch is one round of writing. If its items could be told by their wording alone, a linear model
of words and characters would carry over to the next batch; the shipped tagger, on those items of
the tested batch that it never saw, must do clearly better.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from models.corpus import LabelledItem, read_items, split
from models.metrics import f1
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import RISKS
from models.weights import default_folder

Scores = dict[str, float]
LEAST_TESTED = 20
"""Held-out items of a batch, at the least, for a pair to be told."""


def main() -> None:
    tagger = OnnxTagger(default_folder())
    items = read_items()
    test = split(items, int(tagger.card.training["settings"]["seed"])).test
    batches = sorted({item.batch for item in items})
    ours = {b: tagger_scores(tagger, [i for i in test if i.batch == b]) for b in batches}
    print(f"{'learnt':8} {'tested':8} {'items':>5}  " + "  ".join(f"{r:>24}" for r in RISKS))
    for learnt, tested in permutations(batches, 2):
        held_out = [item for item in test if item.batch == tested]
        if len(held_out) < LEAST_TESTED:
            continue
        found = pattern_scores([i for i in items if i.batch == learnt], held_out)
        cells = (f"TF-IDF {found[r]:.2f}, ours {ours[tested][r]:.2f}" for r in RISKS)
        print(f"{learnt:8} {tested:8} {len(held_out):5}  " + "  ".join(f"{c:>24}" for c in cells))


def pattern_scores(learnt: Sequence[LabelledItem], tested: Sequence[LabelledItem]) -> Scores:
    """Return F1 per risk of TF-IDF with logistic regression, from one batch to another."""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True),
    )
    rows = features.fit_transform([lead(item.given()) for item in learnt])
    new = features.transform([lead(item.given()) for item in tested])
    scores = {}
    for risk in RISKS:
        model = make_pipeline(LogisticRegression(C=4, class_weight="balanced", solver="liblinear"))
        model.fit(rows, [item.label(risk) for item in learnt])
        scores[risk] = f1(truth_of(tested, risk), model.predict(new) == 1)
    return scores


def tagger_scores(tagger: OnnxTagger, tested: Sequence[LabelledItem]) -> Scores:
    """Return F1 per risk of the tagger at its own thresholds."""
    tagged = tagger.verdicts([item.given() for item in tested])
    return {
        risk: f1(truth_of(tested, risk), np.array([risk in one.categories for one in tagged], bool))
        for risk in RISKS
    }


def truth_of(items: Sequence[LabelledItem], risk: str) -> np.ndarray:
    return np.array([item.label(risk) == 1 for item in items], bool)


if __name__ == "__main__":
    main()
