"""Trains the head of an own category on the frozen encoder, and scores it by cross-validation.

Negatives are the project's own items, all but copies of an example. Some may carry the category
unseen; leaving out what a first head finds likely ("spies": Liu and others, 2002) was tried and
makes the score worthless: ten random items then score an average precision of .8 (.02 without).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from models import logistic
from models.corpus import near_duplicate_groups, read_items
from models.errors import OwnCategoryError
from models.metrics import average_precision, label_score
from models.onnx_tagger import OnnxTagger
from models.own_categories import CategoryScore, Entry, Head, OwnCategory, read_all, write
from models.reading import clean, lead, refusal
from models.tagger import TaggerInput
from models.training.calibration import fit_head

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

ITEMS = 1200
"""The project's items taken as negatives: 65 a second are read on two busy cores."""
COUNTER_WEIGHT = 20.0
"""A counterexample counts as so many items: somebody has looked at it."""
PENALTY = 3e-3
"""Of 3e-3 to 1e-5, tried with 10 to 30 examples of five known subjects: the best or equal."""
FOLDS = 5
ALIKE = 0.95
"""Cosine of two embeddings from which two texts are near-duplicates."""
SHOWN, SHOWN_CHARACTERS = 5, 110
"""Items most like the category that are shown, and characters of each."""
ORDERS = 300
"""Random orders that the average precision is held against."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Texts:
    """Embeddings, labels, weights and folds, one row a text."""

    features: Floats
    truth: Flags
    weight: Floats
    fold: Places

    def only(self, kept: Flags) -> _Texts:
        """Return the chosen rows."""
        return _Texts(
            features=self.features[kept],
            truth=self.truth[kept],
            weight=self.weight[kept],
            fold=self.fold[kept],
        )


def train(entry: Entry, tagger: OnnxTagger) -> OwnCategory:
    """Train and score a head from an entry's examples; the same entry gives the same head.

    Raises:
        OwnCategoryError: an example is there twice, cannot be tagged, or too many are alike.
        CorpusError: the project's items cannot be read.
    """
    _refuse_unusable(entry)
    texts, items = _gather(entry, tagger)
    logits = _held_out_logits(texts)
    calibration = fit_head(logits, texts.truth)
    weights, bias = logistic.fit(texts.features, texts.truth, texts.weight, PENALTY)
    probability = 1 / (1 + np.exp(-(logits * calibration.slope + calibration.offset)))
    score = label_score(texts.truth, probability, probability >= calibration.threshold)
    return OwnCategory(
        entry=entry,
        head=Head(
            model_version=tagger.model_version,
            weights=tuple(float(w) for w in weights.round(6)),
            bias=round(bias, 6),
            calibration=calibration,
        ),
        score=CategoryScore(
            examples=score.positives,
            others=score.items - score.positives,
            alike=_most_alike(items, logits[-len(items) :]),
            folds=FOLDS,
            precision=round(score.precision, 4),
            recall=round(score.recall, 4),
            f1=round(score.f1, 4),
            average_precision=round(score.average_precision, 4),
            chance=round(_chance(texts.truth), 4),
        ),
    )


def up_to_date(folder: Path, tagger: OnnxTagger) -> list[OwnCategory]:
    """Return the own categories of a folder, trained again where the weights have changed.

    Training is deterministic: two processes that do it at once write the same file. Where the
    folder cannot be written, the new heads serve this process all the same.

    Raises:
        OwnCategoryError: a file is damaged.
    """
    return [
        own if own.head.model_version == tagger.model_version else _again(folder, own, tagger)
        for own in read_all(folder)
    ]


def _again(folder: Path, own: OwnCategory, tagger: OnnxTagger) -> OwnCategory:
    log.warning(
        "own_category_trained_again",
        category=own.id,
        was_for=own.head.model_version,
        now_for=tagger.model_version,
    )
    renewed = train(own.entry, tagger)
    try:
        write(folder, renewed)
    except OwnCategoryError as error:
        log.warning("own_category_not_kept", category=own.id, reason=str(error))
    return renewed


def _refuse_unusable(entry: Entry) -> None:
    seen: dict[str, str] = {}
    kinds = (("example", entry.examples), ("counterexample", entry.counterexamples))
    for kind, texts in kinds:
        for number, text in enumerate(texts, start=1):
            here = f"{kind} {number} ({clean(text)[:40]!r})"
            if reason := refusal(_read(text)):
                raise OwnCategoryError(f"{here} cannot be used: {reason}.")
            words = clean(text).casefold()
            if words in seen:
                raise OwnCategoryError(f"{here} says the same as {seen[words]}; leave one out.")
            seen[words] = f"{kind} {number}"


def _read(text: str) -> str:
    return lead(TaggerInput(title="", text=text))


def _most_alike(items: Sequence[str], logits: Floats) -> tuple[str, ...]:
    """Return how the most probable items begin, for the analyst to judge."""
    return tuple(items[place][:SHOWN_CHARACTERS] for place in np.argsort(-logits)[:SHOWN])


def _gather(entry: Entry, tagger: OnnxTagger) -> tuple[_Texts, list[str]]:
    """Read the entry's texts and the project's items; return all as rows, and the items' words."""
    own = [_read(text) for text in (*entry.examples, *entry.counterexamples)]
    mine = tagger.encoder_outputs(own)[2].astype(np.float64)
    positives = len(entry.examples)
    folds = _folds(_groups(entry.examples, mine[:positives]))
    words, items = _items(tagger)
    other = (items @ mine.T).max(1) < ALIKE
    items = items[other]
    place = np.arange(len(own) + len(items))
    counter = (place >= positives) & (place < len(own))
    rows = _Texts(
        features=np.vstack([mine, items]),
        truth=place < positives,
        weight=np.where(counter, COUNTER_WEIGHT, 1.0),
        fold=np.concatenate([folds, place[positives:] % FOLDS]),
    )
    return rows, [text for text, kept in zip(words, other, strict=True) if kept]


@lru_cache(maxsize=1)
def _items(tagger: OnnxTagger) -> tuple[list[str], Floats]:
    """Return the project's items and their embeddings, read once for all categories.

    Items alternate with and without their summary, so that length tells nothing.
    """
    items = sorted(read_items(), key=lambda item: hashlib.sha256(item.id.encode()).digest())
    givens = [item.given() for item in items[:ITEMS]]
    read = [lead(g if i % 2 else replace(g, text="")) for i, g in enumerate(givens)]
    return read, tagger.encoder_outputs(read)[2].astype(np.float64)


def _groups(examples: Sequence[str], features: Floats) -> list[int]:
    """Number the groups of near-duplicates, by shared words and by embedding.

    Words alone would miss scripts that write none apart.
    """
    names = np.array(near_duplicate_groups(examples))
    for one, other in np.argwhere(features @ features.T >= ALIKE):
        low, high = sorted((int(names[one]), int(names[other])))
        names[names == high] = low
    return [int(name) for name in names]


def _folds(groups: Sequence[int]) -> Places:
    """Deal groups out to folds, the largest first. Raises OwnCategoryError for too few."""
    sizes = sorted(set(groups), key=lambda name: (-groups.count(name), name))
    if len(sizes) < FOLDS:
        raise OwnCategoryError(
            f"The {len(groups)} examples are near-duplicates: {len(sizes)} different texts, and "
            f"cross-validation needs {FOLDS}. Add examples of other events."
        )
    place = {name: number % FOLDS for number, name in enumerate(sizes)}
    return np.array([place[name] for name in groups])


def _held_out_logits(texts: _Texts) -> Floats:
    """Return each text's logit by the head of the other folds."""
    logits = np.zeros(len(texts.truth))
    for fold in range(FOLDS):
        held = texts.fold == fold
        seen = texts.only(~held)
        weights, bias = logistic.fit(seen.features, seen.truth, seen.weight, PENALTY)
        logits[held] = texts.features[held] @ weights + bias
    return logits


def _chance(truth: Flags) -> float:
    """Return the average precision that one in a hundred random orders beats."""
    orders = np.random.default_rng(0).random((ORDERS, len(truth)))
    return float(np.quantile([average_precision(truth, order) for order in orders], 0.99))
