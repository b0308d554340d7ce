from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from articles.lock import LockedError, hold

HOLDER = """
import sys, pathlib
from articles.lock import hold
with hold(pathlib.Path(sys.argv[1]), ["tag"]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_says_who_holds_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(LockedError, match=rf"'tag' is locked: process {holder.pid} on .* since 20"),
        hold(tmp_path, ["tag"]),
    ):
        pass
    with hold(tmp_path, ["crawl-a", "index"]):
        pass
    holder.communicate()
    with hold(tmp_path, ["tag"]):
        pass


def test_a_killed_holder_lets_go(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()
    with hold(tmp_path, ["tag"]):
        pass


def test_locks_taken_before_one_that_is_held_are_let_go(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockedError), hold(tmp_path, ["a", "tag"]):
        pass
    with hold(tmp_path, ["a"]):
        pass
    holder.communicate()
