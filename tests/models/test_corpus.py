"""Labelled items: format errors are named by file and line, and splits do not leak."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.corpus import (
    HELD_BATCHES,
    ITEMS,
    POOL_BATCHES,
    hold_back,
    near_duplicate_groups,
    read_items,
    read_news,
    split,
)
from models.errors import CorpusError

ROW: dict[str, Any] = {
    "id": "en-t-1",
    "event": "en-t-e1",
    "batch": "t",
    "language": "en",
    "date": "2024-01-01",
    "title": "Ministers meet",
    "summary": "",
    "south_china_sea": 0,
    "terrorism": 0,
    "policy_divergence": 0,
    "sentiment": "neu",
    "countries": ["TH"],
}


def test_items_are_read(tmp_path: Path) -> None:
    line = json.dumps(ROW | {"title": "line\u2028separator"}, ensure_ascii=False)
    (tmp_path / "items_en_t.jsonl").write_text(line + "\n", encoding="utf-8")
    [item] = read_items(tmp_path)
    assert item.given().title == "line\u2028separator"
    assert item.countries == ("TH",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"items_x\.jsonl, line 2: no JSON"),
        (json.dumps(ROW | {"surprise": 1}), r"items_x\.jsonl, line 2: .*surprise"),
        (json.dumps(ROW | {"sentiment": "good"}), r"(?s)items_x\.jsonl, line 2: .*sentiment"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "items_x.jsonl").write_text(json.dumps(ROW) + "\n" + line + "\n")
    with pytest.raises(CorpusError, match=rf"(?s){message}"):
        read_items(tmp_path)


def test_no_items_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"No items_\*\.jsonl"):
        read_items(tmp_path)


def test_missing_news_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="do not exist"):
        read_news(tmp_path / "news.jsonl")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"caf\xe9", "cannot be read: 'utf-8' codec"),
        (b'["a list"]', "line 1: no JSON object"),
        (b"[" * 100_000, "line 1: no JSON"),
        (b"{'id': 1}", "line 1: no JSON"),
        (b'{"id": "1"}', "line 1: "),
    ],
)
def test_news_that_is_none_is_an_error(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as raised:
        read_news(path)
    assert said in str(raised.value)


def test_a_folder_in_place_of_news_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"cannot be read: .*Is a directory"):
        read_news(tmp_path)


def test_no_event_is_on_two_sides_and_the_split_repeats() -> None:
    items = read_items()
    parts = split(items, seed=7)
    events = [
        {item.event for item in part} for part in (parts.train, parts.development, parts.test)
    ]
    assert not events[0] & events[1]
    assert not events[0] & events[2]
    assert not events[1] & events[2]
    assert split(items, seed=7) == parts
    assert split(items, seed=8) != parts
    assert 0.15 < len(parts.test) / len(items) < 0.25


def test_a_new_item_moves_no_old_one() -> None:
    items = read_items()
    before, after = split(items[:-50], seed=7), split(items, seed=7)
    assert set(before.test) <= set(after.test)
    assert set(before.train) <= set(after.train)


def test_headlines_that_share_most_words_are_one_group() -> None:
    groups = near_duplicate_groups(
        [
            "Coast guard ships collide near disputed shoal",
            "Central bank holds rates steady again",
            "Ships of coast guard collide near disputed shoal today",
        ]
    )
    assert groups == [0, 1, 0]


def test_real_headlines_get_their_events(shared: Path) -> None:
    items = read_news(shared / "news" / "real_2023_jan_sep.jsonl")
    assert len(items) == 1233
    assert 1100 < len({item.event for item in items}) < 1233


def test_every_round_of_labelling_the_pool_is_known() -> None:
    labels = (ITEMS / "real_labels.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["batch"] for line in labels} == POOL_BATCHES
    assert not POOL_BATCHES & {item.batch for item in read_items()}


def test_held_batches_are_measured_and_never_trained_on() -> None:
    items = read_items()
    assert {item.batch for item in items} >= HELD_BATCHES
    whole = split(items, 20261124)
    parts = hold_back(whole)
    assert not HELD_BATCHES & {item.batch for item in parts.train}
    assert parts.test == whole.test
    assert len(parts.train) + len(parts.development) + len(parts.test) == len(items)
