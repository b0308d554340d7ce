"""A training stopped and started again ends as one that nobody stopped; runs are averaged."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import torch
from transformers import BertConfig, BertModel

from models.errors import WeightsError
from models.training.averaging import fit_runs, forget_runs, mean_of
from models.training.batches import Example
from models.training.fit import fit
from models.training.full_precision import keep, load_full_precision
from models.training.network import NewsEncoder
from models.training.settings import TrainingSettings

PIECES = 40


class StoppedError(Exception):
    """Stands for the power that went."""


def network() -> NewsEncoder:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=PIECES,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        pad_token_id=1,
    )
    return NewsEncoder(BertModel(config, add_pooling_layer=False))


def examples(count: int, seed: int) -> list[Example]:
    """Texts whose first piece decides the first risk, so that there is something to learn."""
    chance = random.Random(seed)
    out = []
    for _ in range(count):
        ids = [chance.randrange(4, PIECES) for _ in range(chance.randrange(3, 9))]
        tone = chance.randrange(3)
        risks = (float(ids[0] % 2), float(chance.random() < 0.5), float(chance.random() < 0.5))
        base = torch.nn.functional.normalize(torch.full((32,), 1.0), dim=-1)
        out.append(Example(ids, risks, tuple(float(t == tone) for t in range(3)), 1.0, base))
    return out


TRAIN, DEVELOPMENT = examples(48, 1), examples(24, 2)


def settings(out: Path) -> TrainingSettings:
    return TrainingSettings(encoder=out, out=out, epochs=3, batch=8, patience=3)


def run(out: Path, stop_at: int | None = None) -> tuple[Any, list[dict[str, float]], int]:
    def progress(done: int, total: int, loss: float) -> None:
        if done == stop_at:
            raise StoppedError

    return fit(network(), TRAIN, DEVELOPMENT, settings(out), progress)


@pytest.mark.parametrize("stop_at", [7, 9, 15])
def test_a_resumed_run_ends_like_an_undisturbed_one(tmp_path: Path, stop_at: int) -> None:
    whole, history, best = run(tmp_path / "whole")
    with pytest.raises(StoppedError):
        run(tmp_path / "stopped", stop_at)
    assert (tmp_path / "stopped" / "checkpoint.pt").exists()
    resumed, again, best_again = run(tmp_path / "stopped")
    assert again == history
    assert best_again == best
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_a_stop_while_a_checkpoint_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoppedError):
        run(tmp_path, 9)
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def torn(_: object, stream: BinaryIO) -> None:
        stream.write(before[:100])
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", torn)
        with pytest.raises(StoppedError):
            run(tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    run(tmp_path)


def test_training_changes_the_weights_and_lowers_the_loss(tmp_path: Path) -> None:
    trained, history, _ = run(tmp_path)
    assert len(history) == 3
    assert history[-1]["loss"] < history[0]["loss"]
    before = network().state_dict()
    assert any(not torch.equal(t, before[name]) for name, t in trained.state_dict().items())


def test_the_fp32_network_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = network().eval()
    keep(kept, tmp_path)
    loaded = load_full_precision(tmp_path)
    ids = torch.randint(4, PIECES, (3, 7))
    with torch.inference_mode():
        pairs = zip(kept(ids, torch.ones_like(ids)), loaded(ids, torch.ones_like(ids)), strict=True)
    assert all(torch.equal(mine, theirs) for mine, theirs in pairs)


def test_a_folder_without_the_fp32_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"fp32\.pt does not exist: .*not in the project"):
        load_full_precision(tmp_path)


def several(out: Path, stop_at: int | None = None) -> tuple[Any, list[Any], list[int]]:
    def progress(done: int, total: int, loss: float) -> None:
        if done == stop_at:
            raise StoppedError

    chosen = settings(out).model_copy(update={"runs": 2})
    out.mkdir(exist_ok=True)
    return fit_runs(network(), TRAIN, DEVELOPMENT, chosen, progress)


def test_two_runs_are_averaged_and_the_first_is_an_ordinary_one(tmp_path: Path) -> None:
    whole, histories, best = several(tmp_path / "both")
    alone, history, best_alone = run(tmp_path / "alone")
    assert (histories[0], best[0]) == (history, best_alone)
    assert histories[1] != history
    other = settings(tmp_path / "other").model_copy(update={"seed": settings(tmp_path).seed + 1})
    second, _, _ = fit(network(), TRAIN, DEVELOPMENT, other, lambda *_: None)
    expected = mean_of([alone.state_dict(), second.state_dict()])
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, expected[name]), name
    assert sorted(path.name for path in (tmp_path / "both").glob("*.pt")) == [
        "run-0.pt",
        "run-1.pt",
    ]
    forget_runs(tmp_path / "both")
    assert not list((tmp_path / "both").iterdir())


def test_a_training_stopped_in_its_second_run_keeps_the_first(tmp_path: Path) -> None:
    whole, histories, _ = several(tmp_path / "whole")
    with pytest.raises(StoppedError):
        several(tmp_path / "stopped", 18 + 9)
    assert (tmp_path / "stopped" / "run-0.pt").exists()
    resumed, again, _ = several(tmp_path / "stopped")
    assert again == histories
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
