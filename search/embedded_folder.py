"""The folder of the embedded index: which generation is current, and who may write.

    HOME/index/current.json      generation, format, tantivy version, and the generation before
    HOME/index/<generation>/     tantivy's files, embeddings.f32 and embeddings.i8
    HOME/index/writer.lock       held while somebody writes

A new generation is built beside the old one and becomes current by one rename, so that readers
never see half an index. After a reindex the one before stays, to go back to.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import tantivy
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from search.embedded_schema import EMBEDDED_FORMAT, schema
from search.engine import (
    EngineReadOnlyError,
    EngineUnreachableError,
    IndexBrokenError,
    IndexFormatError,
    IndexLockedError,
    SearchError,
)

TANTIVY = ".".join(version("tantivy").split(".")[:2])
"""Minor version of tantivy: its files may differ between those."""

REBUILD = "run `shoalwatch index --rebuild` to make it anew from the archive"
REINDEX = (
    "run `shoalwatch engine reindex` to build it anew while the old one answers, or "
    "`shoalwatch index --rebuild` to make it from the archive"
)


def unusable(path: Path, cause: BaseException) -> SearchError:
    """Tell a folder that the system refuses from one whose files are damaged."""
    reason = " ".join(str(cause).split())[:200]
    if any(sign in reason for sign in ("No space left", "Disk quota", "Read-only file system")):
        return EngineReadOnlyError(
            f"The search index in {path} cannot be written ({reason}): free space on that disk; "
            "what was there before can still be searched"
        )
    if isinstance(cause, PermissionError | NotADirectoryError | FileExistsError):
        return EngineUnreachableError(
            f"The search index in {path} cannot be opened ({reason}): make it a folder that this "
            "user may write, or set SHOALWATCH_HOME to another place"
        )
    return IndexBrokenError(f"The search index in {path} is damaged ({reason}): {REBUILD}")


class Generation(BaseModel):
    """What `current.json` says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    generation: str
    format: str
    tantivy: str
    previous: Generation | None = None


class IndexFolder:
    """Finds, creates and replaces generations under one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = path / "current.json"

    def data(self, generation: str) -> Path:
        """Folder of a generation's files."""
        return self.path / generation

    def any_format(self) -> Generation | None:
        """Read which generation is current, of whatever version; None where there is no index.

        Raises IndexBrokenError for a pointer that cannot be read.
        """
        try:
            return Generation.model_validate_json(self._pointer.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unusable(self.path, error) from error
        except ValidationError as error:
            raise IndexBrokenError(
                f"The search index in {self.path} cannot be read ({self._pointer.name}: "
                f"{type(error).__name__}): {REBUILD}"
            ) from error

    def current(self) -> Generation | None:
        """Read which generation is current; None where there is no index yet.

        Raises IndexBrokenError for a pointer that cannot be read, IndexFormatError for an index
        of another version of Shoalwatch or tantivy.
        """
        found = self.any_format()
        if found is not None and (found.format, found.tantivy) != (EMBEDDED_FORMAT, TANTIVY):
            raise IndexFormatError(
                f"The search index in {self.path} has format {found.format} of tantivy "
                f"{found.tantivy}; this version reads {EMBEDDED_FORMAT} of tantivy {TANTIVY}: "
                f"{REINDEX}"
            )
        return found

    def begin(self) -> Generation:
        """Make the folder of an empty generation beside the current one. Needs the lock."""
        made = Generation(generation=uuid.uuid4().hex, format=EMBEDDED_FORMAT, tantivy=TANTIVY)
        folder = self.data(made.generation)
        folder.mkdir(parents=True)
        tantivy.Index(schema(), path=str(folder))
        return made

    def point_at(self, made: Generation) -> None:
        """Make a generation current, and remove all but it and its previous one. Needs the lock."""
        beside = self.path / "current.json.new"
        beside.write_text(made.model_dump_json())
        beside.replace(self._pointer)
        kept = {made.generation, made.previous.generation if made.previous else ""}
        for other in self.path.iterdir():
            if other.is_dir() and other.name not in kept:
                shutil.rmtree(other, ignore_errors=True)

    def create(self) -> Generation:
        """Make an empty generation current and remove all others. Needs the writer's lock."""
        made = self.begin()
        self.point_at(made)
        return made

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the writer's lock. Raises IndexLockedError when another process has it."""
        holder = self.path / "writer.json"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "writer.lock", timeout=wait)
            lock.acquire()
        except OSError as error:
            if not isinstance(error, Timeout):
                raise unusable(self.path, error) from error
            raise IndexLockedError(
                f"The search index in {self.path} is being written by {_named(holder)}: "
                "wait until it has finished and run this again; searching goes on meanwhile"
            ) from None
        try:
            holder.write_text(json.dumps({"pid": os.getpid()}))
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()


def _named(holder: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return f"process {int(json.loads(holder.read_text())['pid'])}"
    return "another process"
