"""The trained network in fp32, kept beside the int8 weights for comparisons; never shipped."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import BertConfig, BertModel

from models.errors import WeightsError
from models.training.checkpoints import save_whole
from models.training.network import NewsEncoder

FULL_PRECISION = "fp32.pt"
"""240 MB: ignored by git, not in the manifest, read by benchmarks only."""


def keep(trained: NewsEncoder, folder: Path) -> None:
    """Write configuration and fp32 tensors of a trained network into a weights folder.

    Raises:
        ModelError: the folder cannot be written.
    """
    state = {"config": trained.encoder.config.to_dict(), "tensors": trained.state_dict()}
    save_whole(state, folder / FULL_PRECISION)


def load_full_precision(folder: Path) -> NewsEncoder:
    """Return the trained network of a weights folder, in fp32, ready to predict.

    Raises:
        WeightsError: the folder holds no fp32 network, as the shipped one does after a clone.
    """
    path = folder / FULL_PRECISION
    if not path.is_file():
        raise WeightsError(
            f"The fp32 network {path} does not exist: it is kept where the weights were trained, "
            "not in the project. Train them again with `shoalwatch model train`."
        )
    state = torch.load(path, weights_only=True)
    config = BertConfig.from_dict(state["config"])
    network = NewsEncoder(BertModel(config, add_pooling_layer=False))
    network.load_state_dict(state["tensors"])
    network.eval()
    return network
