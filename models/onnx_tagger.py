"""The tagger that runs: tokenizer by transformers, one int8 encoder pass by ONNX Runtime.

What the lexical head says of the words is added to the encoder's risk logits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.errors import WeightsError
from models.evidence import with_evidence
from models.gazetteer import Named, load_gazetteer
from models.lexical import LexicalHead
from models.neutral_words import neutral_words
from models.reading import lead, refusal, what_was_read
from models.settings import ModelSettings
from models.tagger import SENTIMENTS, Read, Tagged, TaggerInput, unit_embedding
from models.weights import MODEL, TOKENIZER, Card, chosen_folder, read_card, require

Floats = npt.NDArray[np.float32]

UNKNOWN, PADDING = "<unk>", "<pad>"

BATCH_TOKENS = 2048
"""Padded tokens in one pass. Activations stay small (feed-forward: 12 MB); measured no slower
than 4096 or 8192 on two cores."""
CHUNK = 1024
"""Texts tokenized at a time, so that memory does not grow with the number of texts."""


class OnnxTagger:
    """Tags with the weights of a folder."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load the weights.

        Args:
            folder: A weights folder (see `models.weights`).
            threads: Processor threads to use.

        Raises:
            WeightsError: a file of the folder is missing or cannot be loaded.
        """
        self.card: Card = read_card(folder)
        self._tokenizer = _load_tokenizer(require(folder, TOKENIZER))
        self.lexical = LexicalHead.read(folder)
        self._session = _load_session(require(folder, MODEL), threads)
        self._slopes = np.array([head.slope for head in self.card.risks.values()], np.float32)
        self._offsets = np.array([head.offset for head in self.card.risks.values()], np.float32)

    @classmethod
    def of_settings(cls, settings: ModelSettings, folder: Path | None = None) -> Self:
        """Load the weights that the settings choose, or those of a folder. Raises WeightsError."""
        return cls(folder or chosen_folder(settings), threads=settings.model_threads)

    @property
    def model_version(self) -> str:
        """The version in the weights' card."""
        return self.card.version

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        """Tag every text, in order; see `models.tagger.Tagger`."""
        return in_chunks(texts, self._tag_chunk)

    def verdicts(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        """Tag every text, in order, without looking for evidence: two to three times as fast."""
        leads = [lead(given) for given in texts]
        reasons = [refusal(text) for text in leads]
        readable = [i for i, reason in enumerate(reasons) if reason is None]
        out = [self._refused(reason or "") for reason in reasons]
        gazetteer = load_gazetteer()
        ids, ends = self._encoded([leads[i] for i in readable])
        risks, tones, embeddings = self._run(ids)
        risks += self.lexical_logits([leads[i] for i in readable])
        for row, i in enumerate(readable):
            named = gazetteer.find(texts[i])
            read = what_was_read(texts[i], leads[i], ends[row])
            out[i] = self._tagged(risks[row], tones[row], embeddings[row], named, read)
        return out

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return unit embeddings of free texts such as search queries: float32 (n, 384)."""
        tagged = self.tag([TaggerInput(title=text) for text in texts])
        return np.stack([one.embedding for one in tagged]) if tagged else np.zeros((0, 384), "f4")

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return calibrated risk probabilities of plain texts: float32 (n, risks)."""
        return self.probabilities_and_embeddings(texts)[0]

    def probabilities_and_embeddings(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Return calibrated probabilities (n, risks) and embeddings (n, 384) of texts."""
        risks, _, embeddings = self.logits(texts)
        return self._calibrated(risks), embeddings

    def logits(self, texts: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Return raw risk logits (n, risks), sentiment logits (n, 3) and embeddings (n, 384)."""
        risks, tones, embeddings = self.encoder_outputs(texts)
        return risks + self.lexical_logits(texts), tones, embeddings

    def encoder_outputs(self, texts: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Return what `logits` returns, of the encoder alone: without the lexical head's part."""
        return self._run(self.token_ids(texts))

    def lexical_logits(self, texts: Sequence[str]) -> Floats:
        """Return the lexical head's part of the risk logits of plain texts: (n, risks)."""
        return self.lexical.logits(self.word_ids(texts))

    def word_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of plain texts as the lexical head reads them: without names."""
        words = [neutral_words(text) for text in texts]
        if not words:
            return []
        ids: list[list[int]] = self._tokenized(words)["input_ids"]
        return ids

    def _tag_chunk(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        return with_evidence(texts, self.verdicts(texts), self.probabilities)

    def _calibrated(self, logits: Floats) -> Floats:
        return sigmoid(logits * self._slopes + self._offsets)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of plain texts, as the encoder reads them: gloss, prefix, cut."""
        return self._encoded(texts)[0]

    def _encoded(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        """Return the token ids of texts, and how many characters of each text they hold."""
        if not texts:
            return [], []
        glossed = load_gazetteer().glossed
        prefixed = [self.card.prefix + glossed(text) for text in texts]
        encoded = self._tokenized(prefixed)
        ids: list[list[int]] = encoded["input_ids"]
        ends = [len(text) for text in texts]
        for row, tokens in enumerate(ids):
            if len(tokens) == self.card.max_tokens:  # only such a one may be cut
                last = max(end for _, end in encoded.encodings[row].offsets)
                ends[row] = max(0, last - len(prefixed[row]) + len(texts[row]))
        return ids, ends

    def _tokenized(self, texts: list[str]) -> Any:
        return self._tokenizer(texts, truncation=True, max_length=self.card.max_tokens)

    def _run(self, encoded: Sequence[list[int]]) -> tuple[Floats, Floats, Floats]:
        risks = np.zeros((len(encoded), len(self.card.risks)), np.float32)
        tones = np.zeros((len(encoded), len(self.card.sentiments)), np.float32)
        embeddings = np.zeros((len(encoded), len(unit_embedding())), np.float32)
        for rows in _batches([len(ids) for ids in encoded]):
            feed = _padded([encoded[row] for row in rows], self._tokenizer.pad_token_id)
            risks[rows], tones[rows], embeddings[rows] = self._session.run(None, feed)
        return risks, tones, embeddings

    def _tagged(
        self, risk_logits: Floats, tone_logits: Floats, embedding: Floats, named: Named, read: Read
    ) -> Tagged:
        heads = self.card.risks
        scores = self._calibrated(risk_logits)
        risks = {name: float(score) for name, score in zip(heads, scores, strict=True)}
        tones = _softmax(tone_logits / np.float32(self.card.sentiment_temperature))
        tone = int(tones.argmax())
        return Tagged(
            risks=risks,
            categories=frozenset(k for k, p in risks.items() if heads[k].tags(p)),
            sentiment=SENTIMENTS[tone],
            sentiment_probability=float(tones[tone]),
            embedding=embedding.copy(),
            model_version=self.model_version,
            unsure=frozenset(k for k, p in risks.items() if heads[k].doubts(p)),
            countries=named.countries,
            places=named.places,
            read=read,
        )

    def _refused(self, reason: str) -> Tagged:
        return Tagged(
            risks=dict.fromkeys(self.card.risks, 0.0),
            categories=frozenset(),
            sentiment="neutral",
            sentiment_probability=1 / len(SENTIMENTS),
            embedding=unit_embedding(),
            model_version=self.model_version,
            refused=reason,
        )


def _load_tokenizer(path: Path) -> Any:
    # Importing transformers without torch prints an advisory; the tagger never needs torch.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    try:
        special = {"unk_token": UNKNOWN, "pad_token": PADDING}
        return PreTrainedTokenizerFast(tokenizer_file=str(path), **special)  # type: ignore[no-untyped-call]
    except Exception as error:  # the Rust tokenizer raises bare Exception for a torn file
        raise WeightsError(
            f"Tokenizer {path} cannot be read: {error}. Run `shoalwatch doctor`."
        ) from error


def _load_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no public root
        raise WeightsError(
            f"Model {path} cannot be loaded: {error}. Run `shoalwatch doctor`."
        ) from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches of like length, each at most BATCH_TOKENS padded tokens."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _padded(rows: Sequence[list[int]], padding: int) -> dict[str, npt.NDArray[np.int64]]:
    width = max(map(len, rows))
    ids = np.full((len(rows), width), padding, np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def in_chunks(
    texts: Sequence[TaggerInput], tag: Callable[[Sequence[TaggerInput]], list[Tagged]]
) -> list[Tagged]:
    """Tag texts CHUNK at a time; the answers come in the order of the texts."""
    return [
        tagged
        for start in range(0, len(texts), CHUNK)
        for tagged in tag(texts[start : start + CHUNK])
    ]


def sigmoid(logits: npt.NDArray[np.floating[Any]]) -> Floats:
    """Return the probabilities of logits, as float32."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))), np.float32)


def _softmax(logits: Floats) -> Floats:
    exponents = np.exp(logits - logits.max())
    return np.asarray(exponents / exponents.sum(), np.float32)
