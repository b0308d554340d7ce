"""What a training would fail at, refused before it reads anything: it takes hours."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from models.errors import CorpusError, ModelError, WeightsError
from models.training.checkpoints import writing
from models.training.full_precision import FULL_PRECISION
from models.training.settings import TrainingSettings
from models.weights import HASHED, MANIFEST, TOKENIZER, verify

CONFIG, RECORD = "config.json", "run.json"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
WRITTEN = (*HASHED, FULL_PRECISION, MANIFEST, RECORD)
KIND, WIDTH, VOCABULARY = "bert", 384, "Unigram"
"""Of multilingual-e5-small. Its larger sisters are wider, and the archive's embeddings are not."""


def prepare(settings: TrainingSettings) -> None:
    """Refuse settings that cannot be trained with, then make the folder `out`.

    Raises:
        WeightsError: the encoder's or the teacher's folder is missing, incomplete or another kind.
        CorpusError: a file of headlines or corrections does not exist.
        ModelError: self-training lacks a part, or `out` cannot be written or is itself read.
    """
    _refuse_half_of_self_training(settings)
    _refuse_other_encoders(settings.encoder)
    if settings.teacher:
        verify(settings.teacher)
    for name in ("news", "pool", "corrections"):
        path: Path | None = getattr(settings, name)
        if path and not path.exists():
            raise CorpusError(f"--{name} {path} does not exist.")
    for read in (settings.encoder, settings.teacher):
        if read and read.resolve() == settings.out.resolve():
            raise ModelError(f"{read} is read in training: give another folder to write into.")
    _make(settings.out)


def _refuse_half_of_self_training(settings: TrainingSettings) -> None:
    if settings.pseudo and not (settings.teacher and settings.pool):
        raise ModelError(
            "--pseudo learns from a teacher's verdicts on unlabelled headlines: give --teacher and "
            "--pool too, or leave it out."
        )
    if settings.teacher and not settings.pseudo:
        raise ModelError(
            "--teacher teaches nothing without --pseudo: say how many headlines to learn from its "
            "verdicts, or leave it out."
        )


def _refuse_other_encoders(folder: Path) -> None:
    config, tokenizer = _read(folder, CONFIG), _read(folder, TOKENIZER)
    if not any((folder / name).is_file() for name in WEIGHTS):
        raise _no_encoder(folder, f"has no {' or '.join(WEIGHTS)}")
    kind, width = config.get("model_type"), config.get("hidden_size")
    if (kind, width) != (KIND, WIDTH):
        raise _no_encoder(folder, f"is of kind {kind}, {width} wide, not {KIND}, {WIDTH}")
    model = tokenizer.get("model")
    if not isinstance(model, dict) or model.get("type") != VOCABULARY:
        raise _no_encoder(folder, f"has a {TOKENIZER} whose vocabulary is not {VOCABULARY}")


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise _no_encoder(folder, f"has no {name} to read ({error.strerror})") from error
    except ValueError as error:
        raise _no_encoder(folder, f"has a {name} that is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise _no_encoder(folder, f"has a {name} that is no JSON object")
    return found


def _no_encoder(folder: Path, reason: str) -> WeightsError:
    return WeightsError(
        f"Encoder {folder} {reason}; give the Hugging Face folder of multilingual-e5-small."
    )


def _make(out: Path) -> None:
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
        for path in (out / name for name in WRITTEN):
            if path.exists():
                with path.open("ab"):
                    pass
