"""The embedding's linear map, refitted to the encoder that training ended with.

While training runs, the map follows an encoder that moves, at the encoder's small learning rate,
and the mean of several runs is nobody's optimum. Afterwards the map that comes nearest to the base
encoder's embeddings is a matter of least squares.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
import torch
from torch import Tensor, nn

from models.training.batches import Example, pad
from models.training.fit import PADDING
from models.training.network import NewsEncoder

RIDGE = 1e-3
"""Weight of the penalty, in shares of the outputs' mean square; weak directions need one."""

log = structlog.get_logger()


def pool_all(network: NewsEncoder, encoded: Sequence[list[int]]) -> Tensor:
    """Return the pooled outputs (texts, width) of texts given as token ids."""
    network.eval()
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    out = torch.zeros(len(encoded), network.encoder.config.hidden_size)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            out[rows] = network.pooled(*pad([encoded[i] for i in rows], PADDING))
    return out.clone()


def refit_space(network: NewsEncoder, examples: Sequence[Example]) -> None:
    """Set the map to the one that comes nearest to the examples' base embeddings."""
    pooled = pool_all(network, [example.ids for example in examples]).double()
    base = torch.stack([example.base for example in examples]).double()
    centre, target = pooled.mean(0), base.mean(0)
    spread = pooled - centre
    square = spread.T @ spread
    square += RIDGE * square.diagonal().mean() * torch.eye(len(square))
    before = _likeness(network, pooled, base)
    weight = torch.linalg.solve(square, spread.T @ (base - target)).T
    with torch.no_grad():
        network.space.weight.copy_(weight)
        network.space.bias.copy_(target - weight @ centre)
    after = _likeness(network, pooled, base)
    log.info("space_refitted", cosine_before=round(before, 4), cosine_after=round(after, 4))


def _likeness(network: NewsEncoder, pooled: Tensor, base: Tensor) -> float:
    """Return the mean cosine of the network's embeddings and the base encoder's."""
    with torch.no_grad():
        mapped = nn.functional.normalize(network.space(pooled.float()), dim=-1)
    return float((mapped * base.float()).sum(1).mean())
