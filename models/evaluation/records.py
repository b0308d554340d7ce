"""The score card's records, as written to JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

REAL, OWN = "real headlines", "own items"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """A score and its 95 % interval, by a bootstrap over events."""

    value: float
    low: float
    high: float


class ReliabilityBin(_Frozen):
    """Items whose probability falls in one tenth: what was said of them, and what was seen."""

    said: float = Field(description="Mean probability")
    seen: float = Field(description="Share of which it was true")
    items: int


class RiskScore(_Frozen):
    """How right one risk category is in a group of items."""

    positives: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    calibration_error: float = Field(description="Expected, over ten bins of equal width")
    reliability: tuple[ReliabilityBin, ...]


class SentimentScore(_Frozen):
    """How right the sentiment is; the confusion has a row per true tone, a column per answer."""

    macro_f1: Estimate
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]


class GroupScore(_Frozen):
    """Scores of one group of items: all of a corpus, or those of some languages (`zh+vi`)."""

    corpus: str
    language: str
    items: int
    risks: dict[str, RiskScore]
    mean_risk_f1: Estimate = Field(description="Over the categories with a positive in the group")
    sentiment: SentimentScore


class EvidenceScore(_Frozen):
    """Of the tags given, how many the evidence sentence earns when it is read alone."""

    tags: int
    agreement: Estimate
    of_several_tags: int = Field(description="Tags of articles with more than one sentence")
    of_several: Estimate


class BaselineScore(_Frozen):
    """F1, average precision and sentiment of one simpler method on one group."""

    method: str
    corpus: str
    language: str
    f1: dict[str, Estimate]
    average_precision: dict[str, Estimate]
    mean_risk_f1: Estimate
    sentiment_macro_f1: Estimate


class Baselines(_Frozen):
    """What `python -m benchmarks.tagger_baselines` measured, and on which items."""

    tested: dict[str, str] = Field(description="Digest of the test items of each corpus")
    trained: str = Field(description="Digest of the items that the methods learnt from")
    libraries: dict[str, str]
    scores: tuple[BaselineScore, ...]


class ScoreCard(_Frozen):
    """All that is known of how right one version of the weights is."""

    model_version: str
    split_seed: int
    resamples: int
    tested: dict[str, str] = Field(description="Digest of the test items of each corpus")
    groups: tuple[GroupScore, ...]
    evidence: EvidenceScore
    texts_per_second: float = Field(description="Of this very run, evidence and places included")
    not_measured: tuple[str, ...] = Field(description="Languages that are read, but not measured")
    baselines: tuple[BaselineScore, ...] = ()
    baselines_missing: str = Field(default="", description="Why baselines are not shown")

    def group(self, corpus: str, language: str = "all") -> GroupScore | None:
        """Return one group, or None where the corpus was not at hand."""
        wanted = (corpus, language)
        return next((g for g in self.groups if (g.corpus, g.language) == wanted), None)
