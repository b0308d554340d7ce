"""Run every benchmark in turn: `python -m benchmarks`, or only those named."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NEED_TORCH = {"tagger_fp32"}


def main() -> int:
    """Run each in a process of its own, so that memory peaks are too; return how many failed."""
    there = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    wanted = sys.argv[1:] or there
    unknown = set(wanted) - set(there)
    if unknown:
        print(f"No benchmark {', '.join(sorted(unknown))}; there are {', '.join(there)}")
        return 2
    failed = 0
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        if name in NEED_TORCH and importlib.util.find_spec("torch") is None:
            print("skipped: needs torch (the train extra) and weights trained here")
            continue
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
