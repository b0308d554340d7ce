"""Texts and labels as tensors, in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.corpus import LabelledItem
from models.tagger import RISKS

TONES = {"neg": 0, "neu": 1, "pos": 2}


@dataclass(frozen=True, slots=True)
class Example:
    """One text to learn from.

    Args:
        ids: Token ids.
        risks: Target probability of each risk.
        tones: Target probability of each sentiment.
        weight: Weight of its label loss.
        base: The base encoder's centred unit embedding, to stay near to.
        known: 1 for each risk whose label is known, else 0: it does not count in the loss.
        tone_known: The same for the sentiment.
        words: Token ids of the text as the lexical head reads it.
    """

    ids: list[int]
    risks: tuple[float, ...]
    tones: tuple[float, ...]
    weight: float
    base: Tensor
    known: tuple[float, ...] = (1.0,) * len(RISKS)
    tone_known: float = 1.0
    words: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples: ids and mask (batch, tokens), the rest one row an example."""

    ids: Tensor
    mask: Tensor
    risks: Tensor
    tones: Tensor
    weights: Tensor
    base: Tensor
    known: Tensor
    tone_known: Tensor


def targets(item: LabelledItem) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return an item's labels as target probabilities: risks, sentiments."""
    tone = TONES[item.sentiment]
    return (
        tuple(float(item.label(risk)) for risk in RISKS),
        tuple(float(place == tone) for place in range(len(TONES))),
    )


def partly(example: Example, labels: Mapping[str, bool]) -> Example:
    """Return an example of which only these risks are known; its other labels are masked."""
    return replace(
        example,
        risks=tuple(float(labels.get(risk, False)) for risk in RISKS),
        known=tuple(float(risk in labels) for risk in RISKS),
        tone_known=0.0,
    )


def pad(rows: Sequence[list[int]], padding: int) -> tuple[Tensor, Tensor]:
    """Return ids and mask of rows of token ids, padded to the longest: int64 (rows, tokens)."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), padding)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask


def collate(examples: Sequence[Example], padding: int) -> Batch:
    """Return examples as one padded batch."""
    ids, mask = pad([example.ids for example in examples], padding)
    return Batch(
        ids=ids,
        mask=mask,
        risks=torch.tensor([example.risks for example in examples]),
        tones=torch.tensor([example.tones for example in examples]),
        weights=torch.tensor([example.weight for example in examples]),
        base=torch.stack([example.base for example in examples]),
        known=torch.tensor([example.known for example in examples]),
        tone_known=torch.tensor([example.tone_known for example in examples]),
    )


def shuffled(
    examples: Sequence[Example], size: int, padding: int, chance: random.Random
) -> Iterator[Batch]:
    """Yield one epoch in random order; a batch is of like length (pools of 16 batches, sorted)."""
    order = chance.sample(range(len(examples)), len(examples))
    batches: list[list[int]] = []
    for start in range(0, len(order), size * 16):
        pool = sorted(order[start : start + size * 16], key=lambda i: len(examples[i].ids))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    chance.shuffle(batches)
    for batch in batches:
        yield collate([examples[i] for i in batch], padding)
