"""A whole day under a real Airflow, with the real commands, on the sample newsroom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from shoalwatch.newsroom import Newsroom
from tests.conftest import ROOT

PATIENCE = 400
"""Seconds: a task that fails waits five minutes to try again, and that is a failure here."""
DAY = datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def settings(
    airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of a day on the sample newsroom, which is served meanwhile."""
    home = tmp_path_factory.mktemp("day")
    with Newsroom() as newsroom:
        catalogue = home / "sources"
        catalogue.mkdir()
        (catalogue / "newsroom.yml").write_text(newsroom.catalogue(), encoding="utf-8")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SHOALWATCH_")}
        yield kept | {
            "AIRFLOW_HOME": str(airflow_home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "SHOALWATCH_COMMAND": f"{sys.executable} -m shoalwatch.cli",
            "SHOALWATCH_HOME": str(home / "data"),
            "SHOALWATCH_SOURCES": str(catalogue),
            "SHOALWATCH_CRAWL_DELAY": "0",
            "SHOALWATCH_ALLOWED_PRIVATE_HOSTS": '["127.0.0.0/8"]',
        }


def called(settings: dict[str, str], *arguments: str) -> str:
    done = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=settings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, complained = done.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        done.kill()
        said, complained = done.communicate()
    assert done.returncode == 0, f"{arguments}\n{said[-9_000:]}\n{complained[-9_000:]}"
    return said


@pytest.fixture(scope="module")
def states(settings: dict[str, str]) -> list[dict[str, Any]]:
    """What became of each task of the day."""
    called(settings, "airflow", "db", "migrate")
    called(settings, "airflow", "dags", "test", "shoalwatch_daily", DAY)
    (run,) = listed(settings, "dags", "list-runs", "shoalwatch_daily")
    assert run["state"] == "success"
    return listed(settings, "tasks", "states-for-dag-run", "shoalwatch_daily", run["run_id"])


def listed(settings: dict[str, str], *arguments: str) -> list[dict[str, Any]]:
    # Airflow logs to standard output too, before the one line of JSON.
    said = called(settings, "airflow", *arguments, "--output", "json").splitlines()
    rows: list[dict[str, Any]] = json.loads(said[-1])
    return rows


def test_every_task_succeeds_and_the_watch_sees_no_failure(states: list[dict[str, Any]]) -> None:
    ended = {(row["task_id"], row["state"]) for row in states}
    assert ended == {
        *((name, "success") for name in ("prepare", "batches", "crawl", "tag", "index", "digest")),
        ("watch", "skipped"),
    }
    assert sum(row["task_id"] == "crawl" for row in states) > 1


def test_what_was_crawled_is_found(states: list[dict[str, Any]], settings: dict[str, str]) -> None:
    found = json.loads(
        called(settings, "shoalwatch.cli", "search", "--size", "1", "--format", "json")
    )
    assert found["total"] >= 120
    named = json.loads(
        called(
            settings, "shoalwatch.cli", "search", "黄岩岛", "--language", "zh", "--format", "json"
        )
    )
    assert named["total"] > 0


def test_each_batch_left_its_report(states: list[dict[str, Any]], settings: dict[str, str]) -> None:
    reports = sorted((Path(settings["SHOALWATCH_HOME"]) / "reports").glob(f"{DAY}-crawl-*.json"))
    assert len(reports) == sum(row["task_id"] == "crawl" for row in states)
    assert all(json.loads(report.read_text()) for report in reports)


def test_the_days_digest_is_written(states: list[dict[str, Any]], settings: dict[str, str]) -> None:
    digests = Path(settings["SHOALWATCH_HOME"]) / "digests"
    mail = message_from_bytes((digests / f"digest-{DAY}.eml").read_bytes(), policy=default)
    assert "South China Sea" in mail["Subject"]
    html = (digests / f"digest-{DAY}.html").read_text(encoding="utf-8")
    assert html.count("<h3") > 10
