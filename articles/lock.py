"""Locks, so that two commands never do the same work at once, and the second says who does."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from articles.errors import ShoalwatchError


class LockedError(ShoalwatchError):
    """Another process is at the same work."""


@contextmanager
def hold(home: Path, names: Iterable[str]) -> Iterator[None]:
    """Hold the named locks while the block runs; a process that dies lets go of its own.

    Args:
        home: The data folder whose work is locked.
        names: What is worked on, such as `tag` or `crawl-vnexpress`; taken in sorted order.

    Raises:
        LockedError: another process holds one of them; the message says which and since when.
    """
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for name in sorted(set(names)):
            held.enter_context(_one(folder, name))
        yield


@contextmanager
def _one(folder: Path, name: str) -> Iterator[None]:
    holder = folder / f"{name}.json"
    lock = FileLock(folder / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(
            f"'{name}' is locked: {_described(holder)}. Wait for it to end, or stop it."
        ) from None
    try:
        holder.write_text(json.dumps(_myself()))
        yield
        holder.unlink(missing_ok=True)
    finally:
        lock.release()


def _myself() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _described(holder: Path) -> str:
    try:
        said = json.loads(holder.read_text())
        return (
            f"process {said['pid']} on {said['host']} (`{said['command']}`) since {said['since']}"
        )
    except (OSError, ValueError, KeyError):
        return "another process holds it"
