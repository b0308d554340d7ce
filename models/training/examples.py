"""Turns texts into examples: token ids, and the base encoder's embedding of each."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer
from torch import Tensor, empty, nn

from models.corpus import NEWS_BATCH, LabelledItem, Split
from models.corrections import CorrectedItem
from models.gazetteer import load_gazetteer
from models.neutral_words import neutral_words
from models.reading import lead
from models.tagger import RISKS, TaggerInput
from models.training.batches import TONES, Example, partly, targets
from models.training.network import NewsEncoder
from models.training.parts import real_test
from models.training.publish import PREFIX
from models.training.settings import TrainingSettings
from models.training.space import pool_all
from models.weights import TOKENIZER


class Reader:
    """Reads with the tokenizer in the training's `out`, and with the network before training."""

    def __init__(self, settings: TrainingSettings, network: NewsEncoder) -> None:
        self.settings, self.network = settings, network
        self.tokenizer = Tokenizer.from_file(str(settings.out / TOKENIZER))
        self.tokenizer.enable_truncation(settings.max_tokens)
        self.centre: Tensor | None = None

    def examples(self, items: Sequence[LabelledItem]) -> list[Example]:
        """Return labelled items as examples; the first call sets the centre of the space."""
        texts = [lead(item.given()) for item in items]
        labels = [targets(item) for item in items]
        return self._examples(texts, labels, [self._weight(item) for item in items])

    def words(self, items: Sequence[LabelledItem]) -> list[Example]:
        """Return labelled items as examples for the lexical head alone."""
        nowhere, read = empty(0), self._words([lead(item.given()) for item in items])
        return [
            Example([], *targets(item), self._weight(item), nowhere, words=words)
            for item, words in zip(items, read, strict=True)
        ]

    def _weight(self, item: LabelledItem) -> float:
        weight = self.settings.doubtful_weight if item.doubtful else 1.0
        return weight * (self.settings.news_weight if item.batch == NEWS_BATCH else 1.0)

    def corrected(self, items: Sequence[CorrectedItem]) -> list[Example]:
        """Return corrected texts as examples of which only the judged labels are known."""
        if not items:
            return []
        texts = [lead(item.given()) for item in items]
        unknown = ((0.0,) * len(RISKS), (1 / len(TONES),) * len(TONES))
        examples = self._examples(texts, [unknown] * len(items), [1.0] * len(items))
        return [partly(one, item.labels) for one, item in zip(examples, items, strict=True)]

    def pseudo(
        self, pool: Sequence[TaggerInput], labelled: Sequence[LabelledItem], parts: Split
    ) -> list[Example]:
        """Return pool headlines with the teacher's probabilities as labels (self-training).

        Labelled ones and those near the test part are left out.
        """
        settings = self.settings
        if not (settings.pseudo and settings.teacher):
            return []
        from models.training.selftraining import apart, choose  # noqa: PLC0415

        free = apart(pool, labelled, real_test(settings, parts))
        chosen = choose(free, settings.teacher, settings.pseudo, settings.seed)
        labels = [(one.risks, one.tones) for one in chosen]
        return self._examples([one.text for one in chosen], labels, [one.weight for one in chosen])

    def _examples(
        self,
        texts: list[str],
        labels: Sequence[tuple[tuple[float, ...], tuple[float, ...]]],
        weights: Sequence[float],
    ) -> list[Example]:
        encoded = self._encoded(texts)
        pooled = pool_all(self.network, encoded)
        if self.centre is None:
            self.centre = nn.functional.normalize(pooled, dim=-1).mean(0)
            length = pooled.norm(dim=-1).mean()
            self.network.space.bias.data = -self.centre * length
        base = nn.functional.normalize(self.network.space(pooled), dim=-1).detach()
        words = self._words(texts)
        return [
            Example(ids, risks, tones, weight, base[row], words=words[row])
            for row, (ids, (risks, tones), weight) in enumerate(
                zip(encoded, labels, weights, strict=True)
            )
        ]

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of texts, as the encoder reads them: gloss, prefix, cut."""
        glossed = load_gazetteer().glossed
        prefixed = [PREFIX + glossed(text) for text in texts]
        return [one.ids for one in self.tokenizer.encode_batch(prefixed)]

    def _words(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        encoded = self.tokenizer.encode_batch([neutral_words(text) for text in texts])
        return [tuple(one.ids) for one in encoded]
