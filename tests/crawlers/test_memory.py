from __future__ import annotations

import subprocess
import sys

import pytest

from crawlers.memory import STATUS


@pytest.mark.skipif(not STATUS.exists(), reason="getrusage has nothing better beside it here")
def test_a_small_child_of_a_large_process_is_small() -> None:
    ballast = bytearray(400_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    script = "from crawlers.memory import peak_memory; print(peak_memory())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 1_000_000 < int(done.stdout) < 200_000_000
    assert len(ballast) == 400_000_000
