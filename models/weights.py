"""A folder of tagger weights: its files, its card, and the check that it is whole.

A folder holds `model.onnx`, `lexical.npz`, `tokenizer.json`, `card.json` and `manifest.json`; the
manifest has size and SHA-256 of the other four.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import WeightsError
from models.settings import ModelSettings

MODEL = "model.onnx"
LEXICAL = "lexical.npz"
TOKENIZER = "tokenizer.json"
CARD = "card.json"
MANIFEST = "manifest.json"
FORMAT = 2
HASHED = (CARD, MODEL, LEXICAL, TOKENIZER)
"""The card first: it tells the format, on which it depends what other files there are."""


class HeadCalibration(BaseModel):
    """How the logit of one risk head becomes a probability, and when that becomes a tag.

    Probability is sigmoid(logit * slope + offset) (Platt, 1999). A probability inside `unsure`
    (low, high) is too near the threshold to trust without a look.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = Field(gt=0)
    offset: float
    threshold: float = Field(gt=0, lt=1)
    unsure: tuple[float, float]

    def tags(self, probability: float) -> bool:
        """Whether a text of this probability carries the category."""
        return probability >= self.threshold

    def doubts(self, probability: float) -> bool:
        """Whether a probability lies in the unsure band."""
        low, high = self.unsure
        return low <= probability <= high


class Card(BaseModel):
    """What the weights are: version, how to read their output, what they learnt from and scored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str
    prefix: str
    max_tokens: int = Field(ge=8, le=512)
    risks: dict[str, HeadCalibration]
    sentiments: tuple[str, ...]
    sentiment_temperature: float = Field(gt=0)
    training: dict[str, Any] = Field(description="Settings, seeds, library versions, data digests")
    scores: dict[str, Any] = Field(description="Held-out figures of these very weights")


class FileEntry(BaseModel):
    """Size in bytes and SHA-256 of one file of the folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str


def default_folder() -> Path:
    """Return the folder of the weights that ship with the project."""
    return Path(__file__).with_name("weights")


def chosen_folder(settings: ModelSettings) -> Path:
    """Return the weights folder that the settings choose; the shipped one if they name none."""
    return settings.model or default_folder()


def digest(path: Path) -> FileEntry:
    """Return size and SHA-256 of a file."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileEntry(bytes=path.stat().st_size, sha256=sha256)


def write_manifest(folder: Path) -> None:
    """Write manifest.json for the other files of a folder."""
    entries = {name: digest(folder / name).model_dump() for name in HASHED}
    (folder / MANIFEST).write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def read_card(folder: Path) -> Card:
    """Read card.json of a weights folder.

    Raises:
        WeightsError: the card is missing, malformed, or of a format this code does not read.
    """
    path = require(folder, CARD)
    try:
        card = Card.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise WeightsError(f"Model card {path} cannot be read: {error}. {_remedy()}") from error
    if card.format != FORMAT:
        raise WeightsError(
            f"Weights in {folder} have format {card.format}, this Shoalwatch reads {FORMAT}; "
            "use weights and code of the same release."
        )
    return card


def require(folder: Path, name: str) -> Path:
    """Return the path of a file of the folder.

    Raises:
        WeightsError: the folder or the file does not exist.
    """
    path = folder / name
    if not path.is_file():
        raise WeightsError(f"Model file {path} does not exist. {_remedy()}")
    return path


def verify(folder: Path | None = None) -> None:
    """Check every file of a weights folder against its manifest.

    Args:
        folder: The folder; by default the one that the settings choose.

    Raises:
        WeightsError: a file is missing, its size or SHA-256 is not the manifest's, or the weights
            are of another format.
    """
    folder = folder or chosen_folder(ModelSettings())
    manifest = require(folder, MANIFEST)
    try:
        listed = json.loads(manifest.read_bytes())
        entries = {name: FileEntry.model_validate(entry) for name, entry in listed.items()}
    except (ValueError, AttributeError) as error:
        raise WeightsError(f"Manifest {manifest} cannot be read: {error}. {_remedy()}") from error
    for name in HASHED:
        found = digest(require(folder, name))
        if entries.get(name) != found:
            raise WeightsError(
                f"Model file {folder / name} does not match its manifest: expected "
                f"{entries.get(name)}, found {found}. {_remedy()}"
            )
        if name == CARD:
            read_card(folder)


def _remedy() -> str:
    return (
        "Restore models/weights from the project (git checkout -- models/weights), "
        "or unset SHOALWATCH_MODEL to use the shipped weights."
    )
