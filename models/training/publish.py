"""Turns a trained network into a weights folder: graph, calibration, card, manifest, record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from models.corpus import HELD_BATCHES, NEWS_BATCH, POOL_BATCHES, LabelledItem
from models.lexical import LexicalHead
from models.metrics import label_score, macro_f1
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import RISKS, SENTIMENTS
from models.training.batches import TONES
from models.training.calibration import fit_head, temperature
from models.training.graph import write_graph
from models.training.lexical import share_of
from models.training.settings import RunRecord
from models.weights import CARD, FORMAT, MODEL, Card, HeadCalibration, write_manifest

PREFIX = "query: "
SERVED_TOKENS = 256
"""Tokens read of an article when tagging; training texts are headlines and summaries."""
SHOWN = {"settings", "libraries", "data", "pieces", "epochs", "lexical_shares"}
"""What the card has of the run record."""


def export(trained: nn.Module, out: Path) -> None:
    """Write the trained network as int8 ONNX."""
    tensors = {name: value.float().numpy() for name, value in trained.state_dict().items()}
    # The encoder's own stack is called `encoder` too: encoder.encoder.layer -> encoder.layer.
    weights = {name.removeprefix("encoder."): value for name, value in tensors.items()}
    config = trained.encoder.config
    write_graph(weights, config.num_hidden_layers, config.num_attention_heads, out / MODEL)


def calibrate(
    out: Path, development: Sequence[LabelledItem], record: RunRecord, lexical: LexicalHead
) -> RunRecord:
    """Calibrate an exported graph on the development part; write all other files of the folder.

    The int8 graph itself is asked, so that what quantization moves is calibrated away.
    """
    plain = HeadCalibration(slope=1, offset=0, threshold=0.5, unsure=(0.5, 0.5))
    draft = Card(
        format=FORMAT,
        version=record.version,
        prefix=PREFIX,
        max_tokens=SERVED_TOKENS,
        risks=dict.fromkeys(RISKS, plain),
        sentiments=SENTIMENTS,
        sentiment_temperature=1,
        training={},
        scores={},
    )
    _write_card(draft, out)
    truth = np.array([[item.label(risk) for risk in RISKS] for item in development], bool)
    tones = np.array([TONES[item.sentiment] for item in development])
    groups = np.array([_group(item) for item in development])
    texts = [lead(item.given()) for item in development]
    logits, tone_logits, shares = _weigh(out, lexical, texts, truth, groups)
    record = record.model_copy(update={"lexical_shares": dict(zip(RISKS, shares, strict=True))})
    heads = {
        risk: fit_head(logits[:, k].astype(np.float64), truth[:, k], groups)
        for k, risk in enumerate(RISKS)
    }
    scores = _development_scores(logits, truth, heads)
    scores["sentiment_macro_f1"] = round(macro_f1(tones, tone_logits.argmax(1), len(TONES)), 4)
    fitted = {
        "risks": heads,
        "sentiment_temperature": temperature(tone_logits.astype(np.float64), tones),
        "training": record.model_dump(include=SHOWN),
        "scores": {"development": scores},
    }
    _write_card(draft.model_copy(update=fitted), out)
    write_manifest(out)
    record = record.model_copy(update={"development": scores})
    (out / "run.json").write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return record


def _weigh(
    out: Path,
    lexical: LexicalHead,
    texts: Sequence[str],
    truth: npt.NDArray[np.bool_],
    groups: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], list[float]]:
    """Write the lexical head, scaled by the share of it that each risk is told best with.

    Returns:
        The sums of encoder's and scaled head's risk logits, the sentiment logits, and the shares.
    """
    lexical.write(out)  # a tagger needs one to load; the encoder is asked alone
    tagger = OnnxTagger(out)
    encoder, tones, _ = tagger.encoder_outputs(texts)
    words = tagger.word_ids(texts)
    said = lexical.logits(words)
    shares = [
        share_of(
            encoder[:, k].astype(np.float64), said[:, k].astype(np.float64), truth[:, k], groups
        )
        for k in range(len(RISKS))
    ]
    scaled = lexical.scaled(shares)
    scaled.write(out)
    return encoder + scaled.logits(words), tones, shares


def _group(item: LabelledItem) -> int:
    """Return the group that an item counts in where thresholds are chosen.

    Labelled real headlines, those of the pool, and own items in English and in
    other languages score best at thresholds of their own; each group weighs as much as the others,
    however many items it has. Own items that no training saw, by batch, are groups of their own.
    """
    if item.batch == NEWS_BATCH:
        return 0
    if item.batch in POOL_BATCHES:
        return 1
    return 2 + (item.language != "en") + 2 * (item.batch in HELD_BATCHES)


def _write_card(card: Card, out: Path) -> None:
    (out / CARD).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _development_scores(
    logits: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    heads: dict[str, HeadCalibration],
) -> dict[str, Any]:
    scores: dict[str, Any] = {}
    for k, (risk, head) in enumerate(heads.items()):
        probability = 1 / (
            1 + np.exp(-(logits[:, k].astype(np.float64) * head.slope + head.offset))
        )
        scores[risk] = label_score(
            truth[:, k], probability, probability >= head.threshold
        ).as_dict()
    return scores
