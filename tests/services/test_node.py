"""The node fixture: what it says when it cannot start, and that no node outlives its tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.services.node import NodeMissingError, find_jdk

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("elasticsearch")]


def test_a_missing_jdk_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(NodeMissingError, match="no JDK of version 21"):
        find_jdk(tmp_path)


def test_an_old_jdk_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    for name, version in (("old", "17.0.9"), ("new", "21.0.1")):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "javac").touch()
        (tmp_path / name / "release").write_text(f'JAVA_VERSION="{version}"\n')
    assert find_jdk(tmp_path) == tmp_path / "new"


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_without_maven_tests_skip_or_fail(tmp_path: Path, required: str, outcome: str) -> None:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("SHOALWATCH_TEST_")},
        "SHOALWATCH_REQUIRE_SERVICES": required,
        "XDG_CACHE_HOME": str(tmp_path),
        "PATH": str(tmp_path),
    }
    name = "tests/services/test_elasticsearch.py::TestElasticsearch::test_health_counts"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", name],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout
    assert "no Maven" in done.stdout or "no JDK" in done.stdout


def test_a_node_dies_with_the_process_that_started_it(
    elasticsearch_url: str, tmp_path: Path
) -> None:
    if os.environ.get("SHOALWATCH_TEST_ELASTICSEARCH_URL"):
        pytest.skip("the node is not ours: SHOALWATCH_TEST_ELASTICSEARCH_URL is set")
    code = (
        "import time; from tests.services.node import running_node\n"
        "with running_node() as url:\n"
        "    print(url, flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    assert starter.stdout is not None
    address = urlsplit(starter.stdout.readline().decode().strip())
    starter.kill()
    starter.wait(timeout=20)
    starter.stdout.close()
    deadline = time.monotonic() + 30
    answers = True
    while answers and time.monotonic() < deadline:
        answers = False
        with (
            suppress(OSError),
            socket.create_connection((address.hostname or "", address.port or 0)),
        ):
            answers = True
            time.sleep(0.2)
    assert not answers
