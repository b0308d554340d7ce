"""The score card, and floors under which the shipped weights must not fall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.evaluate import OWN, REAL, ScoreCard, as_table, score_card
from models.onnx_tagger import OnnxTagger
from models.tagger import RISKS
from models.training.command import app

# Held-out F1 of the shipped weights, less about three points; a commit that lowers one says why.
# The real part has 16 items of terrorism: one verdict is four points.
OWN_FLOORS = {"south_china_sea": 0.82, "terrorism": 0.82, "policy_divergence": 0.86}
REAL_FLOORS = {"south_china_sea": 0.90, "terrorism": 0.63, "policy_divergence": 0.70}
TONE_FLOOR = 0.67


@pytest.fixture(scope="module")
def card(shipped: OnnxTagger) -> ScoreCard:
    return score_card(shipped)


@pytest.mark.parametrize("risk", RISKS)
def test_own_test_items_stay_over_the_floor(card: ScoreCard, risk: str) -> None:
    group = card.group(OWN)
    assert group is not None
    assert group.risks[risk]["f1"] >= OWN_FLOORS[risk]
    assert group.sentiment_macro_f1 >= TONE_FLOOR


def test_every_language_of_the_region_is_measured(card: ScoreCard) -> None:
    spoken = {group.language for group in card.groups} - {"all"}
    assert spoken == {"en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my"}


def test_real_headlines_stay_over_the_floor(shipped: OnnxTagger, shared: Path) -> None:
    group = score_card(shipped, shared / "news" / "real_2023_jan_sep.jsonl").group(REAL)
    assert group is not None
    for risk, floor in REAL_FLOORS.items():
        assert group.risks[risk]["f1"] >= floor


def test_real_headlines_are_absent_where_not_at_hand(card: ScoreCard) -> None:
    assert card.group(REAL) is None


def test_the_table_has_a_row_per_group(card: ScoreCard) -> None:
    assert as_table(card).row_count == len(card.groups)


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    out = tmp_path / "card.json"
    done = CliRunner().invoke(app, ["evaluate", "--json", str(out)])
    assert done.exit_code == 0
    assert "own items" in done.output
    assert json.loads(out.read_text())["groups"][0]["items"] > 100


def test_verify_says_that_the_weights_are_whole() -> None:
    done = CliRunner().invoke(app, ["verify"])
    assert (done.exit_code, done.output.strip()) == (0, "The tagger's weights are whole.")


def test_training_without_torch_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    done = CliRunner().invoke(app, ["train", str(tmp_path), str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "pip install '.[train]'" in str(done.exception)
