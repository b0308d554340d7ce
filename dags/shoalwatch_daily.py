"""Crawls, tags, indexes and sends the digest, once a day.

Checks that all is there, crawls the catalogue in batches side by side, tags and indexes what is
new, and sends the day's digest. Each task runs one `shoalwatch` command in a process of its own
and shows its output in the task's log; docs/schedule.md tells how to set this up.

| the command ends with | the task |
| --- | --- |
| 0 done | succeeds |
| 3 done, but some sources failed | succeeds, with a warning in its log |
| 2 wrong settings or usage | fails at once: trying again does not help |
| 4 somebody else is at it, 5 a service does not answer, or anything else | is tried again |

The day goes on as long as one batch was crawled; a batch that failed for good fails the run at
its end (`watch`), and the digest names the sources that are missing.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shlex
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

log = logging.getLogger("airflow.task")

TIMEZONE = os.environ.get("SHOALWATCH_TIMEZONE") or "UTC"
SCHEDULE = os.environ.get("SHOALWATCH_SCHEDULE") or "0 6 * * *"
"""When the day is run, as cron writes it, in the reader's time zone."""

# The numbers of shoalwatch.exit_codes, which Airflow's environment need not have installed.
OK, USAGE, PARTLY = 0, 2, 3
GRACE = 20
"""Seconds that a command has to end by itself when its task times out."""


def run(*arguments: str, captured: bool = False) -> str:
    """Run `shoalwatch` with the arguments, its output in the task's log; return its output.

    With `captured`, standard output is data for us and only standard error is for the log.
    """
    command = [*shlex.split(os.environ.get("SHOALWATCH_COMMAND") or "shoalwatch"), *arguments]
    log.info("$ %s", shlex.join(command))
    said = []
    # In the task's own process group, which Airflow ends as a whole when it stops a task.
    with subprocess.Popen(  # noqa: S603 - the command is the operator's own
        command,
        stdout=subprocess.PIPE,
        stderr=None if captured else subprocess.STDOUT,
        env=environment(),
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if not captured:
                    log.info("%s", line.rstrip())
            process.wait()
        except BaseException:
            end(process)
            raise
    judge(process.returncode, command)
    return "".join(said)


def environment() -> dict[str, str]:
    """Return the task's environment without Airflow's own settings and secrets."""
    ours = {"SHOALWATCH_COMMAND", "SHOALWATCH_SCHEDULE"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW") and k not in ours}
    return kept | {"NO_COLOR": "1", "COLUMNS": "120"}


def end(process: subprocess.Popen[str]) -> None:
    """End the command and all that it started: asked first, then forced."""
    try:
        started = [psutil.Process(process.pid)]
        started += started[0].children(recursive=True)
    except psutil.NoSuchProcess:
        return
    for each in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.terminate()
    for each in psutil.wait_procs(started, timeout=GRACE)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def judge(code: int, command: list[str]) -> None:
    """Turn an exit code into the task's fate (the table at the top)."""
    if code == OK:
        return
    if code == PARTLY:
        log.warning("Some sources failed; the report and the digest name them")
    elif code == USAGE:
        raise AirflowFailException(f"{shlex.join(command)} says the settings or usage are wrong")
    else:
        raise RuntimeError(f"{shlex.join(command)} ended with {code}; see its output above")


def day() -> str:
    """Return the reader's day that this run is for."""
    dag_run = get_current_context()["dag_run"]
    moment: datetime = dag_run.logical_date or dag_run.run_after
    return moment.astimezone(ZoneInfo(TIMEZONE)).date().isoformat()


@task(execution_timeout=timedelta(minutes=10))
def prepare() -> None:
    """Check versions, settings, disk, model and search engine."""
    run("doctor")


@task(execution_timeout=timedelta(minutes=10))
def batches() -> list[list[str]]:
    """List which sources are crawled together: those that share a host are."""
    listed: list[list[str]] = json.loads(
        run("sources", "batches", "--format", "json", captured=True)
    )
    if not listed:
        raise AirflowFailException("The catalogue has no enabled source to crawl")
    return listed


@task(execution_timeout=timedelta(hours=6), max_active_tis_per_dagrun=4)
def crawl(sources: list[str]) -> None:
    """Visit one batch of sources and keep what is new or changed."""
    number = get_current_context()["ti"].map_index
    home = Path(os.environ.get("SHOALWATCH_HOME") or "shoalwatch-data")
    report = home / "reports" / f"{day()}-crawl-{number}.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    run("crawl", "--sources", ",".join(sources), "--report", str(report))


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def tag() -> None:
    """Tag what was crawled."""
    run("tag")


@task
def index() -> None:
    """Put what was tagged into the search engine."""
    run("index")


@task(execution_timeout=timedelta(minutes=30))
def digest() -> None:
    """Write the day's digest and mail it to those who have not got it."""
    run("digest", "--day", day())


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def watch() -> None:
    """Fail the run where a task failed, though the day went on without it."""
    raise AirflowFailException("A task of this day failed: see the red ones")


@dag(
    dag_id="shoalwatch_daily",
    schedule=CronTriggerTimetable(SCHEDULE, timezone=TIMEZONE),
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(TIMEZONE)),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args={
        "owner": "shoalwatch",
        "retries": 3,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=2),
    },
    tags=["shoalwatch", "news"],
    doc_md=__doc__,
)
def shoalwatch_daily() -> None:
    """Lay out the day."""
    listed = batches()
    crawled = crawl.expand(sources=listed)
    tagged, indexed, sent = tag(), index(), digest()
    prepare() >> listed
    crawled >> tagged >> indexed >> sent
    [crawled, tagged, indexed, sent] >> watch()


shoalwatch_daily()
