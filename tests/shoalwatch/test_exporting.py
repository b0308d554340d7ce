"""Export: every row, in every format, whole or not at all."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from articles.record import Article, Tag
from search.embedded import EmbeddedEngine
from search.engine import Query
from shoalwatch.exporting import ENDINGS, PAGE, CitedRow, ExportError, cited, export, read_all
from tests.search.corpus import make

MANILA = ZoneInfo("Asia/Manila")
OUTLETS = {"outlet": "The Outlet"}
ONE = make(
    "one",
    '=1+1 "quoted", 黄岩岛\nsecond line',
    published=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
    language="zh",
    tags=(Tag(category="terrorism", probability=0.875), Tag(category="x", probability=0.5)),
    sentiment="negative",
    sentiment_probability=0.75,
    countries=("PH", "CN"),
    places=("scarborough_shoal",),
)
UNDATED = make("two", "Undated")


class Steps:
    """Counts what a stage says of itself."""

    def __init__(self) -> None:
        self.done = self.expected = 0

    def advance(self, steps: int) -> None:
        self.done += steps

    def expect(self, steps: int) -> None:
        self.expected += steps


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    assert export([ONE, UNDATED], file, OUTLETS, MANILA) == 2
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        first, second = csv.DictReader(opened)
    assert first["title"] == "'" + ONE.title
    assert first["published"] == "2026-11-24T07:30:00+08:00"
    assert first["categories"] == "terrorism 0.875; x 0.500"
    assert first["countries"] == "PH CN"
    assert first["outlet"] == "The Outlet"
    assert (second["published"], second["sentiment"]) == ("", "")


def test_json_lines_hold_numbers_and_lists(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    export([ONE, UNDATED], file, OUTLETS, MANILA)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [CitedRow.model_validate(row) for row in rows] == [
        cited(one, OUTLETS, MANILA) for one in (ONE, UNDATED)
    ]
    assert rows[0]["categories"] == {"terrorism": 0.875, "x": 0.5}


def test_parquet_is_read_back_alike(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "rows.parquet"
    export([ONE, UNDATED], file, OUTLETS, MANILA)
    first, second = parquet.read_table(file).to_pylist()
    assert first["title"] == ONE.title
    assert first["published"] == ONE.published
    assert first["categories"][0] == {"category": "terrorism", "probability": 0.875}
    assert first["places"] == ["scarborough_shoal"]
    assert second["published"] is None


def test_what_was_refused_or_is_unsure_is_told_in_every_format(tmp_path: Path) -> None:
    refused = make("three", "كسوف", refused="no known script", model_version="v")
    unsure = ONE.model_copy(update={"unsure": ("terrorism", "y")})
    export([refused, unsure], tmp_path / "rows.csv", OUTLETS, MANILA)
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as opened:
        first, second = csv.DictReader(opened)
    assert first["categories"] == "not tagged: no known script"
    assert (first["refused"], second["refused"]) == ("no known script", "")
    assert (first["unsure"], second["unsure"]) == ("", "terrorism y")
    export([refused, unsure], tmp_path / "rows.jsonl", OUTLETS, MANILA)
    lines = (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["refused"] for line in lines] == ["no known script", None]
    assert json.loads(lines[1])["unsure"] == ["terrorism", "y"]
    parquet = pytest.importorskip("pyarrow.parquet")
    export([refused, unsure], tmp_path / "rows.parquet", OUTLETS, MANILA)
    first, second = parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert (first["refused"], second["unsure"]) == ("no known script", ["terrorism", "y"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_stopped_export_leaves_what_was_there(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"rows{ending}"
    file.write_text("before")

    def broken() -> Iterator[Article]:
        yield ONE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), file, OUTLETS, MANILA)
    assert file.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"rows\.parquet asks for Parquet.*shoalwatch\[parquet\]"):
        export([ONE], tmp_path / "rows.parquet", OUTLETS, MANILA)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"rows\.xlsx has no ending.*\.csv, \.jsonl, \.parquet"):
        export([ONE], tmp_path / "rows.xlsx", OUTLETS, MANILA)
    with pytest.raises(ExportError, match="cannot be written"):
        export([ONE], tmp_path / "missing" / "rows.csv", OUTLETS, MANILA)


def test_every_page_is_read_and_counted(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    start = datetime(2026, 11, 1, tzinfo=UTC)
    number = 2 * PAGE + 3
    engine.index(make(f"a{n}", published=start + timedelta(minutes=n)) for n in range(number))
    steps = Steps()
    read = list(read_all(engine, Query(sort="oldest"), steps))
    assert [article.when for article in read] == sorted(article.when for article in read)
    assert len({article.id for article in read}) == steps.done == steps.expected == number
