"""A stopped training is gone on with by its own call only, and survives a full disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from models.errors import ModelError
from models.training import checkpoints, pipeline
from models.training.averaging import fit_runs
from models.training.batches import Example
from models.training.checkpoints import key_of, save_whole
from models.training.network import NewsEncoder
from models.training.settings import TrainingSettings
from tests.training.test_resume import (
    DEVELOPMENT,
    TRAIN,
    StoppedError,
    examples,
    network,
    several,
)
from tests.training.test_resume import settings as settings_of

FIRST, SECOND = 9, 18 + 9
"""Steps at which a training is stopped: in its first run, in its second."""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Folders of a training stopped at each of the steps."""
    folders = {step: tmp_path_factory.mktemp("stopped") for step in (FIRST, SECOND)}
    for step, folder in folders.items():
        with pytest.raises(StoppedError):
            several(folder, step)
    return folders


def again(
    out: Path,
    train: list[Example] = TRAIN,
    development: list[Example] = DEVELOPMENT,
    start: NewsEncoder | None = None,
    **changed: Any,
) -> None:
    settings = settings_of(out).model_copy(update={"runs": 2} | changed)
    fit_runs(start or network(), train, development, settings, lambda *_: None)


def other_encoder() -> NewsEncoder:
    other = network()
    with torch.no_grad():
        next(other.encoder.parameters())[5, 5] += 1e-3
    return other


@pytest.mark.parametrize(
    ("stop_at", "names"), [(FIRST, "checkpoint.pt"), (SECOND, "checkpoint.pt, run-0.pt")]
)
@pytest.mark.parametrize(
    "changed",
    [
        {"train": examples(48, 99)},
        {"train": TRAIN[:-1]},
        {"development": examples(24, 98)},
        {"start": other_encoder()},
        {"seed": 5},
        {"rate": 1e-3},
        {"runs": 3},
    ],
    ids=lambda changed: next(iter(changed)) if isinstance(changed, dict) else "",
)
def test_a_training_of_another_kind_is_not_gone_on_with(
    stopped: dict[int, Path], stop_at: int, names: str, changed: dict[str, Any]
) -> None:
    out = stopped[stop_at]
    with pytest.raises(ModelError, match=rf"{out} holds .* remove {names} there to train"):
        again(out, **changed)
    assert ", ".join(sorted(path.name for path in out.iterdir())) == names


def test_other_libraries_are_another_training(
    stopped: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "libraries", lambda: {"torch": "1.0"})
    with pytest.raises(ModelError, match="other data, settings or libraries"):
        again(stopped[FIRST])


def test_another_machine_with_its_own_paths_may_go_on(tmp_path: Path) -> None:
    start, here = network(), settings_of(tmp_path)
    there = TrainingSettings.model_validate(
        here.model_dump()
        | {"threads": 5, "out": "/there", "encoder": "/e", "news": "/n.jsonl", "teacher": "/t"}
    )
    assert key_of(start, TRAIN, DEVELOPMENT, here) == key_of(start, TRAIN, DEVELOPMENT, there)


@pytest.mark.parametrize("name", ["checkpoint.pt", "run-0.pt"])
def test_a_file_without_a_key_is_refused(
    tmp_path: Path, stopped: dict[int, Path], name: str
) -> None:
    shutil.copytree(stopped[SECOND], tmp_path, dirs_exist_ok=True)
    state = torch.load(tmp_path / name, weights_only=True)
    del state["key"]
    torch.save(state, tmp_path / name)
    with pytest.raises(ModelError, match=rf"remove .*{name} there to train anew"):
        again(tmp_path)


@pytest.mark.parametrize("name", ["checkpoint.pt", "run-0.pt"])
def test_a_damaged_file_is_named(tmp_path: Path, stopped: dict[int, Path], name: str) -> None:
    shutil.copytree(stopped[SECOND], tmp_path, dirs_exist_ok=True)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:5000])
    with pytest.raises(ModelError, match=f"{tmp_path / name}, left .*, cannot be read: remove it"):
        again(tmp_path)


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save_whole({"step": 1}, path)
    (tmp_path / "checkpoint.pt.part").symlink_to("/dev/full")
    told = r"checkpoint\.pt cannot be written: No space left on device\."
    with pytest.raises(ModelError, match=told):
        save_whole({"many": torch.zeros(100_000)}, path)
    assert [one.name for one in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert torch.load(path, weights_only=True) == {"step": 1}


def test_a_run_that_could_not_be_kept_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run-0.pt.part").symlink_to("/dev/full")
    with pytest.raises(ModelError, match=r"run-0\.pt cannot be written: No space left"):
        again(tmp_path)
    steps: list[int] = []
    chosen = settings_of(tmp_path).model_copy(update={"runs": 2})
    fit_runs(network(), TRAIN, DEVELOPMENT, chosen, lambda done, *_: steps.append(done))
    assert steps == list(range(18 + 1, 36 + 1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run-0.pt", "run-1.pt"]


def test_a_disk_full_at_the_end_costs_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run-0.pt").touch()
    record: Any = None
    head: Any = None
    monkeypatch.setattr(pipeline, "keep", lambda *_: None)
    monkeypatch.setattr(pipeline, "calibrate", lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "export", lambda *_: Path("/dev/full").write_text("graph"))
        with pytest.raises(ModelError, match="cannot be written: No space left on device"):
            pipeline._publish(network(), head, tmp_path, (), record)
    assert (tmp_path / "run-0.pt").exists()
    monkeypatch.setattr(pipeline, "export", lambda *_: None)
    pipeline._publish(network(), head, tmp_path, (), record)
    assert not (tmp_path / "run-0.pt").exists()


def test_a_stop_between_a_finished_run_and_its_checkpoint_s_removal_is_gone_on_from(
    tmp_path: Path, stopped: dict[int, Path]
) -> None:
    shutil.copytree(stopped[SECOND], tmp_path, dirs_exist_ok=True)
    shutil.copy(stopped[FIRST] / "checkpoint.pt", tmp_path)  # of the run that run-0.pt has
    again(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run-0.pt", "run-1.pt"]
