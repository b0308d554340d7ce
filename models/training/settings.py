"""What a training run is told, and what it records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TrainingSettings(BaseModel):
    """Inputs and knobs of one training run; the defaults are those of the shipped weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: Path = Field(description="Hugging Face folder of multilingual-e5-small")
    out: Path = Field(description="Weights folder to write")
    news: Path | None = Field(
        default=None, description="Labelled real headlines (JSON Lines); none means own items only"
    )
    pool: Path | None = Field(
        default=None, description="Unlabelled real headlines (JSON Lines, gzip)"
    )
    corrections: Path | None = Field(
        default=None, description="Analysts' corrections, exported as JSON Lines"
    )
    plain_share: float = Field(
        default=0.2, ge=0, le=1, description="Share kept of pool headlines with no risk, no doubt"
    )
    pseudo: int = Field(default=0, ge=0, description="Pool headlines learnt from by self-training")
    teacher: Path | None = Field(
        default=None, description="Weights folder whose verdicts self-training learns from"
    )
    seed: int = 20261124
    runs: int = Field(default=2, ge=1, description="Runs in other orders, whose mean is shipped")
    epochs: int = Field(default=4, ge=1)
    patience: int = Field(default=2, ge=1, description="Epochs without gain before stopping")
    batch: int = Field(default=16, ge=1)
    steps: int | None = Field(default=None, ge=1, description="Stop each run after so many (tests)")
    max_tokens: int = Field(default=96, ge=8, le=512)
    rate: float = Field(default=2e-4, gt=0, description="Learning rate of the top layer")
    layer_decay: float = Field(default=0.9, gt=0, le=1)
    head_rate: float = Field(default=2e-3, gt=0)
    warmup: float = Field(default=0.1, ge=0, lt=1)
    smoothing: float = Field(default=0.02, ge=0, lt=0.5, description="Label smoothing")
    doubtful_weight: float = Field(default=0.6, ge=0, le=1)
    news_weight: float = Field(
        default=2.5, ge=0, description="Weight of labelled real headlines beside other items"
    )
    tone_weight: float = Field(default=1.0, ge=0)
    space_weight: float = Field(default=2.0, ge=0, description="Weight of embedding distillation")
    averaging: float = Field(default=0.99, ge=0, lt=1, description="Decay of the weights' mean")
    threads: int = Field(default=2, ge=1)


class RunRecord(BaseModel):
    """What one training run did: enough to repeat it and to judge it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    settings: dict[str, Any]
    libraries: dict[str, str]
    data: dict[str, Any] = Field(description="Counts and SHA-256 of each part")
    pieces: int = Field(description="Entries of the cut vocabulary")
    epochs: list[list[dict[str, float]]] = Field(
        description="Loss and development scores per epoch, for each run"
    )
    best_epochs: list[int] = Field(description="Place of the best epoch of each run")
    seconds: float
    lexical_shares: dict[str, float] = Field(
        default_factory=dict, description="Share of the lexical head's logit in that of each risk"
    )
    development: dict[str, Any] = Field(description="Scores on the development part")
