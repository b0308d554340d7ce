"""Ordinary mistakes in a call of `model train` are refused in one line, before anything is read."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.errors import CorpusError, ModelError, WeightsError
from models.training import parts, pipeline
from models.training.command import app
from models.training.network import cut_encoder
from models.training.readiness import prepare
from models.training.settings import TrainingSettings
from models.weights import default_folder


@pytest.mark.parametrize(
    "options", [("--steps", "0"), ("--pseudo", "-1"), ("--seed", "-1"), ("--seed", str(2**64))]
)
def test_a_number_out_of_range_is_a_usage_error(tmp_path: Path, options: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["train", *options, str(tmp_path), str(tmp_path / "out")])
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def refused(error: type[ModelError], match: str, **told: Any) -> None:
    """Train, and see it refused in one line before items are read or `out` is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "read_items", lambda: pytest.fail("items were read"))
        with pytest.raises(error, match=match) as raised:
            pipeline.train(TrainingSettings(**told))
    assert "\n" not in str(raised.value)


def without(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def with_config(**changed: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    return change


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (shutil.rmtree, r"has no config\.json to read \(No such file"),
        (without("config.json"), r"has no config\.json to read"),
        (without("tokenizer.json"), r"has no tokenizer\.json to read"),
        (without("model.safetensors"), r"has no model\.safetensors or pytorch_model\.bin"),
        (with_config(hidden_size=768), "is of kind bert, 768 wide, not bert, 384"),
        (with_config(model_type="xlm-roberta"), "is of kind xlm-roberta, 384 wide"),
        (lambda folder: (folder / "config.json").write_text("{"), "that is no JSON"),
        (lambda folder: (folder / "tokenizer.json").write_text("[]"), "that is no JSON object"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "not Unigram"),
    ],
)
def test_a_folder_that_is_no_encoder_is_refused(
    small_encoder: Path, tmp_path: Path, spoil: Callable[[Path], object], told: str
) -> None:
    encoder = tmp_path / "encoder"
    shutil.copytree(small_encoder, encoder)
    spoil(encoder)
    refused(WeightsError, f"^Encoder {encoder} .*{told}", encoder=encoder, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_torn_weights_of_an_encoder_are_told(small_encoder: Path, tmp_path: Path) -> None:
    shutil.copytree(small_encoder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(WeightsError, match=f"Encoder {tmp_path} cannot be loaded: "):
        cut_encoder(str(tmp_path), [0, 1])


def test_an_encoder_of_fewer_pieces_is_told(small_encoder: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be loaded: index"):
        cut_encoder(str(small_encoder), [0, 10**7])


@pytest.mark.parametrize("name", ["news", "pool", "corrections"])
def test_a_file_that_does_not_exist_is_refused(
    small_encoder: Path, tmp_path: Path, name: str
) -> None:
    told = {"encoder": small_encoder, "out": tmp_path / "out", name: tmp_path / "none"}
    refused(CorpusError, f"--{name} {tmp_path / 'none'} does not exist", **told)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_refused(small_encoder: Path, tmp_path: Path) -> None:
    refused(ModelError, "/proc/x cannot be written", encoder=small_encoder, out=Path("/proc/x"))
    file = tmp_path / "file"
    file.touch()
    refused(ModelError, "file cannot be written: File exists", encoder=small_encoder, out=file)
    (tmp_path / "out" / "model.onnx").mkdir(parents=True)
    told = r"model\.onnx cannot be written: Is a directory"
    refused(ModelError, told, encoder=small_encoder, out=tmp_path / "out")


def test_the_encoders_own_folder_is_not_written_into(small_encoder: Path) -> None:
    refused(ModelError, "is read in training", encoder=small_encoder, out=small_encoder / ".")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"pseudo": 5}, "give --teacher and --pool too"),
        ({"pseudo": 5, "pool": Path("pool")}, "give --teacher and --pool too"),
        ({"pseudo": 5, "teacher": default_folder()}, "give --teacher and --pool too"),
        ({"teacher": default_folder()}, "teaches nothing without --pseudo"),
        ({"teacher": default_folder(), "pool": Path("pool")}, "teaches nothing without --pseudo"),
    ],
)
def test_half_of_self_training_is_refused(
    small_encoder: Path, tmp_path: Path, told: dict[str, Any], said: str
) -> None:
    refused(ModelError, said, encoder=small_encoder, out=tmp_path, **told)


def test_a_teacher_that_is_no_weights_folder_is_refused(
    small_encoder: Path, tmp_path: Path
) -> None:
    told = {"encoder": small_encoder, "out": tmp_path / "out", "pool": tmp_path, "pseudo": 5}
    refused(WeightsError, r"manifest\.json does not exist", teacher=tmp_path, **told)


def test_sound_settings_make_the_folder_and_leave_what_is_in_it(
    small_encoder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a" / "out"
    prepare(TrainingSettings(encoder=small_encoder, out=out))
    assert not list(out.iterdir())
    (out / "card.json").write_text("before")
    prepare(TrainingSettings(encoder=small_encoder, out=out))
    assert [(path.name, path.read_text()) for path in out.iterdir()] == [("card.json", "before")]


@pytest.mark.parametrize("line", ["[1]", '{"title": "A"}', '{"url": "u", "date": "d", "title": 3}'])
def test_a_pool_of_another_kind_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "pool.gz"
    path.write_bytes(gzip.compress(f'{{"url": "u", "date": "d", "title": null}}\n{line}'.encode()))
    with pytest.raises(CorpusError, match=r"pool\.gz, line 2: no headline with"):
        parts.pool_rows(path)


def test_a_damaged_pool_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pool.gz"
    whole = bytearray(gzip.compress(b'{"url": "u"}\n' * 5))
    whole[12:20] = b"\xff" * 8
    path.write_bytes(whole)
    with pytest.raises(CorpusError, match="cannot be read"):
        parts.pool_rows(path)
