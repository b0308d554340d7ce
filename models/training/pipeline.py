"""From labelled items to a folder of weights, in one call."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.corpus import (
    LabelledItem,
    Split,
    digest_of,
    part_of,
    read_items,
    read_news,
    read_pool,
    read_pool_labels,
    split,
)
from models.metrics import label_score, macro_f1
from models.reading import lead
from models.tagger import RISKS, SENTIMENTS, TaggerInput
from models.training.batches import Example, pad, targets
from models.training.calibration import fit_head, temperature
from models.training.fit import PADDING, Predictions, Progress, fit, predict
from models.training.graph import write_graph
from models.training.network import NewsEncoder
from models.training.settings import RunRecord, TrainingSettings
from models.training.vocabulary import cut_tokenizer, frequent_words, kept_ids
from models.weights import CARD, FORMAT, MODEL, TOKENIZER, Card, write_manifest

PREFIX = "query: "
SERVED_TOKENS = 256
"""Tokens read of an article when tagging; training texts are headlines and summaries."""

log = structlog.get_logger()


def train(settings: TrainingSettings, progress: Progress = lambda *_: None) -> RunRecord:
    """Train the tagger and write its weights folder.

    Raises:
        CorpusError: labelled items are missing or malformed.
    """
    began = time.monotonic()
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    settings.out.mkdir(parents=True, exist_ok=True)
    rows = read_pool(settings.pool) if settings.pool else []
    pool = [TaggerInput(row["title"] or "", row.get("summary") or "", "en") for row in rows]
    items = read_items() + (read_news(settings.news) if settings.news else [])
    parts = _with_pool_labels(split(items, settings.seed), read_pool_labels(rows), settings.seed)
    ids = _cut(settings, items, pool)
    network = NewsEncoder(str(settings.encoder), ids)
    reader = _Reader(settings, network)
    learnt = reader.examples(parts.train) + reader.pseudo(pool)
    development = reader.examples(parts.development)
    trained, history, best = fit(network, learnt, development, settings, progress)
    found = predict(trained, development)
    record = RunRecord(
        version=_version(settings, parts.train),
        settings=_plain(settings),
        libraries={name: library_version(name) for name in ("torch", "transformers", "numpy")}
        | {"python": platform.python_version()},
        data={
            "items": len(items),
            "train": {"count": len(parts.train), "sha256": digest_of(parts.train)},
            "development": {
                "count": len(parts.development),
                "sha256": digest_of(parts.development),
            },
            "test": {"count": len(parts.test), "sha256": digest_of(parts.test)},
            "pseudo": len(learnt) - len(parts.train),
        },
        pieces=len(ids),
        epochs=history,
        best_epoch=best,
        seconds=round(time.monotonic() - began, 1),
        development={},
    )
    return _write(settings.out, trained, found, parts.development, record)


class _Reader:
    """Turns texts into examples: token ids, and the base encoder's embedding of each."""

    def __init__(self, settings: TrainingSettings, network: NewsEncoder) -> None:
        self.settings, self.network = settings, network
        self.tokenizer = Tokenizer.from_file(str(settings.out / TOKENIZER))
        self.tokenizer.enable_truncation(settings.max_tokens)
        self.centre: Tensor | None = None

    def examples(self, items: Sequence[LabelledItem]) -> list[Example]:
        """Return labelled items as examples; the first call sets the centre of the space."""
        texts = [lead(item.given()) for item in items]
        labels = [targets(item) for item in items]
        weights = [self.settings.doubtful_weight if item.doubtful else 1.0 for item in items]
        return self._examples(texts, labels, weights)

    def pseudo(self, pool: Sequence[TaggerInput]) -> list[Example]:
        """Return pool headlines with the teacher's probabilities as labels (self-training)."""
        settings = self.settings
        if not (settings.pseudo and settings.teacher and pool):
            return []
        from models.training.selftraining import choose  # noqa: PLC0415

        chosen = choose(pool, settings.teacher, settings.pseudo, settings.seed)
        labels = [(one.risks, one.tones) for one in chosen]
        return self._examples([one.text for one in chosen], labels, [one.weight for one in chosen])

    def _examples(
        self,
        texts: list[str],
        labels: Sequence[tuple[tuple[float, ...], tuple[float, ...]]],
        weights: Sequence[float],
    ) -> list[Example]:
        encoded = [e.ids for e in self.tokenizer.encode_batch([PREFIX + text for text in texts])]
        pooled = _pooled(self.network, encoded)
        if self.centre is None:
            self.centre = nn.functional.normalize(pooled, dim=-1).mean(0)
            length = pooled.norm(dim=-1).mean()
            self.network.space.bias.data = -self.centre * length
        base = nn.functional.normalize(self.network.space(pooled), dim=-1).detach()
        return [
            Example(ids, risks, tones, weight, base[row])
            for row, (ids, (risks, tones), weight) in enumerate(
                zip(encoded, labels, weights, strict=True)
            )
        ]


def _with_pool_labels(parts: Split, labelled: Sequence[LabelledItem], seed: int) -> Split:
    """Add labelled pool headlines to train and development; the test part stays as it is."""
    development = [item for item in labelled if part_of(item.event, seed) == "development"]
    rest = [item for item in labelled if part_of(item.event, seed) != "development"]
    return Split((*parts.train, *rest), (*parts.development, *development), parts.test)


def _pooled(network: NewsEncoder, encoded: Sequence[list[int]]) -> Tensor:
    network.eval()
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    out = torch.zeros(len(encoded), network.encoder.config.hidden_size)
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            out[rows] = network.pooled(*pad([encoded[i] for i in rows], PADDING))
    return out.clone()


def _cut(
    settings: TrainingSettings, items: Sequence[LabelledItem], pool: Sequence[TaggerInput]
) -> list[int]:
    """Write the cut tokenizer into `out`; return the kept ids of the full one."""
    whole = settings.encoder / TOKENIZER
    texts = [lead(item.given()) for item in items] + [lead(given) for given in pool]
    ids = kept_ids(whole, [PREFIX, *texts, *frequent_words()])
    cut_tokenizer(whole, ids, settings.out / TOKENIZER)
    log.info("vocabulary_cut", pieces=len(ids))
    return ids


def _write(
    out: Path,
    trained: nn.Module,
    found: Predictions,
    development: Sequence[LabelledItem],
    record: RunRecord,
) -> RunRecord:
    """Write graph, card, manifest and run record."""
    tensors = {name: value.float().numpy() for name, value in trained.state_dict().items()}
    weights = {name.removeprefix("encoder."): v for name, v in tensors.items()}
    # The encoder's own stack is called `encoder` too: encoder.encoder.layer -> encoder.layer.
    config = trained.encoder.config
    write_graph(weights, config.num_hidden_layers, config.num_attention_heads, out / MODEL)
    card = _card(found, development, record)
    record = record.model_copy(update={"development": card.scores["development"]})
    (out / CARD).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
    write_manifest(out)
    (out / "run.json").write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return record


def _card(found: Predictions, development: Sequence[LabelledItem], record: RunRecord) -> Card:
    logits = found.risks.astype(np.float64)
    truth = np.array([[item.label(risk) for risk in RISKS] for item in development], bool)
    tones = np.array([("neg", "neu", "pos").index(item.sentiment) for item in development])
    heads = {risk: fit_head(logits[:, k], truth[:, k]) for k, risk in enumerate(RISKS)}
    scores: dict[str, Any] = {}
    for k, (risk, head) in enumerate(heads.items()):
        probability = 1 / (1 + np.exp(-(logits[:, k] * head.slope + head.offset)))
        scores[risk] = label_score(
            truth[:, k], probability, probability >= head.threshold
        ).as_dict()
    scores["sentiment_macro_f1"] = round(macro_f1(tones, found.tones.argmax(1), 3), 4)
    return Card(
        format=FORMAT,
        version=record.version,
        prefix=PREFIX,
        max_tokens=SERVED_TOKENS,
        risks=heads,
        sentiments=SENTIMENTS,
        sentiment_temperature=temperature(found.tones.astype(np.float64), tones),
        training=record.model_dump(include={"settings", "libraries", "data", "pieces", "epochs"}),
        scores={"development": scores},
    )


def _version(settings: TrainingSettings, items: Sequence[LabelledItem]) -> str:
    """Return a version that names the data and settings: date-free, so a repeat gives the same."""
    text = f"{digest_of(items)}{settings.model_dump_json(exclude={'out', 'encoder', 'threads'})}"
    import hashlib  # noqa: PLC0415

    return f"shoal-e5s-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    """Return the settings without machine paths."""
    plain = settings.model_dump(mode="json")
    names = ("encoder", "out", "news", "pool", "teacher")
    return plain | {name: Path(plain[name]).name for name in names if plain[name]}
