"""The doctor: checks that everything a run needs is there, and says what is wrong."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from pydantic import BaseModel, ConfigDict

from articles.errors import ShoalwatchError
from models.weights import verify
from shoalwatch.settings import overridden
from shoalwatch.workspace import Workspace

PACKAGES = ("scrapy", "trafilatura", "transformers", "onnxruntime", "tantivy", "elasticsearch")
MIN_FREE_GB = 2.0
"""A year of a hundred outlets takes about this much."""


class Finding(BaseModel):
    """One thing looked at: whether it is well, and in words what was found."""

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    detail: str


def examine(workspace: Workspace) -> Iterator[Finding]:
    """Look at versions, settings, disk, archive, state, catalogue, model and engine, in turn.

    Each is looked at whatever was wrong with the ones before; nothing is raised.
    """
    yield Finding(name="Shoalwatch", ok=True, detail=_version("shoalwatch"))
    yield Finding(name="Python", ok=True, detail=platform.python_version())
    for package in PACKAGES:
        found = _version(package)
        yield Finding(name=package, ok=found != "missing", detail=found)
    changed = ", ".join(f"{k}={v}" for k, v in overridden(workspace.settings).items())
    yield Finding(name="settings", ok=True, detail=changed or "all at their defaults")
    for name, look in (
        ("disk", _disk),
        ("archive", _archive),
        ("state", _state),
        ("catalogue", _catalogue),
        ("model", _model),
    ):
        yield _looked_at(name, look, workspace)
    yield _engine(workspace)


def _looked_at(name: str, look: Callable[[Workspace], str], workspace: Workspace) -> Finding:
    try:
        return Finding(name=name, ok=True, detail=look(workspace))
    except (ShoalwatchError, OSError) as problem:
        return Finding(name=name, ok=False, detail=str(problem))


def _disk(workspace: Workspace) -> str:
    home = workspace.settings.storage.home.resolve()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free / 1e9
    if free < MIN_FREE_GB:
        raise OSError(f"{free:.1f} GB free at {there}; a run wants {MIN_FREE_GB:.0f}")
    return f"{free:.0f} GB free at {there}"


def _archive(workspace: Workspace) -> str:
    parts = workspace.archive.partitions("crawled")
    rows = sum(part.manifest.count for part in parts)
    return f"{rows} articles and versions in {len(parts)} partitions at {workspace.archive.url}"


def _state(workspace: Workspace) -> str:
    return f"{len(workspace.state.source_health())} sources crawled so far"


def _catalogue(workspace: Workspace) -> str:
    enabled = [source for source in workspace.sources if not source.disabled]
    languages = {tag for source in enabled for tag in source.languages}
    return f"{len(enabled)} sources in {len(languages)} languages"


def _model(workspace: Workspace) -> str:
    verify(workspace.settings.model.model)
    return f"version {workspace.tagger.model_version}"


def _engine(workspace: Workspace) -> Finding:
    try:
        health = workspace.engine.health()
    except ShoalwatchError as problem:
        return Finding(name="engine", ok=False, detail=str(problem))
    return Finding(name="engine", ok=health.ok, detail=f"{health.engine} {health.message}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
