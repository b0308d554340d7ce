"""`shoalwatch saved` and `shoalwatch export` as their users type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from tests.search.corpus import corpus
from tests.shoalwatch.commanding import shoalwatch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("saved")
    EmbeddedEngine(made / "data" / "index").index(corpus())
    return made


def test_a_search_is_saved_run_and_removed(folder: Path) -> None:
    added = shoalwatch(folder, "saved", "add", "sea", "scarborough shoal", home="data")
    assert added.stdout == "sea saved; 3 articles in the index match it now\n"
    again = shoalwatch(folder, "saved", "add", "sea", "x", home="data")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    feed = shoalwatch(
        folder, "saved", "run", "sea", "--format", "atom", "--output", "sea.xml", home="data"
    )
    assert feed.returncode == 0, feed.stderr
    assert (folder / "sea.xml").read_text(encoding="utf-8").count("<entry>") == 3
    assert shoalwatch(folder, "saved", "list", home="data").stdout.startswith("sea\t")
    assert shoalwatch(folder, "saved", "remove", "sea", home="data").returncode == 0
    gone = shoalwatch(folder, "saved", "run", "sea", home="data")
    assert "There is no saved search 'sea'" in gone.stderr


def test_a_wrong_name_or_query_is_told(folder: Path) -> None:
    named = shoalwatch(folder, "saved", "add", "Sea!", "reef", home="data")
    assert (named.returncode, "small letters" in named.stderr) == (2, True)
    asked = shoalwatch(folder, "saved", "add", "sea", "langauge:zh", home="data")
    assert (asked.returncode, "did you mean language:" in asked.stderr) == (2, True)


def test_an_export_is_written_whole(folder: Path) -> None:
    done = shoalwatch(folder, "export", "language:zh", "zh.jsonl", home="data")
    assert done.returncode == 0, done.stderr
    assert "7 articles written to zh.jsonl" in done.stderr
    rows = [json.loads(one) for one in (folder / "zh.jsonl").read_text("utf-8").splitlines()]
    assert {row["language"] for row in rows} == {"zh", "zh-Hant"}
