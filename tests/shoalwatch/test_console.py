"""What others wrote is printed as it is: no brackets or colons of it become colours or pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rich.table import Table

from models.own_categories import CategoryScore, Entry, Head, OwnCategory, write
from models.weights import HeadCalibration
from shoalwatch.console import messages, output
from tests.crawlers.conftest import source
from tests.models.test_own_categories import RARE
from tests.shoalwatch.commanding import shoalwatch

HOSTILE = "[red]Rare[/red] [/] <b>x</b> :smile:"


def test_brackets_and_colons_stay_in_tables_titles_and_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = Table(HOSTILE, title=HOSTILE, box=None)
    table.add_row(HOSTILE)
    output().print(table)
    output().print(HOSTILE)
    messages().print(HOSTILE)
    said = capsys.readouterr()
    assert said.out.count(HOSTILE) == 4
    assert said.err == f"{HOSTILE}\n"


def test_categories_are_listed_under_any_name(tmp_path: Path) -> None:
    write(tmp_path / "data" / "categories", _own(HOSTILE))
    listed = shoalwatch(tmp_path, "model", "categories", home="data")
    assert listed.returncode == 0, listed.stderr
    for word in HOSTILE.split():
        assert word in listed.stdout


def test_sources_are_listed_under_any_name_and_reason(tmp_path: Path) -> None:
    entry = source("one", "http://127.0.0.31:9/feed.xml").model_dump(mode="json")
    entry |= {"name": HOSTILE, "disabled": HOSTILE}
    (tmp_path / "sources.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    listed = shoalwatch(tmp_path, "sources", "list", home="data", sources="sources.yml")
    assert listed.returncode == 0, listed.stderr
    for word in HOSTILE.split():
        assert listed.stdout.count(word) == 2


def _own(name: str) -> OwnCategory:
    named = {"id": "rare_earths", "names": {"en": name}, "definition": "Rare earths."}
    calibration = HeadCalibration(slope=1, offset=0, threshold=0.5, unsure=(0.4, 0.6))
    return OwnCategory(
        entry=Entry.model_validate(named | {"examples": RARE}),
        head=Head(model_version="v", weights=(0.0,), bias=0.0, calibration=calibration),
        score=CategoryScore(
            examples=10,
            others=10,
            alike=(),
            folds=5,
            precision=1,
            recall=1,
            f1=1,
            average_precision=1,
            chance=0,
        ),
    )
