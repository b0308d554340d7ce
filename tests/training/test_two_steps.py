"""Two steps of training give a weights folder that is whole, loads and tags."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from models.corpus import read_items
from models.onnx_tagger import OnnxTagger
from models.tagger import RISKS
from models.training import parts, pipeline
from models.training.batches import pad
from models.training.fit import PADDING
from models.training.full_precision import FULL_PRECISION, load_full_precision
from models.training.settings import TrainingSettings
from models.weights import MODEL, verify


@pytest.fixture(autouse=True)
def _few_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every thirtieth item: all languages, a second of training."""
    few = read_items()[::30]
    monkeypatch.setattr(parts, "read_items", lambda: few)


@pytest.mark.parametrize("encoder", ["small_encoder", "base_encoder"])
def test_two_steps_give_whole_weights(
    encoder: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(encoder)
    told: list[tuple[int, int]] = []
    settings = TrainingSettings(encoder=folder, out=tmp_path, steps=2)
    record = pipeline.train(settings, lambda done, total, _: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]  # two steps in each of two runs
    assert [path.name for path in tmp_path.glob("*.pt")] == [FULL_PRECISION]
    verify(tmp_path)
    written = json.loads((tmp_path / "run.json").read_text())
    assert written["version"] == record.version
    assert written["data"]["train"]["count"] > 50
    assert str(folder) not in (tmp_path / "card.json").read_text()
    tagger = OnnxTagger(tmp_path)
    [tagged] = tagger.tag([read_items()[0].given()])
    assert set(tagged.risks) == set(RISKS)
    assert tagged.model_version == record.version
    assert (tmp_path / MODEL).stat().st_size < 60e6


def test_the_kept_fp32_network_says_nearly_what_the_int8_graph_says(
    small_encoder: Path, tmp_path: Path
) -> None:
    pipeline.train(TrainingSettings(encoder=small_encoder, out=tmp_path, steps=2))
    tagger, network = OnnxTagger(tmp_path), load_full_precision(tmp_path)
    texts = [item.title for item in read_items()[:20]]
    packed, ids = tagger.logits(texts), tagger.token_ids(texts)
    with torch.inference_mode():
        full = network(*pad(ids, PADDING))
    cosine = (packed[2] * full.embeddings.numpy()).sum(1)
    assert cosine.min() > 0.98
    assert np.abs(packed[0] - tagger.lexical_logits(texts) - full.risks.numpy()).max() < 0.2
