"""The score card: how often each tag is right, per label and language, on text never trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from rich.table import Table

from models.corpus import LabelledItem, read_items, read_news, split
from models.metrics import calibration_error, label_score, macro_f1
from models.onnx_tagger import OnnxTagger
from models.tagger import RISKS, SENTIMENTS, Tagged

SHORT_TONES = ("neg", "neu", "pos")
REAL, OWN = "real headlines", "own items"


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled item and what the tagger says of it."""

    item: LabelledItem
    tagged: Tagged


class GroupScore(BaseModel):
    """Scores of one group of items: all of a corpus, or those of one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus: str
    language: str
    items: int
    risks: dict[str, dict[str, float]]
    mean_risk_f1: float
    sentiment_macro_f1: float
    sentiment_calibration_error: float


class ScoreCard(BaseModel):
    """All groups, and what was measured on what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_version: str
    split_seed: int
    groups: tuple[GroupScore, ...]

    def group(self, corpus: str, language: str = "all") -> GroupScore | None:
        """Return one group, or None where the corpus was not at hand."""
        wanted = (corpus, language)
        return next((g for g in self.groups if (g.corpus, g.language) == wanted), None)


def shared_news() -> Path | None:
    """Return the labelled real headlines beside the project, where they are at hand."""
    path = Path(__file__).parents[2] / "shared" / "news" / "real_2023_jan_sep.jsonl"
    return path if path.is_file() else None


def score_card(tagger: OnnxTagger, news: Path | None = None) -> ScoreCard:
    """Measure a tagger on the test parts of the project's items and, if given, of real headlines.

    The split's seed comes from the weights' card, so that these items were never trained on.

    Raises:
        CorpusError: the items cannot be read.
    """
    seed = int(tagger.card.training["settings"]["seed"])
    groups: list[GroupScore] = []
    if news:
        groups.append(score_group(_judged(tagger, split(read_news(news), seed).test), REAL, "all"))
    own = _judged(tagger, split(read_items(), seed).test)
    groups.append(score_group(own, OWN, "all"))
    for language in sorted({one.item.language for one in own}):
        spoken = [one for one in own if one.item.language == language]
        groups.append(score_group(spoken, OWN, language))
    return ScoreCard(model_version=tagger.model_version, split_seed=seed, groups=tuple(groups))


def score_group(judged: Sequence[Judged], corpus: str, language: str) -> GroupScore:
    """Score every label of items that the tagger has judged."""
    risks = {risk: _score_risk(judged, risk) for risk in RISKS}
    tones = np.array([SHORT_TONES.index(one.item.sentiment) for one in judged], np.int64)
    found = np.array([SENTIMENTS.index(one.tagged.sentiment) for one in judged], np.int64)
    sure = np.array([one.tagged.sentiment_probability for one in judged], np.float64)
    return GroupScore(
        corpus=corpus,
        language=language,
        items=len(judged),
        risks=risks,
        mean_risk_f1=_mean(score["f1"] for score in risks.values() if score["positives"]),
        sentiment_macro_f1=round(macro_f1(tones, found, len(SENTIMENTS)), 4),
        sentiment_calibration_error=_tone_error(tones, found, sure),
    )


def _judged(tagger: OnnxTagger, items: Sequence[LabelledItem]) -> list[Judged]:
    tagged = tagger.verdicts([item.given() for item in items])
    return [Judged(*pair) for pair in zip(items, tagged, strict=True)]


def _score_risk(judged: Sequence[Judged], risk: str) -> dict[str, float]:
    truth = np.array([bool(one.item.label(risk)) for one in judged])
    probability = np.array([one.tagged.risks[risk] for one in judged], np.float64)
    tagged = np.array([risk in one.tagged.categories for one in judged])
    return label_score(truth, probability, tagged).as_dict()


def as_table(card: ScoreCard) -> Table:
    """Return the score card as a table for the terminal."""
    table = Table(title=f"Tagger {card.model_version}, test parts of split seed {card.split_seed}")
    for column in ("corpus", "language", "items"):
        table.add_column(column)
    for risk in RISKS:
        table.add_column(f"{risk.replace('_', ' ')}\nP / R / F1 / AP / ECE (positives)")
    table.add_column("mean F1")
    table.add_column("sentiment\nmacro-F1 / ECE")
    for group in card.groups:
        table.add_row(
            group.corpus,
            group.language,
            str(group.items),
            *(_cell(group.risks[risk]) for risk in RISKS),
            f"{group.mean_risk_f1:.3f}",
            f"{group.sentiment_macro_f1:.2f} / {group.sentiment_calibration_error:.2f}",
        )
    return table


def _cell(score: dict[str, float]) -> str:
    names = ("precision", "recall", "f1", "average_precision", "calibration_error")
    return " / ".join(f"{score[name]:.2f}" for name in names) + f" ({score['positives']:.0f})"


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return round(float(np.mean(given)), 4) if given else 0.0


def _tone_error(
    truth: npt.NDArray[np.int64], found: npt.NDArray[np.int64], sure: npt.NDArray[np.float64]
) -> float:
    return round(calibration_error(truth == found, sure), 4)
