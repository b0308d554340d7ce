"""Floors under the score card: what the shipped weights must not fall below."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import CorpusError
from models.evaluation.records import OWN, ScoreCard

FLOORS = Path(__file__).parents[1] / "data" / "floors.yml"


class Floors(BaseModel):
    """Least scores, and the most calibration error, on the test part of the project's items."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    f1: dict[str, float]
    mean_risk_f1: dict[str, float]
    sentiment_macro_f1: float
    evidence_agreement: float
    most_calibration_error: dict[str, float]


def read_floors(path: Path = FLOORS) -> Floors:
    """Read the pinned floors.

    Raises:
        CorpusError: the file is missing or malformed.
    """
    try:
        return Floors.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CorpusError(f"Floors {path} cannot be read: {error}") from error


def breaches(card: ScoreCard, floors: Floors) -> list[str]:
    """Return a line for each score that is on the wrong side of its floor; none means all is well.

    Raises:
        CorpusError: a floor names a group that the card has not.
    """
    whole = card.group(OWN)
    groups = {language: card.group(OWN, language) for language in floors.mean_risk_f1}
    absent = [language for language, group in groups.items() if group is None]
    if whole is None or absent:
        raise CorpusError(f"Floors are pinned for {absent or OWN}, which no test item is in.")
    least = {f"F1 of {risk}": (whole.risks[risk].f1.value, f) for risk, f in floors.f1.items()}
    least |= {
        f"mean F1 in {language}": (group.mean_risk_f1.value, floors.mean_risk_f1[language])
        for language, group in groups.items()
        if group
    }
    tone, evidence = whole.sentiment.macro_f1.value, card.evidence.agreement.value
    least["macro-F1 of sentiment"] = (tone, floors.sentiment_macro_f1)
    least["agreement of evidence"] = (evidence, floors.evidence_agreement)
    most = {
        f"calibration error of {risk}": (whole.risks[risk].calibration_error, f)
        for risk, f in floors.most_calibration_error.items()
    }
    under = [f"{n} is {v:.4f}, under its floor {f}" for n, (v, f) in least.items() if v < f]
    return under + [f"{n} is {v:.4f}, over its limit {f}" for n, (v, f) in most.items() if v > f]
