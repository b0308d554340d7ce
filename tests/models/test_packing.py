"""Packed weights give back what went in, within what their bits allow."""

from __future__ import annotations

import numpy as np

from models.training.packing import BLOCK, pack_q4, quantize_columns


def unpack_q4(nibbles: np.ndarray, scales: np.ndarray) -> np.ndarray:
    blocks = nibbles.reshape(len(nibbles), -1, BLOCK // 2)
    values = np.concatenate([blocks & 15, blocks >> 4], -1).astype(np.float32) - 8
    return (values * scales.astype(np.float32)[..., None]).reshape(len(nibbles), -1)


def test_a_table_that_came_in_4_bit_blocks_is_packed_without_loss() -> None:
    chance = np.random.default_rng(7)
    values = chance.integers(-8, 8, (50, 12, BLOCK)).astype(np.float32)
    values[..., 3] = -8  # Q4_0 gives the largest weight of a block this value
    scales = chance.uniform(0.001, 0.1, (50, 12)).astype(np.float16)
    table = (values * scales.astype(np.float32)[..., None]).reshape(50, -1)
    nibbles, found = pack_q4(table)
    assert nibbles.shape == (50, 192)
    assert nibbles.dtype == np.uint8
    np.testing.assert_array_equal(unpack_q4(nibbles, found), table)


def test_any_table_is_packed_to_within_a_step() -> None:
    table = np.random.default_rng(7).normal(size=(20, 64)).astype(np.float32)
    table[0] = 0
    nibbles, scales = pack_q4(table)
    steps = np.repeat(np.abs(scales.astype(np.float32)), BLOCK, axis=1)
    assert (np.abs(unpack_q4(nibbles, scales) - table) <= steps * 1.01).all()


def test_a_layer_is_quantized_to_within_half_a_step() -> None:
    weight = np.random.default_rng(7).normal(size=(16, 64)).astype(np.float32)
    values, scales = quantize_columns(weight)
    assert values.shape == (64, 16)
    assert values.dtype == np.int8
    assert (np.abs(values.T * scales[:, None] - weight) <= scales[:, None] * 0.5001).all()
