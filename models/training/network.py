"""The network that is trained: multilingual-e5-small with three heads on its mean-pooled output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import AutoModel

from models.errors import WeightsError
from models.tagger import RISKS, SENTIMENTS


class Outputs(NamedTuple):
    """Risk logits (batch, risks), sentiment logits (batch, 3), unit embeddings (batch, width)."""

    risks: Tensor
    tones: Tensor
    embeddings: Tensor


class NewsEncoder(nn.Module):  # type: ignore[misc]  # torch is not in the checks' environment
    """Encoder and heads; the word embeddings are frozen.

    Frozen words keep the languages aligned that few training items speak, and let the shipped
    graph hold them in the carrier's own 4-bit blocks without loss.
    """

    def __init__(self, encoder: Any) -> None:
        """Put fresh heads on an encoder of `cut_encoder` or of `models.training.full_precision`."""
        super().__init__()
        self.encoder = encoder
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.risk = nn.Linear(width, len(RISKS))
        self.tone = nn.Linear(width, len(SENTIMENTS))
        self.space = nn.Linear(width, width)
        nn.init.eye_(self.space.weight)
        nn.init.zeros_(self.space.bias)

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the mean over tokens: (batch, width)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        columns = mask.unsqueeze(-1).float()
        return torch.as_tensor((hidden * columns).sum(1) / columns.sum(1))

    def forward(self, ids: Tensor, mask: Tensor) -> Outputs:
        """Return logits and embeddings of a padded batch of token ids."""
        pooled = self.pooled(ids, mask)
        dropped = self.dropout(pooled)
        embeddings = nn.functional.normalize(self.space(pooled), dim=-1)
        return Outputs(self.risk(dropped), self.tone(dropped), embeddings)

    def parameter_groups(
        self, rate: float, layer_decay: float, head_rate: float
    ) -> Iterator[dict[str, Any]]:
        """Yield optimizer groups: heads fastest, each layer slower than the one above it."""
        heads = [*self.risk.parameters(), *self.tone.parameters()]
        yield {"params": heads, "lr": head_rate}
        yield {"params": list(self.space.parameters()), "lr": rate}
        layers = list(self.encoder.encoder.layer)
        for depth, layer in enumerate(reversed(layers)):
            yield {"params": list(layer.parameters()), "lr": rate * layer_decay**depth}
        embeddings = [p for p in self.encoder.embeddings.parameters() if p.requires_grad]
        yield {"params": embeddings, "lr": rate * layer_decay ** len(layers)}


def cut_encoder(folder: str, ids: list[int]) -> Any:
    """Load a Hugging Face encoder with only the word embeddings of the given piece ids, frozen.

    Raises:
        WeightsError: the folder holds no encoder that can be loaded, or one of fewer pieces.
    """
    try:
        encoder = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="sdpa"
        ).float()
        words = encoder.get_input_embeddings().weight.detach()[ids].clone()
    except Exception as error:  # transformers' own errors share no root below it
        reason = str(error).split("\n", 1)[0]
        raise WeightsError(f"Encoder {folder} cannot be loaded: {reason}") from error
    encoder.set_input_embeddings(nn.Embedding.from_pretrained(words, freeze=True))
    encoder.config.vocab_size = len(ids)
    return encoder
