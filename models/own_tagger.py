"""The tagger with own categories: their heads read the embedding that the one pass gives anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.evidence import with_evidence
from models.onnx_tagger import OnnxTagger, in_chunks, sigmoid
from models.own_categories import OwnCategory, version
from models.tagger import Tagged, TaggerInput

Floats = npt.NDArray[np.float32]


class OwnCategoriesTagger:
    """Tags with the shipped heads and, on the same embedding, with those of own categories."""

    def __init__(self, tagger: OnnxTagger, own: Sequence[OwnCategory]) -> None:
        """Join a tagger and at least one category whose head was trained on its embeddings."""
        self._tagger, self._own = tagger, tuple(own)
        self._version = version(tagger.model_version, own)
        heads = [one.head for one in own]
        slopes = np.array([head.calibration.slope for head in heads])
        offsets = np.array([head.calibration.offset for head in heads])
        self._weights = np.array([head.weights for head in heads]) * slopes[:, None]
        self._bias = np.array([head.bias for head in heads]) * slopes + offsets

    @property
    def model_version(self) -> str:
        """The version of the weights and of every own head."""
        return self._version

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        """Tag every text, in order; see `models.tagger.Tagger`."""
        return in_chunks(texts, self._tag_chunk)

    def _tag_chunk(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        verdicts = [self._with_own(verdict) for verdict in self._tagger.verdicts(texts)]
        return with_evidence(texts, verdicts, self._probabilities)

    def _probabilities(self, texts: Sequence[str]) -> Floats:
        shipped, embeddings = self._tagger.probabilities_and_embeddings(texts)
        return np.hstack([shipped, self._own_probabilities(embeddings)])

    def _own_probabilities(self, embeddings: Floats) -> Floats:
        """Return probabilities (texts, own categories) of embeddings (texts, 384)."""
        logits = embeddings.astype(np.float64) @ self._weights.T + self._bias
        return sigmoid(logits)

    def _with_own(self, verdict: Tagged) -> Tagged:
        found = self._own_probabilities(verdict.embedding[None])[0]
        scores = [0.0 if verdict.refused else float(score) for score in found]
        risks = {one.id: score for one, score in zip(self._own, scores, strict=True)}
        read = {one.id: one.head.calibration for one in self._own}
        tagged = {name for name, score in risks.items() if read[name].tags(score)}
        unsure = {
            name
            for name, score in risks.items()
            if not verdict.refused and read[name].doubts(score)
        }
        return replace(
            verdict,
            risks=verdict.risks | risks,
            categories=verdict.categories | tagged,
            unsure=verdict.unsure | unsure,
            model_version=self._version,
        )
