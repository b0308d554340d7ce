"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, then move it there; text as UTF-8.

    A reader never meets half of it, and a stopped writer leaves the old one. Raises OSError.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)
