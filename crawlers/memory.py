"""How much memory this process has taken at its peak."""

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
    if STATUS.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
