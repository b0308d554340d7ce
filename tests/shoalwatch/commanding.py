"""Runs `shoalwatch` as its user does: the real command, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def shoalwatch(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; settings are given without their prefix, in lower case."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SHOALWATCH_")}
    mine = {f"SHOALWATCH_{name.upper()}": value for name, value in settings.items()}
    command = [str(Path(sys.executable).with_name("shoalwatch")), *words]
    return subprocess.run(  # its exit code is what the tests look at
        command,
        check=False,
        cwd=folder,
        env={**clean, **mine},
        capture_output=True,
        text=True,
        timeout=180,
    )
