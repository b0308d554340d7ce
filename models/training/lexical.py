"""Fits the lexical head, and weighs it against the encoder on the development part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from models.lexical import LexicalHead, terms_of
from models.metrics import average_precision
from models.tagger import RISKS
from models.training.batches import Example
from models.training.calibration import Groups, telling_groups

Floats = npt.NDArray[np.float64]

LEAST_TEXTS = 2
"""Texts that a term must stand in: what stands in one says nothing of others."""
LOOSENESS = 30.0
"""scikit-learn's C. Of 4, 10 and 30 the last scored best beside an encoder."""
SHARES = np.round(np.arange(0, 1.01, 0.05), 2)
"""Shares of the lexical logit that are tried."""
AS_GOOD = 0.002
"""Average precision by which a smaller share may fall behind: the encoder reads the words' order,
which tells more of a text that is like none of the development part."""


def fit_lexical(examples: Sequence[Example]) -> LexicalHead:
    """Fit one logistic regression for each risk on the examples whose label of it is known.

    A target between 0 and 1 counts on both sides, with its weight dealt out.
    """
    encoded = [example.words for example in examples]
    head = _untaught(encoded)
    found = head.features(encoded)
    shape = (len(examples), len(head.terms))
    features = csr_matrix((found.values, (found.rows, found.columns)), shape)
    weights, offsets = head.weights.copy(), head.offsets.copy()
    for risk in range(len(RISKS)):
        model = _regression(features, examples, risk)
        if model is not None:
            weights[:, risk], offsets[risk] = model.coef_[0], model.intercept_[0]
    return LexicalHead(head.terms, head.idf, weights, offsets)


def _untaught(encoded: Sequence[Sequence[int]]) -> LexicalHead:
    """Return the head that knows the terms of texts and says nothing of them."""
    rows, terms = terms_of(encoded)
    once = np.unique(np.stack([terms, rows]), axis=1)[0]
    known, texts = np.unique(once, return_counts=True)
    known, texts = known[texts >= LEAST_TEXTS], texts[texts >= LEAST_TEXTS]
    idf = np.log((1 + len(encoded)) / (1 + texts)) + 1
    return LexicalHead(
        known,
        idf.astype(np.float16).astype(np.float32),
        np.zeros((len(known), len(RISKS)), np.float32),
        np.zeros(len(RISKS), np.float32),
    )


def _regression(features: Any, examples: Sequence[Example], risk: int) -> Any:
    """Return the fitted regression of a risk; None where no text or every text carries it."""
    target = np.array([example.risks[risk] for example in examples])
    weight = np.array([example.weight * example.known[risk] for example in examples])
    sides = np.append(weight * target, weight * (1 - target))
    labels = np.append(np.ones(len(target)), np.zeros(len(target)))
    if len(set(labels[sides > 0])) < len({0, 1}):
        return None
    model = LogisticRegression(C=LOOSENESS, solver="liblinear", max_iter=1000, random_state=0)
    both = vstack([features, features], "csr")
    return model.fit(both[sides > 0], labels[sides > 0], sample_weight=sides[sides > 0])


def share_of(
    encoder: Floats, lexical: Floats, truth: npt.NDArray[np.bool_], groups: Groups
) -> float:
    """Return the least share of the lexical logit that is as good as the best.

    Good is the mean average precision over `telling_groups`, as in the choice of thresholds.

    Args:
        encoder: The encoder's logit of each item, shape (n,).
        lexical: The lexical head's, shape (n,).
        truth: Whether the item carries the risk, shape (n,).
        groups: The group of each item, shape (n,).
    """
    counted = telling_groups(truth, groups)
    if not counted:
        return 0.0
    scores = np.array(
        [
            np.mean([average_precision(truth[m], (encoder + s * lexical)[m]) for m in counted])
            for s in SHARES
        ]
    )
    return float(SHARES[scores >= scores.max() - AS_GOOD][0])
