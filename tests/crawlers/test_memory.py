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


@pytest.mark.skipif(not STATUS.exists(), reason="memory is bounded on Linux only")
def test_a_process_takes_no_more_than_it_may_until_the_limit_is_lifted() -> None:
    script = """if True:
        from crawlers.memory import lift_memory_limit, limit_memory
        before = bytearray(300_000_000)
        limit_memory(100_000_000)
        bytearray(80_000_000)
        try:
            bytearray(120_000_000)
        except MemoryError:
            lift_memory_limit()
            print(len(bytearray(120_000_000)))
    """
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "120000000\n"
