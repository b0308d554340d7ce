"""The demo: the whole pipeline once, on the bundled sample newsroom, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from articles.errors import ShoalwatchError
from articles.settings import StorageSettings
from crawlers.settings import CrawlSettings
from digests.settings import DigestSettings
from shoalwatch.moments import zone
from shoalwatch.newsroom import Newsroom
from shoalwatch.settings import Settings

PORT = 8917
"""First choice of the newsroom's port; another is drawn where it is taken."""
EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("scarborough OR 黄岩岛", ("south_china_sea",)),
    ("ระเบิด OR blast OR bomb", ("terrorism",)),
    ("tarif OR 关税 OR tariff", ("policy_divergence",)),
)
"""Searches shown at the end: the words, and the categories asked for."""


class DemoError(ShoalwatchError):
    """The demo's folder cannot be used."""


class Premises(BaseModel):
    """When and where a demo's newsroom is served, so that a second run meets the same pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    now: AwareDatetime
    port: int
    day: date
    """The reader's day of the first run, which the digest is about."""


def clear(folder: Path) -> None:
    """Remove a demo folder made before. Raises DemoError for a folder that is none."""
    if folder.exists() and not _note(folder).exists():
        raise DemoError(f"{folder} is no demo folder (it lacks {_note(folder).name}): not removed")
    shutil.rmtree(folder, ignore_errors=True)


def premises(folder: Path, timezone: str) -> Premises:
    """Return when and where this folder's newsroom is served, decided at its first run.

    Raises:
        DemoError: the note of an earlier run cannot be read.
    """
    note = _note(folder)
    if note.exists():
        try:
            return Premises.model_validate_json(note.read_text(encoding="utf-8"))
        except ValidationError as problem:
            raise DemoError(f"{note} cannot be read; add --fresh to start over") from problem
    now = datetime.now(UTC)
    made = Premises(
        now=now.replace(minute=0, second=0, microsecond=0),
        port=_free_port(),
        day=now.astimezone(zone(timezone)).date(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(made.model_dump_json(indent=1), encoding="utf-8")
    return made


@contextmanager
def newsroom(folder: Path, where: Premises, revision: int = 1) -> Iterator[Newsroom]:
    """Serve the newsroom on loopback while the block runs, its catalogue in FOLDER/sources."""
    with Newsroom(now=where.now, revision=revision, port=where.port) as served:
        sources = folder / "sources"
        sources.mkdir(exist_ok=True)
        (sources / "newsroom.yml").write_text(served.catalogue(), encoding="utf-8")
        yield served


def settings(folder: Path) -> Settings:
    """Return the settings of a demo: all in its folder, nothing mailed, only loopback crawled."""
    return Settings(
        storage=StorageSettings(home=folder, archive_url=None, state_url=None),
        crawl=CrawlSettings(
            sources=folder / "sources", crawl_delay=0.0, allowed_private_hosts=("127.0.0.0/8",)
        ),
        digest=DigestSettings(digest_to=()),
    )


def _note(folder: Path) -> Path:
    return folder / "demo.json"


def _free_port() -> int:
    for port in (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("No port is free on 127.0.0.1")
