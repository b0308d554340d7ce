"""Corrections as training labels: what a file may hold, and that no text is in two parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.corpus import LabelledItem, part_of
from models.corrections import CorrectedItem, parts_of, read_corrections
from models.errors import CorpusError

SEED = 7


def line(number: int = 1, **fields: Any) -> dict[str, Any]:
    values = {
        "article_id": f"article{number}",
        "category": "terrorism",
        "verdict": "wrong",
        "by": "Mei",
        "made": "2026-11-24T03:00:00Z",
        "language": "en",
        "date": "2026-11-20",
        "title": f"Harvest number{number} of orchard{number} begins",
        "text": f"Growers{number} expect rain{number} before market{number} opens.",
        "url": f"https://outlet.example/{number}",
    }
    return values | fields


def written(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "corrections.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def held_out(title: str, summary: str = "") -> LabelledItem:
    return LabelledItem.model_validate(
        {
            "id": "t",
            "event": "t",
            "batch": "a",
            "language": "en",
            "date": "2026-01-01",
            "title": title,
            "summary": summary,
            "south_china_sea": 0,
            "terrorism": 0,
            "policy_divergence": 0,
            "sentiment": "neu",
        }
    )


def test_lines_of_an_article_are_one_item_and_the_newest_verdict_wins(tmp_path: Path) -> None:
    [item] = read_corrections(
        written(
            tmp_path,
            line(verdict="right", made="2026-11-25T03:00:00Z"),
            line(),
            line(category="south_china_sea"),
            line(category="rare_earths", verdict="right"),
        )
    )
    assert item.labels == {"terrorism": True, "south_china_sea": False}
    assert item.id == item.event == "article1"


def test_an_article_judged_only_on_an_own_category_trains_nothing(tmp_path: Path) -> None:
    assert read_corrections(written(tmp_path, line(category="rare_earths"))) == []


def test_copies_of_one_story_are_one_event(tmp_path: Path) -> None:
    first = line(1, made="2026-11-20T03:00:00Z")
    copy = line(2, title=first["title"], text=first["text"])
    items = read_corrections(written(tmp_path, copy, line(3), first))
    assert {item.id: item.event for item in items} == {
        "article1": "article1",
        "article2": "article1",
        "article3": "article3",
    }


def test_no_event_is_in_two_parts_and_the_test_part_trains_nothing(tmp_path: Path) -> None:
    lines = [line(n) for n in range(200)]
    lines += [line(n + 1000, title=line(n)["title"], text=line(n)["text"]) for n in range(200)]
    items = read_corrections(written(tmp_path, *lines))
    parts = parts_of(items, [], SEED)
    learnt = {"train": parts.train, "development": parts.development}
    events = {name: {item.event for item in some} for name, some in learnt.items()}
    assert events["train"]
    assert events["development"]
    assert not events["train"] & events["development"]
    assert all(part_of(event, SEED) == name for name in events for event in events[name])
    assert len(parts.train) + len(parts.development) + parts.test == len(items) == 400
    assert parts.test > 40
    assert all(len(some) % 2 == 0 for some in learnt.values())


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Harvest number1 of orchard1 begins", "Growers1 expect rain1 before market1 opens."),
        ("Harvest number1 of orchard1 begins!", "Quite other words were chosen underneath here."),
    ],
)
def test_what_is_near_a_test_item_goes_nowhere(tmp_path: Path, title: str, summary: str) -> None:
    copy = line(2, title=line(1)["title"], text=line(1)["text"])
    other = line(3, title="Ferry sinks off Batam", text="All aboard were saved.")
    items = read_corrections(written(tmp_path, line(1), copy, other))
    parts = parts_of(items, [held_out(title, summary)], SEED)
    assert parts.near_test == 2
    assert {item.id for item in (*parts.train, *parts.development)} <= {"article3"}


def test_a_near_test_item_is_found_in_a_script_without_spaces(tmp_path: Path) -> None:
    items = read_corrections(written(tmp_path, line(title="海警船在黄岩岛附近对峙三小时", text="")))
    parts = parts_of(items, [held_out("海警船在黄岩岛附近对峙两小时")], SEED)
    assert parts.near_test == 1


def test_the_run_record_counts_them_and_names_what_was_learnt(tmp_path: Path) -> None:
    items = read_corrections(written(tmp_path, *(line(n) for n in range(50))))
    counts = parts_of(items, [], SEED).counts()
    assert sum(value for value in counts.values() if isinstance(value, int)) == 50
    turned = [CorrectedItem.model_validate({**one.model_dump(), "labels": {}}) for one in items]
    assert parts_of(turned, [], SEED).counts()["sha256"] != counts["sha256"]


def test_a_missing_file_and_a_broken_line_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"Corrections .*none\.jsonl cannot be read"):
        read_corrections(tmp_path / "none.jsonl")
    path = written(tmp_path, line(), line(verdict="maybe"))
    with pytest.raises(CorpusError, match=r"line 2, is no correction as .*--export"):
        read_corrections(path)
