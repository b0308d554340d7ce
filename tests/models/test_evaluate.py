"""The score card: what it holds, how it is shown and written, and what it says is missing."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from articles.measured import MEASURED_LANGUAGES, measured
from models.errors import ModelError
from models.evaluation import command, judging
from models.evaluation.chart import write_chart
from models.evaluation.judging import PARTNER_LANGUAGES, held_out, stored_baselines, verdicts_of
from models.evaluation.records import OWN, Baselines, ScoreCard
from models.evaluation.scoring import brief, reliability, score_group
from models.evaluation.tables import as_markdown, as_table
from models.onnx_tagger import OnnxTagger
from models.training.command import app

pytestmark = pytest.mark.xdist_group("score_card")
"""One process makes the card, which takes half a minute."""


@pytest.fixture
def with_baselines(shipped_card: ScoreCard) -> ScoreCard:
    rows = tuple(brief(group, "keyword list") for group in shipped_card.groups)
    return shipped_card.model_copy(update={"baselines": rows, "baselines_missing": ""})


def test_every_language_of_the_region_is_measured(shipped_card: ScoreCard) -> None:
    spoken = {group.language for group in shipped_card.groups if "+" not in group.language}
    assert spoken == {"all", "en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my"}
    assert not spoken & set(shipped_card.not_measured)
    assert spoken - {"all"} == MEASURED_LANGUAGES
    assert not any(map(measured, shipped_card.not_measured))
    assert all(map(measured, ("zh-Hant", "tl", "und", "en-SG")))


def test_figures_agree_with_each_other(shipped_card: ScoreCard) -> None:
    for group in shipped_card.groups:
        assert sum(map(sum, group.sentiment.confusion)) == group.items
        for score in group.risks.values():
            assert sum(one.items for one in score.reliability) == group.items
            for one in (score.precision, score.recall, score.f1, score.average_precision):
                assert 0 <= one.low <= one.high <= 1
        if group.items > 100:
            assert all(s.f1.low < s.f1.value < s.f1.high for s in group.risks.values())


def test_reliability_leaves_out_empty_bins(shipped: OnnxTagger) -> None:
    items = held_out(7, None)[OWN][:4]
    group = score_group(items, verdicts_of(shipped.verdicts([i.given() for i in items])), OWN, "x")
    assert all(one.items for one in group.sentiment.reliability)
    assert reliability(np.zeros(0, bool), np.zeros(0)) == ()


def test_the_page_has_every_section_and_row(with_baselines: ScoreCard) -> None:
    page = as_markdown(with_baselines)
    assert as_table(with_baselines).row_count == len(with_baselines.groups)
    assert re.findall("^## (.+)$", page, re.MULTILINE) == [
        "F1",
        "Precision, recall, average precision, calibration",
        "Sentiment",
        "Reliability",
        "Evidence",
        "Beside simpler methods",
        "Not measured",
    ]
    assert page.count("**this tagger**") == len(with_baselines.groups)
    assert ", ".join(PARTNER_LANGUAGES) in page
    for line in page.split("\n"):
        assert not line.startswith("|") or line.endswith("|")


def test_the_command_prints_and_writes(
    tmp_path: Path, shipped_card: ScoreCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "score_card", lambda *_: shipped_card)
    out = tmp_path / "score_card"
    done = CliRunner().invoke(app, ["evaluate", "--out", str(out), "--json", str(tmp_path / "c")])
    assert done.exit_code == 0, done.output
    assert "own items" in done.output
    assert "Not measured: hi, ja, ko, pt." in done.output
    written = json.loads((out / "score_card.json").read_text())
    assert written["groups"][0]["items"] > 600
    assert (tmp_path / "c").read_text() == (out / "score_card.json").read_text()
    assert (out / "score_card.md").read_text().startswith("# Score card of ")
    assert (out / "score_card.png").read_bytes().startswith(b"\x89PNG")


def measured_in_vain(*_: object) -> ScoreCard:
    raise AssertionError("measured before it was known where the card can go")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "none/card.json"], r"--json none/card\.json cannot be written: .*No such file"),
        (["--json", "folder"], r"--json folder cannot be written: .*directory"),
        (["--out", "file"], "--out file cannot be written: .*exists"),
        (["--out", "file/inside"], "--out file/inside cannot be written: .*Not a directory"),
        (["--out", "taken"], "--out taken/score_card.md cannot be written: .*directory"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_measuring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    Path("taken/score_card.md").mkdir(parents=True)
    monkeypatch.setattr(judging, "score_card", measured_in_vain)
    done = CliRunner().invoke(app, ["evaluate", *options])
    assert isinstance(done.exception, ModelError), done.exception
    assert re.search(said, str(done.exception))
    assert sorted(p.name for p in tmp_path.rglob("*")) == [
        "file",
        "folder",
        "score_card.md",
        "taken",
    ]


def test_a_disk_that_fills_while_measuring_costs_no_figure(
    tmp_path: Path, shipped_card: ScoreCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "card.json"
    file.write_text("an older card")

    def measured_and_full(*_: object) -> ScoreCard:
        file.unlink()
        file.mkdir()
        return shipped_card

    monkeypatch.setattr(judging, "score_card", measured_and_full)
    done = CliRunner().invoke(app, ["evaluate", "--json", str(file)])
    assert isinstance(done.exception, ModelError)
    assert re.search(r"--json .*card\.json cannot be written", str(done.exception))
    assert "own items" in done.output


def test_without_matplotlib_page_and_data_are_written_still(
    tmp_path: Path, shipped_card: ScoreCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError("No module named 'matplotlib'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ModelError, match=r"pip install '\.\[chart\]'"):
        command.write_folder(tmp_path, shipped_card)
    assert (tmp_path / "score_card.md").exists()
    with pytest.raises(ModelError, match="needs matplotlib"):
        write_chart(shipped_card, tmp_path / "chart.png")


def test_baselines_of_other_items_are_not_shown(tmp_path: Path, with_baselines: ScoreCard) -> None:
    path = tmp_path / "baselines.json"
    scores = with_baselines.baselines
    stored = Baselines(tested={OWN: "abc"}, trained="", libraries={}, scores=scores)
    path.write_text(stored.model_dump_json())
    assert stored_baselines({OWN: "abc"}, path) == (scores, "")
    shown, missing = stored_baselines({OWN: "def"}, path)
    assert shown == ()
    assert "own items were measured on other items" in missing
    assert "not measured; `make bench`" in stored_baselines({OWN: "abc"}, tmp_path / "none")[1]


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
