"""Self-training: pool headlines with the probabilities that an earlier model gives them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.corpus import LabelledItem, near_any
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import RISKS, SENTIMENTS, Tagged, TaggerInput

RISK_SHARE = 0.6
"""Share of the chosen headlines that carry a risk for the teacher; in the pool it is about 5 %."""
CONFIDENT = 0.85
WEIGHT = 0.3
CANDIDATES = 40_000


@dataclass(frozen=True, slots=True)
class PseudoLabelled:
    """A headline and what the teacher says of it: probabilities as targets, and their weight."""

    text: str
    risks: tuple[float, ...]
    tones: tuple[float, ...]
    weight: float


def apart(
    pool: Sequence[TaggerInput], labelled: Sequence[LabelledItem], test: Sequence[LabelledItem]
) -> list[TaggerInput]:
    """Return the pool headlines that nobody labelled and that are not near one of the test part.

    A headline counts as labelled wherever its title is: the pool repeats headlines.
    """
    titles = {item.title.casefold() for item in labelled}
    free = [given for given in pool if given.title.casefold() not in titles]
    tested = [f"{item.title} {item.summary}" for item in test]
    near = near_any([f"{given.title} {given.text}" for given in free], tested)
    return [given for given, close in zip(free, near, strict=True) if not close]


def choose(
    pool: Sequence[TaggerInput], teacher: Path, count: int, seed: int
) -> list[PseudoLabelled]:
    """Choose headlines of which the teacher is sure, more than half of them with a risk.

    Confident means that every risk is under 1 - CONFIDENT or over CONFIDENT. Deterministic.
    """
    chance = random.Random(seed)  # noqa: S311 - sampling, no secret
    sample = chance.sample(list(pool), min(CANDIDATES, len(pool)))
    tagged = OnnxTagger(teacher).tag(sample)
    pairs = [(lead(given), one) for given, one in zip(sample, tagged, strict=True)]
    sure = [(text, one) for text, one in pairs if one.refused is None and _confident(one)]
    risky = [pair for pair in sure if pair[1].categories]
    plain = [pair for pair in sure if not pair[1].categories]
    chosen = risky[: round(count * RISK_SHARE)]
    chosen += plain[: count - len(chosen)]
    return [_pseudo(text, one) for text, one in chosen]


def _confident(tagged: Tagged) -> bool:
    return all(abs(probability - 0.5) >= CONFIDENT - 0.5 for probability in tagged.risks.values())


def _pseudo(text: str, tagged: Tagged) -> PseudoLabelled:
    tone = SENTIMENTS.index(tagged.sentiment)
    rest = (1 - tagged.sentiment_probability) / (len(SENTIMENTS) - 1)
    tones = np.full(len(SENTIMENTS), rest)
    tones[tone] = tagged.sentiment_probability
    risks = tuple(tagged.risks[risk] for risk in RISKS)
    return PseudoLabelled(text, risks, tuple(map(float, tones)), WEIGHT)
