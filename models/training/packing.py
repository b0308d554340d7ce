"""Packs matrices into few bits: words into 4-bit blocks, layers into 8-bit columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BLOCK = 32
"""Weights that share a scale in a 4-bit block, as in GGML's Q4_0."""


def pack_q4(table: Floats) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """Pack a table (rows, width) into 4-bit blocks of 32, as GGML's Q4_0 does.

    Returns:
        Nibbles, uint8 (rows, width / 2): of each block the 16 low nibbles are the weights 0 to 15,
        the high ones 16 to 31; and scales, float16 (rows, width / 32).
    """
    blocks = table.reshape(len(table), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1, keepdims=True), -1)
    scales = (largest[..., 0] / -8).astype(np.float16)
    safe = np.where(scales == 0, np.float16(1), scales).astype(np.float32)
    nibbles = np.clip(np.rint(blocks / safe[..., None]) + 8, 0, 15).astype(np.uint8)
    packed = nibbles[..., :16] | (nibbles[..., 16:] << 4)
    return packed.reshape(len(table), -1), scales


def quantize_columns(weight: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Quantize a matrix (out, in) symmetrically to 8 bits with one scale per output.

    Returns:
        int8 (in, out) as ONNX multiplies it, and scales float32 (out,).
    """
    scales = np.maximum(np.abs(weight).max(1) / 127, 1e-12).astype(np.float32)
    return np.rint(weight / scales[:, None]).astype(np.int8).T, scales
