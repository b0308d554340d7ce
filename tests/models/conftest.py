"""The shipped tagger, loaded once for all tests of this folder."""

from __future__ import annotations

import pytest

from models.evaluation.judging import score_card
from models.evaluation.records import ScoreCard
from models.onnx_tagger import OnnxTagger
from models.weights import default_folder


@pytest.fixture(scope="session")
def shipped() -> OnnxTagger:
    return OnnxTagger(default_folder(), threads=2)


@pytest.fixture(scope="session")
def shipped_card(shipped: OnnxTagger) -> ScoreCard:
    """The score card of the shipped weights on the project's own test part."""
    return score_card(shipped)
