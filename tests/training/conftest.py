"""Torch for the training's tests, which live in an environment of their own (`make train-test`)."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from pathlib import Path

import pytest

from models.weights import TOKENIZER, default_folder

if importlib.util.find_spec("torch") is None:
    missing = "torch is not installed in this environment: make train-test has one"
    if os.environ.get("SHOALWATCH_REQUIRE_TRAINING") == "1":
        raise RuntimeError(missing)
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def small_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the base encoder's: the shipped tokenizer, two layers of random weights."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("encoder")
    shutil.copy(default_folder() / TOKENIZER, folder / TOKENIZER)
    pieces = json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=384,
        num_hidden_layers=2,
        num_attention_heads=12,
        intermediate_size=256,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def base_encoder() -> Path:
    """The real base encoder; skips where `make train-test` found no script to read it with."""
    folder = Path(os.environ.get("SHOALWATCH_TEST_ENCODER", "none"))
    if not (folder / "config.json").is_file():
        pytest.skip(f"no base encoder at {folder}: ../shared/models is not at hand")
    return folder
