"""What packing into int8 costs: F1 per label of the shipped graph and of its fp32 network.

    python -m benchmarks.tagger_fp32 [--weights FOLDER] [--news real.jsonl]

Same test items, same thresholds and calibration slopes; the fp32 network is the one that training
kept beside the weights (fp32.pt). Both are asked with the same token ids, and what the lexical head
says of the words is added to both. The difference is int8
less fp32, in points of F1 pooled over languages, with a paired bootstrap over events. Needs torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from models.corpus import LabelledItem
from models.evaluation.bootstrap import event_weights, f1s, interval, macro_f1s
from models.evaluation.judging import held_out, shared_news
from models.evaluation.scoring import TONES
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import RISKS
from models.training.batches import pad
from models.training.fit import PADDING
from models.training.full_precision import load_full_precision
from models.weights import default_folder

MOST_LOST = 0.5
"""Points of F1 that int8 may cost."""
BATCH = 16
Logits = tuple[np.ndarray, np.ndarray]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, default=default_folder())
    parser.add_argument("--news", type=Path, default=shared_news())
    options = parser.parse_args()
    torch.set_num_threads(2)
    tagger = OnnxTagger(options.weights)
    seed = int(tagger.card.training["settings"]["seed"])
    parts = held_out(seed, options.news)
    items = [item for part in parts.values() for item in part]
    texts = [lead(item.given()) for item in items]
    lexical = tagger.lexical_logits(texts)
    risks, tones, _ = tagger.encoder_outputs(texts)
    packed = risks + lexical, tones
    risks, tones = full_logits(options.weights, tagger.token_ids(texts))
    full = risks + lexical, tones
    print(f"{tagger.model_version}: {len(items)} test items of {', '.join(parts)}")
    print("label                int8    fp32    int8 - fp32, points (95 % interval)")
    lost = report(tagger, items, packed, full)
    verdict = "met" if lost <= MOST_LOST else "MISSED"
    print(f"bar: no risk loses more than {MOST_LOST} points; most lost {lost:.2f}: {verdict}")
    return int(lost > MOST_LOST)


def full_logits(folder: Path, ids: Sequence[list[int]]) -> Logits:
    """Run the kept fp32 network: risk logits (items, risks), sentiment logits (items, 3)."""
    network = load_full_precision(folder)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    risks, tones = np.zeros((len(ids), len(RISKS))), np.zeros((len(ids), len(TONES)))
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            out = network(*pad([ids[i] for i in rows], PADDING))
            risks[rows], tones[rows] = out.risks.numpy(), out.tones.numpy()
    return risks, tones


def report(
    tagger: OnnxTagger, items: Sequence[LabelledItem], packed: Logits, full: Logits
) -> float:
    """Print a line per label and return the most points that a risk loses."""
    weights = event_weights([item.event for item in items])
    one, lost = np.ones((1, len(items))), 0.0
    for k, (risk, head) in enumerate(tagger.card.risks.items()):
        truth = np.array([item.label(risk) == 1 for item in items])
        tagged = [
            1 / (1 + np.exp(-(logits[0][:, k] * head.slope + head.offset))) >= head.threshold
            for logits in (packed, full)
        ]
        values = [float(f1s(one, truth, t)[0]) for t in tagged]
        spread = f1s(weights, truth, tagged[0]) - f1s(weights, truth, tagged[1])
        lost = max(lost, 100 * (values[1] - values[0]))
        line(risk, values, spread)
    tones = np.array([TONES.index(item.sentiment) for item in items])
    found = [logits[1].argmax(1) for logits in (packed, full)]
    values = [float(macro_f1s(one, tones, f, 3)[0]) for f in found]
    line(
        "sentiment",
        values,
        macro_f1s(weights, tones, found[0], 3) - macro_f1s(weights, tones, found[1], 3),
    )
    return lost


def line(label: str, values: Sequence[float], spread: np.ndarray) -> None:
    low, high = interval(100 * spread)
    difference = 100 * (values[0] - values[1])
    shown = f"{difference:+.2f} ({low:+.2f} to {high:+.2f})"
    print(f"{label:20} {values[0]:.4f}  {values[1]:.4f}  {shown}")


if __name__ == "__main__":
    raise SystemExit(main())
