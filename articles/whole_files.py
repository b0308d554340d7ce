"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

DRAFTS = ".*.part"
"""Glob pattern of what a killed writer may leave beside a file; nobody reads it."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, then move it there; text as UTF-8.

    A reader never meets half of it, and a stopped writer leaves the old one. Raises OSError, a
    full disk's among them, and then leaves no draft: its space is needed.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    data = content.encode() if isinstance(content, str) else content
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
