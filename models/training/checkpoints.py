"""Files that let a stopped training go on: written whole, read only by the one that wrote them.

A training that took over the files of one with other data or settings would average the two, and
its card would name only its own.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import torch

from models.errors import ModelError
from models.training.batches import Example
from models.training.network import NewsEncoder
from models.training.settings import TrainingSettings

CHECKPOINT = "checkpoint.pt"
RUNS = "run-*.pt"
LIBRARIES = ("torch", "transformers", "numpy", "scikit-learn")
MACHINE = {"encoder", "out", "news", "pool", "corrections", "teacher", "threads"}
"""Settings that name places and processors; what lies at the places counts by itself."""


def libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that decide how a training goes."""
    versions = {name: library_version(name) for name in LIBRARIES}
    return versions | {"python": platform.python_version()}


def key_of(
    network: NewsEncoder,
    train: Sequence[Example],
    development: Sequence[Example],
    settings: TrainingSettings,
) -> str:
    """Return a SHA-256 of what decides how a run goes: settings, texts, labels, encoder, libraries.

    Base embeddings are left out: they follow from encoder and texts, but for their last bits.
    """
    sha256 = hashlib.sha256(settings.model_dump_json(exclude=MACHINE).encode())
    sha256.update(json.dumps(libraries()).encode())
    for part in (train, development):
        rows = [(e.ids, e.risks, e.tones, e.weight, e.known, e.tone_known) for e in part]
        sha256.update(json.dumps(rows).encode())
    for name, tensor in network.encoder.state_dict().items():
        sha256.update(name.encode())
        sha256.update(tensor.contiguous().numpy())
    return sha256.hexdigest()


def save_whole(state: dict[str, Any], path: Path) -> None:
    """Write a file of tensors in one step: a stop in the middle leaves the one before it.

    Raises:
        ModelError: the file cannot be written, as on a full disk.
    """
    part = path.with_name(f"{path.name}.part")
    with writing(path):
        try:
            with part.open("wb") as stream:  # torch, given a path, hides what the system said
                torch.save(state, stream)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def load_own(path: Path, key: str) -> dict[str, Any]:
    """Return what a file of `save_whole` holds.

    Raises:
        ModelError: it cannot be read, or the training that wrote it had another key, or none.
    """
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except Exception as error:  # torch's errors share no root below it
        raise ModelError(
            f"{path}, left by a stopped training, cannot be read: remove it to train that anew."
        ) from error
    if state.get("key") != key:
        folder = path.parent
        with_it = [*folder.glob(RUNS), *folder.glob(CHECKPOINT)] if path.match(RUNS) else [path]
        names = ", ".join(sorted(one.name for one in with_it))
        raise ModelError(
            f"{folder} holds a stopped training with other data, settings or libraries: repeat the "
            f"call that was stopped, give another folder, or remove {names} there to train anew."
        )
    return state


def forget_own(path: Path, key: str) -> None:
    """Remove a file of `save_whole` if the training that wrote it had this key."""
    try:
        own = torch.load(path, weights_only=True).get("key") == key
    except Exception:  # who needs it is told by `load_own`  # noqa: BLE001
        return
    if own:
        path.unlink()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into a ModelError that names the file, or else `path`."""
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"{error.filename or path} cannot be written: {error.strerror or error}. Mend that and "
            "give the same call again; what training has finished is kept."
        ) from error
