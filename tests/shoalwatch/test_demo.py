"""The demo as a newcomer runs it: everything once, then again with nothing new."""

from __future__ import annotations

import json
import socket
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from articles.archive import Archive
from shoalwatch.demo import Premises
from shoalwatch.newsroom import Newsroom
from tests.shoalwatch.commanding import shoalwatch

pytestmark = pytest.mark.xdist_group("demo")  # the runs build on each other


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose demo has a port of its own: another demo may run on this machine."""
    folder = tmp_path_factory.mktemp("demo")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        where = Premises(now=now, port=probe.getsockname()[1], day=datetime.now(UTC).date())
    (folder / "shoalwatch-demo").mkdir()
    (folder / "shoalwatch-demo" / "demo.json").write_text(where.model_dump_json())
    return folder


@pytest.fixture(scope="module")
def first(folder: Path) -> subprocess.CompletedProcess[str]:
    return shoalwatch(folder, "demo")


def row(output: str, outlet: str) -> list[str]:
    return next(line for line in output.splitlines() if outlet in line).split()


def test_the_first_run_accounts_for_every_page(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert first.returncode == 0, first.stderr
    counts = Newsroom().counts().values()
    total = row(first.stdout, " all")
    assert total[1:] == [
        str(sum(c.new for c in counts)),
        "0",
        "0",
        str(sum(c.duplicate for c in counts)),
        str(sum(c.rejected for c in counts)),
        str(sum(c.failed for c in counts)),
        str(sum(c.undated for c in counts)),
    ]
    archived = list(Archive(str(folder / "shoalwatch-demo" / "archive")).read("tagged"))
    assert len(archived) == sum(c.new for c in counts)
    assert {a.language.split("-")[0] for a in archived} == {"en", "zh", "id", "vi", "th", "fil"}


def test_it_shows_tags_seconds_searches_and_what_to_type_next(
    first: subprocess.CompletedProcess[str],
) -> None:
    for said in (
        "South China Sea",
        "Terrorism",
        "negative",
        "Seconds by stage",
        "黄岩岛",
        "shoalwatch search",
        "shoalwatch doctor",
    ):
        assert said in first.stdout
    assert " 0 found" not in first.stdout.replace("\n", " ")


def test_it_writes_the_digest_as_mail_and_page(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    [eml] = (folder / "shoalwatch-demo" / "digests").glob("*.eml")
    assert eml.name in first.stdout
    mail = message_from_bytes(eml.read_bytes())
    assert mail.get_content_type() == "multipart/alternative"
    [page] = (folder / "shoalwatch-demo" / "digests").glob("*.html")
    assert "Scarborough" in page.read_text(encoding="utf-8")


def test_without_a_terminal_progress_is_plain_lines(
    first: subprocess.CompletedProcess[str],
) -> None:
    assert "crawl: " in first.stderr
    assert "\x1b" not in first.stderr + first.stdout


def test_a_second_run_finds_nothing_new_and_says_so(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    again = shoalwatch(folder, "demo")
    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout
    assert row(again.stdout, " all")[1:3] == ["0", "0"]
    assert "tag: 0 done" in again.stderr


def test_a_changed_story_is_found_as_updated(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    changed = shoalwatch(folder, "demo", "--revision", "2")
    assert changed.returncode == 0, changed.stderr
    assert row(changed.stdout, " all")[1:3] == ["0", "1"]
    versions = [
        (a.id, a.version)
        for a in Archive(str(folder / "shoalwatch-demo" / "archive")).read("tagged")
        if a.version > 1
    ]
    assert len(versions) == 1


def test_a_folder_that_is_no_demo_is_never_removed(tmp_path: Path) -> None:
    kept = tmp_path / "thesis" / "chapter.txt"
    kept.parent.mkdir()
    kept.write_text("years of work")
    refused = shoalwatch(tmp_path, "demo", "--fresh", "--folder", "thesis")
    assert refused.returncode == 1
    assert "is no demo folder" in refused.stderr
    assert kept.exists()


def test_a_note_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    note = tmp_path / "shoalwatch-demo" / "demo.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"now": "yesterday"}))
    refused = shoalwatch(tmp_path, "demo")
    assert refused.returncode == 1
    assert "add --fresh to start over" in refused.stderr
