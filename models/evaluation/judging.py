"""Asks a tagger about the test parts, and makes the score card of what it says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.corpus import LabelledItem, digest_of, read_items, read_news, split
from models.evaluation.bootstrap import RESAMPLES
from models.evaluation.records import (
    OWN,
    REAL,
    Baselines,
    BaselineScore,
    EvidenceScore,
    ScoreCard,
)
from models.evaluation.scoring import Verdicts, score_groups, share
from models.evidence import candidates, words_of
from models.onnx_tagger import OnnxTagger
from models.tagger import RISKS, SENTIMENTS, Tagged, TaggerInput

BASELINES = Path(__file__).parents[1] / "data" / "baselines.json"
NEWS = Path(__file__).parents[3] / "shared" / "news" / "real_2023_jan_sep.jsonl"
PARTNER_LANGUAGES = ("hi", "ja", "ko", "pt")
"""Read by the vocabulary, because partners of the region write in them; no test item is in them."""


def shared_news() -> Path | None:
    """Return the labelled real headlines beside the project, where they are at hand."""
    return NEWS if NEWS.is_file() else None


def held_out(seed: int, news: Path | None = None) -> dict[str, tuple[LabelledItem, ...]]:
    """Return the test part of the project's items and, if given, of real headlines.

    Raises:
        CorpusError: the items cannot be read.
    """
    real = {REAL: split(read_news(news), seed).test} if news else {}
    return real | {OWN: split(read_items(), seed).test}


def score_card(tagger: OnnxTagger, news: Path | None = None) -> ScoreCard:
    """Measure a tagger on the test parts.

    The split's seed comes from the weights' card, so that these items were never trained on.

    Raises:
        CorpusError: the items cannot be read.
    """
    seed = int(tagger.card.training["settings"]["seed"])
    parts = held_out(seed, news)
    given = {name: [item.given() for item in items] for name, items in parts.items()}
    began = time.perf_counter()
    tagged = {name: tagger.tag(texts) for name, texts in given.items()}
    seconds = time.perf_counter() - began
    groups = [
        group
        for name, items in parts.items()
        for group in score_groups(items, verdicts_of(tagged[name]), name)
    ]
    tested = {name: digest_of(items) for name, items in parts.items()}
    shown, missing = stored_baselines(tested)
    return ScoreCard(
        model_version=tagger.model_version,
        split_seed=seed,
        resamples=RESAMPLES,
        tested=tested,
        groups=tuple(groups),
        evidence=evidence_score(tagger, parts[OWN], tagged[OWN]),
        texts_per_second=round(sum(map(len, given.values())) / seconds, 1),
        not_measured=PARTNER_LANGUAGES,
        baselines=shown,
        baselines_missing=missing,
    )


def verdicts_of(tagged: Sequence[Tagged]) -> Verdicts:
    """Return a tagger's answers as arrays."""
    return Verdicts(
        probability=np.array([[one.risks[risk] for risk in RISKS] for one in tagged], np.float64),
        tagged=np.array([[risk in one.categories for risk in RISKS] for one in tagged], bool),
        tones=np.array([SENTIMENTS.index(one.sentiment) for one in tagged], np.int64),
        tone_probability=np.array([one.sentiment_probability for one in tagged], np.float64),
    )


def evidence_score(
    tagger: OnnxTagger, items: Sequence[LabelledItem], tagged: Sequence[Tagged]
) -> EvidenceScore:
    """Tag each evidence sentence alone: does it earn the tag that it is the evidence of?"""
    cases = [
        (item, risk, one, TaggerInput(words_of(item.given(), one.evidence[risk])))
        for item, one in zip(items, tagged, strict=True)
        for risk in RISKS
        if risk in one.evidence
    ]
    alone = tagger.verdicts([sentence for *_, sentence in cases])
    hits = [risk in one.categories for (_, risk, *_), one in zip(cases, alone, strict=True)]
    several = [len(candidates(item.given(), whole.read)) > 1 for item, _, whole, _ in cases]
    events = [item.event for item, *_ in cases]
    chosen = [place for place, many in enumerate(several) if many]
    return EvidenceScore(
        tags=len(cases),
        agreement=share(events, hits),
        of_several_tags=len(chosen),
        of_several=share([events[i] for i in chosen], [hits[i] for i in chosen]),
    )


def stored_baselines(
    tested: dict[str, str], path: Path = BASELINES
) -> tuple[tuple[BaselineScore, ...], str]:
    """Return the baselines measured on these very items, and why some or all are not shown."""
    if not path.is_file():
        return (), "The baselines were not measured; `make bench` measures them."
    stored = Baselines.model_validate_json(path.read_bytes())
    same = {name for name, digest in tested.items() if stored.tested.get(name) == digest}
    shown = tuple(score for score in stored.scores if score.corpus in same)
    other = sorted(set(tested) - same)
    if not other:
        return shown, ""
    return shown, (
        f"The baselines of {', '.join(other)} were measured on other items than these; "
        "`make bench` measures them again."
    )
