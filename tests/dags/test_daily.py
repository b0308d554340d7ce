"""The DAG under a real Airflow: it parses, is laid out as told, and treats commands well."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="session")
def bag(airflow_home: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(ROOT / "dags"))


@pytest.fixture(scope="session")
def dag(bag: Any) -> Any:
    return bag.dags["shoalwatch_daily"]


@pytest.fixture(scope="session")
def daily(airflow_home: Path) -> ModuleType:
    return importlib.import_module("dags.shoalwatch_daily")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An executable in shoalwatch's place, to be filled with Python."""
    script = tmp_path / "shoalwatch"
    script.touch(mode=stat.S_IRWXU)
    monkeypatch.setenv("SHOALWATCH_COMMAND", f"{sys.executable} {script}")
    return script


def test_every_dag_parses(bag: Any) -> None:
    assert bag.import_errors == {}
    assert list(bag.dags) == ["shoalwatch_daily"]


def test_the_day_is_laid_out_from_doctor_to_digest(dag: Any) -> None:
    order = {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}
    assert order == {
        "prepare": ["batches"],
        "batches": ["crawl"],
        "crawl": ["tag", "watch"],
        "tag": ["index", "watch"],
        "index": ["digest", "watch"],
        "digest": ["watch"],
        "watch": [],
    }


def test_crawl_is_mapped_over_the_batches_at_run_time(dag: Any) -> None:
    assert dag.get_task("crawl").is_mapped
    assert not dag.get_task("tag").is_mapped


def test_missed_days_are_not_made_up_and_days_do_not_overlap(dag: Any) -> None:
    assert (dag.catchup, dag.max_active_runs) == (False, 1)
    assert {"shoalwatch", "news"} <= set(dag.tags)
    assert dag.doc_md


def test_every_task_has_an_end_and_tries_again(dag: Any) -> None:
    for task in dag.tasks:
        assert timedelta(minutes=5) < task.execution_timeout <= timedelta(hours=6)
        assert task.retries == (0 if task.task_id == "watch" else 3)


@pytest.mark.parametrize(
    ("code", "error"),
    [(2, "AirflowFailException"), (1, "RuntimeError"), (4, "RuntimeError"), (5, "RuntimeError")],
)
def test_exit_codes_decide_whether_to_try_again(
    daily: ModuleType, command: Path, code: int, error: str
) -> None:
    command.write_text(f"raise SystemExit({code})")
    with pytest.raises(Exception, match="shoalwatch crawl") as raised:
        daily.run("crawl")
    assert type(raised.value).__name__ == error


def test_partly_done_is_done_with_a_warning(
    daily: ModuleType, command: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command.write_text("print('3 of 4 sources worked'); raise SystemExit(3)")
    caplog.set_level(logging.INFO, logger="airflow.task")
    daily.log.addHandler(caplog.handler)
    assert daily.run("crawl") == "3 of 4 sources worked\n"
    levels = {record.getMessage(): record.levelname for record in caplog.records}
    assert levels["3 of 4 sources worked"] == "INFO"
    assert levels["Some sources failed; the report and the digest name them"] == "WARNING"


def test_data_on_standard_output_is_kept_apart_from_messages(
    daily: ModuleType, command: Path
) -> None:
    command.write_text("import sys; print('[[\"a\"]]'); print('note', file=sys.stderr)")
    assert daily.run("sources", "batches", captured=True) == '[["a"]]\n'
    assert daily.run("sources", "batches").splitlines() != ['[["a"]]']


def test_commands_get_our_settings_and_not_airflows_secrets(
    daily: ModuleType, command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOALWATCH_TIMEZONE", "Asia/Manila")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://u:secret@db/airflow")
    command.write_text("import os; print(*sorted(os.environ), sep='\\n')")
    seen = daily.run("doctor").split()
    assert "SHOALWATCH_TIMEZONE" in seen
    assert not [name for name in seen if name.startswith("AIRFLOW")]
    assert "SHOALWATCH_COMMAND" not in seen


def test_a_task_that_times_out_ends_its_command_and_what_that_started(
    daily: ModuleType, command: Path, tmp_path: Path
) -> None:
    note = tmp_path / "pids"
    command.write_text(
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}\\n')\n"
        "time.sleep(600)\n"
    )

    def timed_out(*_: object) -> None:
        raise TimeoutError("the task's time is up")

    before = signal.signal(signal.SIGALRM, timed_out)
    threading.Thread(target=alarm_when_written, args=(note,), daemon=True).start()
    try:
        with pytest.raises(TimeoutError, match="time is up"):
            daily.run("crawl")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert [pid for pid in map(int, note.read_text().split()) if is_running(pid)] == []


def alarm_when_written(note: Path) -> None:
    while not (note.exists() and note.read_text().endswith("\n")):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGALRM)


def is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_an_empty_catalogue_fails_the_day(daily: ModuleType, command: Path) -> None:
    command.write_text("print('[]')")
    with pytest.raises(Exception, match="no enabled source"):
        daily.batches.function()
