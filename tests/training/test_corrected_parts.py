"""Corrections near what the score card is measured on train nothing, whatever the options."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from models.corpus import Split, part_of
from models.evaluation import judging
from models.training.parts import corrected_parts
from models.training.settings import TrainingSettings

SETTINGS = TrainingSettings(encoder=Path("encoder"), out=Path("out"))


def real(number: int) -> dict[str, object]:
    words = hashlib.sha256(str(number).encode()).hexdigest()  # titles with nothing in common
    return {
        "id": f"real{number}",
        "date": "2023-05-01",
        "title": f"{words[:12]} {words[12:24]} {words[24:36]}",
        "summary": f"Crew{number} unhurt.",
        "lang": "en",
        "url": f"https://outlet.example/{number}",
        "south_china_sea": 1,
        "terrorism": 0,
        "policy_divergence": 0,
        "sentiment": "neg",
    }


def corrected(number: int) -> dict[str, object]:
    about = {name: real(number)[name] for name in ("date", "title", "url")}
    return about | {
        "article_id": f"article{number}",
        "category": "terrorism",
        "verdict": "wrong",
        "by": "Mei",
        "made": "2026-11-24T03:00:00Z",
        "language": "en",
        "text": real(number)["summary"],
    }


def written(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("another_file_given", [False, True])
def test_those_near_the_real_test_part_train_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, another_file_given: bool
) -> None:
    news = written(tmp_path / "news.jsonl", [real(number) for number in range(40)])
    monkeypatch.setattr(judging, "NEWS", news)
    corrections = written(tmp_path / "corrections.jsonl", [corrected(n) for n in range(40)])
    told = {"corrections": corrections, "news": tmp_path / "no.jsonl"}
    if not another_file_given:
        del told["news"]
    tested = {n for n in range(40) if part_of(f"real{n}", SETTINGS.seed) == "test"}
    assert tested
    parts = corrected_parts(SETTINGS.model_copy(update=told), Split((), (), ()))
    learnt = {item.id for item in (*parts.train, *parts.development)}
    assert learnt
    assert parts.near_test == len(tested)
    assert not learnt & {f"article{number}" for number in tested}


def test_where_the_headlines_are_not_at_hand_the_test_part_given_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "NEWS", tmp_path / "none.jsonl")
    corrections = written(tmp_path / "corrections.jsonl", [corrected(n) for n in range(40)])
    settings = SETTINGS.model_copy(update={"corrections": corrections})
    parts = corrected_parts(settings, Split((), (), ()))
    assert parts.near_test == 0
    assert len(parts.train) + len(parts.development) + parts.test == 40
