"""The map to the base encoder's space is refitted to the encoder that training ended with."""

from __future__ import annotations

from dataclasses import replace

import torch

from models.training.batches import pad
from models.training.fit import PADDING
from models.training.space import pool_all, refit_space
from tests.training.test_resume import examples, network


def test_the_map_finds_a_space_that_it_can_reach() -> None:
    trained, learnt = network(), examples(400, 5)
    pooled = pool_all(trained, [example.ids for example in learnt])
    turned = torch.linalg.qr(torch.randn(32, 32))[0]
    base = torch.nn.functional.normalize(pooled @ turned + 0.1, dim=-1)
    learnt = [replace(example, base=row) for example, row in zip(learnt, base, strict=True)]
    ids, mask = pad([example.ids for example in learnt], PADDING)
    with torch.inference_mode():
        before = (trained(ids, mask).embeddings * base).sum(1).mean()
        refit_space(trained, learnt)
        after = (trained(ids, mask).embeddings * base).sum(1).mean()
    assert before < 0.5
    assert after > 0.95


def test_fewer_texts_than_numbers_in_an_embedding_still_give_a_map() -> None:
    trained, learnt = network(), examples(10, 6)
    refit_space(trained, learnt)
    found = trained(*pad([example.ids for example in learnt], PADDING)).embeddings
    assert torch.isfinite(found).all()
