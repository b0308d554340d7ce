"""Writes the tagger as one ONNX graph: int8 matrices, 4-bit word embeddings, heads inside.

Built by hand from BERT's definition rather than traced, because that allows what a tracer does not:
- activations are quantized row by row, so a text is tagged the same alone and in a batch
  (`quantize_dynamic` shares one scale over the batch). Measured on 1,024 rows, 384 to 1,536, two
  cores with AMX: fp32 3.1 ms, this 1.0 ms; `MatMulNBits`, also row by row, 3.2 ms.
- word embeddings stay in the 4-bit blocks of 32 in which the carrier package delivers them (GGML's
  Q4_0: value = (nibble - 8) * scale), a sixth of fp32's size, and nothing is lost.
- attention is a fused operator of ONNX Runtime. Layer norms are not: SkipLayerNormalization took 2
  ms for 2,048 rows where two additions and LayerNormalization take .5 (two Zen 4 cores, one layer).
- Gelu is its tanh form, 3 to 7 % of a pass faster; it moves logits less than int8 does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

from models.training.packing import BLOCK, pack_q4, quantize_columns

Floats = npt.NDArray[np.float32]

CONTRIB = "com.microsoft"
EPSILON = 1e-12


class GraphWriter:
    """Collects nodes and constants of one graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: object
    ) -> str:
        """Add a node of one output and return the output's name."""
        made = helper.make_node(kind, inputs, [output], output, domain=domain, **attributes)
        self.nodes.append(made)
        return output

    def quantized(self, given: str) -> tuple[str, str]:
        """Quantize each row to 8 bits by its largest magnitude; return values and row scales."""
        high = self.node("ReduceMax", [given, "last"], f"{given}.high", keepdims=1)
        low = self.node("ReduceMin", [given, "last"], f"{given}.low", keepdims=1)
        magnitude = self.node("Neg", [low], f"{given}.magnitude")
        scale = self.node("Max", [high, magnitude, "tiny"], f"{given}.rowscale")
        unit = self.node("Div", [given, scale], f"{given}.unit")
        values = self.node("QuantizeLinear", [unit, "step", "middle"], f"{given}.values")
        return values, scale

    def matrix(self, quantized: tuple[str, str], weight: Floats, output: str) -> str:
        """Multiply quantized rows by a quantized matrix (out, in); biases are added downstream."""
        given, row_scale = quantized
        values, scales = quantize_columns(weight)
        inputs = [
            given,
            self.constant(f"{output}.weight", values),
            "step",
            self.constant(f"{output}.scales", scales),
            "middle",
        ]
        product = self.node("MatMulIntegerToFloat", inputs, f"{output}.product", CONTRIB)
        return self.node("Mul", [product, row_scale], output)


def _embed(writer: GraphWriter, weights: Mapping[str, Floats]) -> str:
    """Look words up in the 4-bit table, add positions, normalize."""
    nibbles, scales = pack_q4(weights["embeddings.word_embeddings.weight"])
    width = nibbles.shape[1] * 2
    shape = writer.constant("blocks", np.array([0, 0, width // BLOCK, BLOCK // 2], np.int64))
    table = writer.constant("words.nibbles", nibbles)
    packed = writer.node("Gather", [table, "input_ids"], "words.packed")
    blocks = writer.node("Reshape", [packed, shape], "words.blocks")
    mask = writer.constant("nibble", np.array(15, np.uint8))
    four = writer.constant("four", np.array(4, np.uint8))
    low = writer.node("BitwiseAnd", [blocks, mask], "words.low")
    high = writer.node("BitShift", [blocks, four], "words.high", direction="RIGHT")
    both = writer.node("Concat", [low, high], "words.both", axis=-1)
    floats = writer.node("Cast", [both], "words.floats", to=TensorProto.FLOAT)
    eight = writer.constant("eight", np.array(8, np.float32))
    centred = writer.node("Sub", [floats, eight], "words.centred")
    table = writer.constant("words.scales", scales)
    found = writer.node("Gather", [table, "input_ids"], "words.scale16")
    scale = writer.node("Cast", [found], "words.scale", to=TensorProto.FLOAT)
    scale = writer.node("Unsqueeze", [scale, "last"], "words.scale4")
    scaled = writer.node("Mul", [centred, scale], "words.scaled")
    flat = writer.constant("flat", np.array([0, 0, width], np.int64))
    words = writer.node("Reshape", [scaled, flat], "words")
    summed = writer.node("Add", [words, _positions(writer, weights)], "embedded")
    return _normalize(writer, summed, weights, "embeddings.LayerNorm", "embedded.norm")


def _positions(writer: GraphWriter, weights: Mapping[str, Floats]) -> str:
    """Slice the position table (token type 0 folded in) to the batch's length."""
    table = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    positions = writer.constant("positions", table)
    shape = writer.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = writer.constant("zero", np.array([0], np.int64))
    return writer.node("Slice", [positions, zero, shape, zero], "positions.used")


def _normalize(
    writer: GraphWriter, given: str, weights: Mapping[str, Floats], stem: str, output: str
) -> str:
    scale = writer.constant(f"{output}.scale", weights[f"{stem}.weight"])
    bias = writer.constant(f"{output}.bias", weights[f"{stem}.bias"])
    return writer.node("LayerNormalization", [given, scale, bias], output, epsilon=EPSILON)


def _add_and_normalize(
    writer: GraphWriter, pair: tuple[str, str], weights: Mapping[str, Floats], stem: str
) -> str:
    """Add a dense layer's output, its bias and what went around it; normalize."""
    product, around = pair
    dense = writer.constant(f"{stem}.dense.bias", weights[f"{stem}.dense.bias"])
    biased = writer.node("Add", [product, dense], f"{stem}.biased")
    summed = writer.node("Add", [biased, around], f"{stem}.summed")
    return _normalize(writer, summed, weights, f"{stem}.LayerNorm", stem)


def _layer(
    writer: GraphWriter, given: str, weights: Mapping[str, Floats], number: int, heads: int
) -> str:
    """One transformer layer (post-norm BERT)."""
    stem = f"encoder.layer.{number}"
    attended = writer.quantized(_attend(writer, given, weights, f"{stem}.attention.self", heads))
    output = f"{stem}.attention.output"
    mixed = writer.matrix(attended, weights[f"{output}.dense.weight"], f"{output}.mixed")
    normed = _add_and_normalize(writer, (mixed, given), weights, output)
    dense = f"{stem}.intermediate.dense"
    wide = writer.matrix(writer.quantized(normed), weights[f"{dense}.weight"], dense)
    bias = writer.constant(f"{dense}.bias", weights[f"{dense}.bias"])
    active = writer.node("FastGelu", [wide, bias], f"{dense}.active", CONTRIB)
    output = f"{stem}.output"
    narrow = writer.matrix(
        writer.quantized(active), weights[f"{output}.dense.weight"], f"{output}.narrow"
    )
    return _add_and_normalize(writer, (narrow, normed), weights, output)


def _attend(
    writer: GraphWriter, given: str, weights: Mapping[str, Floats], stem: str, heads: int
) -> str:
    quantized = writer.quantized(given)
    parts = [
        writer.matrix(quantized, weights[f"{stem}.{name}.weight"], f"{stem}.{name}")
        for name in ("query", "key")
    ]
    # Values stay fp32: of all matrices theirs cost most in int8 for their size. For 5 MB the logits
    # come a fifth to a third nearer to the fp32 network's (350 test items, benchmarks.tagger_fp32).
    value = writer.constant(f"{stem}.value.weight", weights[f"{stem}.value.weight"].T)
    parts.append(writer.node("MatMul", [given, value], f"{stem}.value"))
    bias = np.concatenate([weights[f"{stem}.{name}.bias"] for name in ("query", "key", "value")])
    inputs = [*parts, writer.constant(f"{stem}.bias", bias), "mask"]
    return writer.node("MultiHeadAttention", inputs, stem, CONTRIB, num_heads=heads)


def _pool(writer: GraphWriter, hidden: str) -> str:
    """Mean over the tokens that are no padding: (batch, width)."""
    floats = writer.node("Cast", ["attention_mask"], "mask.floats", to=TensorProto.FLOAT)
    columns = writer.node("Unsqueeze", [floats, "last"], "mask.columns")
    kept = writer.node("Mul", [hidden, columns], "kept")
    axis = writer.constant("tokens", np.array([1], np.int64))
    summed = writer.node("ReduceSum", [kept, axis], "summed", keepdims=0)
    count = writer.node("ReduceSum", [columns, axis], "count", keepdims=0)
    return writer.node("Div", [summed, count], "pooled")


def _heads(writer: GraphWriter, pooled: str, weights: Mapping[str, Floats]) -> None:
    """The three outputs; the heads are small and stay fp32."""
    for name, output in (("risk", "risks"), ("tone", "tones"), ("space", "vector")):
        matrix = writer.constant(f"{name}.weight", weights[f"{name}.weight"].T)
        bias = writer.constant(f"{name}.bias", weights[f"{name}.bias"])
        product = writer.node("MatMul", [pooled, matrix], f"{name}.product")
        writer.node("Add", [product, bias], output)
    writer.node("LpNormalization", ["vector"], "embeddings", axis=-1, p=2)


def write_graph(weights: Mapping[str, Floats], layers: int, heads: int, path: Path) -> None:
    """Write the tagger as ONNX.

    Args:
        weights: BERT's tensors by their Hugging Face names, and `risk`, `tone` and `space` heads
            (`.weight` (out, width), `.bias` (out,)), all float32.
        layers: Transformer layers.
        heads: Attention heads.
        path: The file to write. Inputs `input_ids` and `attention_mask`, int64 (batch, tokens);
            outputs `risks` (batch, risks), `tones` (batch, 3), `embeddings` (batch, width).
    """
    writer = GraphWriter()
    writer.constant("last", np.array([-1], np.int64))
    writer.constant("tiny", np.array(1e-9, np.float32))
    writer.constant("step", np.array(1 / 127, np.float32))
    writer.constant("middle", np.array(128, np.uint8))
    writer.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    hidden = _embed(writer, weights)
    for number in range(layers):
        hidden = _layer(writer, hidden, weights, number, heads)
    _heads(writer, _pool(writer, hidden), weights)
    sizes = {
        "risks": len(weights["risk.bias"]),
        "tones": len(weights["tone.bias"]),
        "embeddings": weights["space.weight"].shape[0],
    }
    path.write_bytes(_model(writer, sizes).SerializeToString())


def _model(writer: GraphWriter, sizes: Mapping[str, int]) -> ModelProto:
    """Return the model around the nodes written, with outputs of these widths."""
    graph = helper.make_graph(
        writer.nodes,
        "shoalwatch-tagger",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
            for name, size in sizes.items()
        ],
        writer.constants,
    )
    imports = [helper.make_opsetid("", 18), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=imports, ir_version=10)
