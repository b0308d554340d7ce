"""How much memory this process has taken at its peak, and how much it may take."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_memory() -> int:
    """Return the peak of this process's resident memory, in bytes.

    On Linux from the kernel's VmHWM: getrusage's figure begins with what the parent held when it
    forked, so that a small child of a large process seems large. Elsewhere from getrusage, which
    counts KiB, but bytes on macOS.
    """
    peak = _from_kernel("VmHWM")
    if peak is not None:
        return peak
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def limit_memory(more: int) -> None:
    """Let this process take so many bytes more than now; beyond them Python raises MemoryError.

    On Linux only, where RLIMIT_DATA counts all private writable memory, and the kernel tells how
    much of it there is (elsewhere mappings are not counted). RLIMIT_AS would count the libraries'
    files and reserved addresses too, which say nothing of the memory taken.
    """
    taken = _from_kernel("VmData")
    if taken is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = taken + more if hard == resource.RLIM_INFINITY else min(taken + more, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def lift_memory_limit() -> None:
    """Take `limit_memory` back."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _from_kernel(name: str) -> int | None:
    """Return one of the kernel's figures of this process in bytes; None where it tells none."""
    if not STATUS.exists():
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else None
