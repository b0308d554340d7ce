"""Scores verdicts against labels; a tagger and a baseline are scored by the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.corpus import LabelledItem
from models.evaluation.bootstrap import (
    Counts,
    Flags,
    Floats,
    average_precisions,
    event_weights,
    f1s,
    interval,
    macro_f1s,
    ratios,
)
from models.evaluation.records import (
    BaselineScore,
    Estimate,
    GroupScore,
    ReliabilityBin,
    RiskScore,
    SentimentScore,
)
from models.metrics import calibration_error
from models.tagger import RISKS, SENTIMENTS

TONES = ("neg", "neu", "pos")
LANGUAGE_GROUPS = ("zh+vi+th+id+ms+fil", "km+lo+my")
"""Languages with many training items, and those with few: pooled, they have enough positives."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a method says of items: probability and tag (items, risks), tone and its probability."""

    probability: Floats
    tagged: Flags
    tones: Counts
    tone_probability: Floats

    def of(self, rows: Sequence[int]) -> Verdicts:
        """Return the verdicts of some items."""
        places = np.array(rows, np.int64)
        return Verdicts(
            self.probability[places],
            self.tagged[places],
            self.tones[places],
            self.tone_probability[places],
        )


def score_groups(
    items: Sequence[LabelledItem], verdicts: Verdicts, corpus: str
) -> list[GroupScore]:
    """Score a corpus whole, by groups of languages, and language by language."""
    spoken = sorted({item.language for item in items})
    wanted = ["all"] if len(spoken) == 1 else ["all", *LANGUAGE_GROUPS, *spoken]
    groups = []
    for language in wanted:
        codes = spoken if language == "all" else language.split("+")
        rows = [row for row, item in enumerate(items) if item.language in codes]
        if rows:
            some = [items[row] for row in rows]
            groups.append(score_group(some, verdicts.of(rows), corpus, language))
    return groups


def score_group(
    items: Sequence[LabelledItem], verdicts: Verdicts, corpus: str, language: str
) -> GroupScore:
    """Score every category and the sentiment of one group of items."""
    weights = event_weights([item.event for item in items])
    truth = {risk: np.array([item.label(risk) == 1 for item in items]) for risk in RISKS}
    risks = {
        risk: _risk(weights, truth[risk], verdicts.probability[:, k], verdicts.tagged[:, k])
        for k, risk in enumerate(RISKS)
    }
    resampled = [
        f1s(weights, truth[risk], verdicts.tagged[:, k])
        for k, risk in enumerate(RISKS)
        if truth[risk].any()
    ]
    values = [score.f1.value for score in risks.values() if score.positives]
    mean = float(np.mean(values)) if values else 0.0
    spread = np.mean(resampled, axis=0) if resampled else np.zeros(1)
    return GroupScore(
        corpus=corpus,
        language=language,
        items=len(items),
        risks=risks,
        mean_risk_f1=_estimate(mean, spread),
        sentiment=_sentiment(weights, items, verdicts),
    )


def brief(group: GroupScore, method: str) -> BaselineScore:
    """Return the figures of a group that are kept of a baseline."""
    return BaselineScore(
        method=method,
        corpus=group.corpus,
        language=group.language,
        f1={risk: score.f1 for risk, score in group.risks.items()},
        average_precision={risk: s.average_precision for risk, s in group.risks.items()},
        mean_risk_f1=group.mean_risk_f1,
        sentiment_macro_f1=group.sentiment.macro_f1,
    )


def share(events: Sequence[str], hits: Iterable[bool]) -> Estimate:
    """Return the share of cases that are hits, with its interval over events."""
    flags = np.array(list(hits), bool)
    if not len(flags):
        return Estimate(value=0, low=0, high=0)
    weights = event_weights(events)
    return _estimate(float(flags.mean()), ratios(weights, flags, np.ones(len(flags), bool)))


def _risk(weights: Floats, truth: Flags, probability: Floats, tagged: Flags) -> RiskScore:
    one = np.ones((1, len(truth)))

    def estimated(measure: Callable[[Floats], Floats]) -> Estimate:
        return _estimate(float(measure(one)[0]), measure(weights))

    return RiskScore(
        positives=int(truth.sum()),
        precision=estimated(lambda w: ratios(w, truth, tagged)),
        recall=estimated(lambda w: ratios(w, tagged, truth)),
        f1=estimated(lambda w: f1s(w, truth, tagged)),
        average_precision=estimated(lambda w: average_precisions(w, truth, probability)),
        calibration_error=round(calibration_error(truth, probability), 4),
        reliability=reliability(truth, probability),
    )


def _sentiment(
    weights: Floats, items: Sequence[LabelledItem], verdicts: Verdicts
) -> SentimentScore:
    truth = np.array([TONES.index(item.sentiment) for item in items], np.int64)
    count = len(SENTIMENTS)
    value = float(macro_f1s(np.ones((1, len(truth))), truth, verdicts.tones, count)[0])
    confusion = np.zeros((count, count), np.int64)
    np.add.at(confusion, (truth, verdicts.tones), 1)
    right = truth == verdicts.tones
    return SentimentScore(
        macro_f1=_estimate(value, macro_f1s(weights, truth, verdicts.tones, count)),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        calibration_error=round(calibration_error(right, verdicts.tone_probability), 4),
        reliability=reliability(right, verdicts.tone_probability),
    )


def reliability(truth: Flags, probability: Floats, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Return what was said and what was seen in each tenth of probability that has items."""
    places = np.minimum((probability * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(
            said=round(float(probability[places == b].mean()), 4),
            seen=round(float(truth[places == b].mean()), 4),
            items=int((places == b).sum()),
        )
        for b in range(bins)
        if (places == b).any()
    )


def _estimate(value: float, resampled: Floats) -> Estimate:
    low, high = interval(resampled)
    return Estimate(value=round(value, 4), low=round(low, 4), high=round(high, 4))
