"""Damaged or missing weights are named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from models.errors import WeightsError
from models.onnx_tagger import OnnxTagger
from models.weights import (
    CARD,
    LEXICAL,
    MANIFEST,
    MODEL,
    TOKENIZER,
    default_folder,
    digest,
    read_card,
    verify,
)

MOST_BYTES = 60_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "weights"))


def test_shipped_weights_are_whole_and_small() -> None:
    verify()
    size = sum(path.stat().st_size for path in default_folder().iterdir())
    assert size <= MOST_BYTES


@pytest.mark.parametrize("name", [MODEL, LEXICAL, TOKENIZER, CARD, MANIFEST])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(WeightsError, match=rf"{name} does not exist.*git checkout"):
        verify(copy)


@pytest.mark.parametrize("name", [MODEL, LEXICAL, TOKENIZER, CARD])
def test_a_changed_byte_is_found(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(WeightsError, match=rf"{name} does not match its manifest"):
        verify(copy)


def test_a_manifest_that_is_no_json_is_named(copy: Path) -> None:
    (copy / MANIFEST).write_text("torn {")
    with pytest.raises(WeightsError, match=r"Manifest .* cannot be read"):
        verify(copy)


@pytest.mark.parametrize("name", [MODEL, LEXICAL, TOKENIZER])
def test_a_torn_file_does_not_load(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(WeightsError, match=rf"{name} cannot be (read|loaded).*doctor"):
        OnnxTagger(copy)


def test_weights_of_another_format_are_told_by_it_not_by_files_they_lack(copy: Path) -> None:
    (copy / LEXICAL).unlink()
    card = json.loads((copy / CARD).read_text())
    (copy / CARD).write_text(json.dumps(card | {"format": 1}))
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest[CARD] = digest(copy / CARD).model_dump()
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="have format 1, this Shoalwatch reads 2"):
        verify(copy)


def test_a_card_of_another_format_is_refused(copy: Path) -> None:
    card = json.loads((copy / CARD).read_text())
    (copy / CARD).write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(WeightsError, match="have format 99, this Shoalwatch reads 2"):
        read_card(copy)


def test_a_card_with_an_unknown_key_is_refused(copy: Path) -> None:
    card = json.loads((copy / CARD).read_text())
    (copy / CARD).write_text(json.dumps(card | {"surprise": 1}))
    with pytest.raises(WeightsError, match="surprise"):
        read_card(copy)
