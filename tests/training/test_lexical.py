"""The lexical head learns what the known labels say, and gets a share only where it helps."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from models.tagger import RISKS
from models.training.batches import Example
from models.training.lexical import fit_lexical, share_of

TELLING = 7


def example(ids: list[int], risk: float, known: float = 1.0, weight: float = 1.0) -> Example:
    labels = (risk, 0.0, 0.0), (0.0, 1.0, 0.0)
    return Example([], *labels, weight, torch.zeros(4), (known, 1.0, 1.0), words=tuple(ids))


def taught(count: int = 200) -> list[Example]:
    """Texts of which those that hold the telling token carry the first risk."""
    chance = random.Random(5)
    texts = [[0, *chance.choices(range(10, 40), k=6), 2] for _ in range(count)]
    return [
        example([*ids, TELLING] if i % 4 == 0 else ids, i % 4 == 0) for i, ids in enumerate(texts)
    ]


def test_the_telling_token_is_learnt() -> None:
    head = fit_lexical(taught())
    with_it, without = head.logits([[0, 11, TELLING, 2], [0, 11, 12, 2]])[:, 0]
    assert with_it > 1
    assert without < -1


def test_a_risk_that_no_text_carries_says_nothing() -> None:
    head = fit_lexical(taught())
    assert not head.logits([[0, TELLING, 2]])[0, 1:].any()


@pytest.mark.parametrize(("known", "weight"), [(0.0, 1.0), (1.0, 0.0)])
def test_unknown_labels_and_weightless_examples_teach_nothing(known: float, weight: float) -> None:
    said = []
    for claim in (0.0, 1.0):
        claims = [example([0, TELLING, 2], claim, known, weight)] * 300
        said.append(fit_lexical(taught() + claims).logits([[0, 11, TELLING, 2]])[0, 0])
    assert said[0] == said[1]


def test_a_target_between_counts_on_both_sides() -> None:
    half = [example([0, 50, 2], 0.5)] * 20
    head = fit_lexical(taught() + half)
    sure, doubtful, plain = head.logits([[0, TELLING, 2], [0, 50, 2], [0, 11, 2]])[:, 0]
    assert plain < doubtful < sure


def test_terms_that_stand_in_one_text_are_not_kept() -> None:
    head = fit_lexical([*taught(), example([0, 99, 2], 1.0)])
    assert 99 not in head.terms
    assert TELLING in head.terms


def _logits(truth: np.ndarray, noise: float, seed: int) -> np.ndarray:
    return truth * 2.0 + np.random.default_rng(seed).normal(0, noise, len(truth))


def test_a_head_that_errs_elsewhere_gets_a_share() -> None:
    truth = np.arange(2000) % 5 == 0
    groups = np.arange(2000) % 2
    assert share_of(_logits(truth, 1.5, 1), _logits(truth, 1.5, 2), truth, groups) > 0.3


@pytest.mark.parametrize("share", ["noise", "copy"])
def test_a_head_that_adds_nothing_gets_none(share: str) -> None:
    truth = np.arange(2000) % 5 == 0
    encoder = _logits(truth, 1.0, 1)
    other = encoder if share == "copy" else np.random.default_rng(2).normal(0, 1, 2000)
    assert share_of(encoder, other, truth, np.zeros(2000, np.int64)) == 0


def test_a_group_with_few_positives_does_not_choose() -> None:
    truth = np.arange(2000) % 5 == 0
    groups = np.zeros(2000, np.int64)
    few = np.flatnonzero(truth)[:3]
    groups[few] = 1
    groups[1990:1998] = 1
    encoder, other = _logits(truth, 1.5, 1), _logits(truth, 1.5, 2)
    alone = share_of(
        encoder[groups == 0], other[groups == 0], truth[groups == 0], groups[groups == 0]
    )
    assert share_of(encoder, other, truth, groups) == alone


def test_no_positive_at_all_gives_no_share() -> None:
    nobody = np.zeros(50, bool)
    assert (
        share_of(_logits(nobody, 1, 1), _logits(nobody, 1, 2), nobody, np.zeros(50, np.int64)) == 0
    )


def test_the_head_has_a_column_for_every_risk() -> None:
    assert fit_lexical(taught()).weights.shape[1] == len(RISKS)
