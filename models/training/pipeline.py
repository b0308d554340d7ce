"""From labelled items to a folder of weights, in one call."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.corpus import (
    HELD_BATCHES,
    NEWS_BATCH,
    LabelledItem,
    Split,
    away_from_test,
    digest_of,
    hold_back,
    part_of,
    read_items,
    read_news,
    read_pool,
    read_pool_labels,
    split,
)
from models.corrections import CorrectedItem, CorrectedParts, parts_of, read_corrections
from models.errors import CorpusError
from models.evaluation.judging import shared_news
from models.gazetteer import load_gazetteer
from models.reading import lead
from models.tagger import RISKS, TaggerInput
from models.training.averaging import fit_runs, forget_runs
from models.training.batches import TONES, Example, partly, targets
from models.training.checkpoints import libraries, writing
from models.training.fit import Progress
from models.training.full_precision import keep
from models.training.network import NewsEncoder, cut_encoder
from models.training.publish import PREFIX, calibrate, export
from models.training.readiness import prepare
from models.training.settings import RunRecord, TrainingSettings
from models.training.space import pool_all, refit_space
from models.training.vocabulary import cut_tokenizer, frequent_words, kept_ids
from models.weights import TOKENIZER

log = structlog.get_logger()


def train(settings: TrainingSettings, progress: Progress = lambda *_: None) -> RunRecord:
    """Train the tagger and write its weights folder.

    Raises:
        CorpusError: labelled items are missing or malformed.
        ModelError: `prepare` refuses the settings, or `out` holds another stopped training.
    """
    began = time.monotonic()
    prepare(settings)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    rows = _pool_rows(settings.pool) if settings.pool else []
    pool = [TaggerInput(row.get("title") or "", row.get("summary") or "", "en") for row in rows]
    items = read_items() + (read_news(settings.news) if settings.news else [])
    labelled = read_pool_labels(rows)
    parts = _with_pool_labels(hold_back(split(items, settings.seed)), labelled, settings)
    corrected = corrected_parts(settings, parts)
    read = [item for item in items if item.batch not in HELD_BATCHES]
    ids = _cut(settings, read, [*pool, *(item.given() for item in corrected.train)])
    network = NewsEncoder(cut_encoder(str(settings.encoder), ids))
    reader = _Reader(settings, network)
    learnt = reader.examples(parts.train) + reader.pseudo(pool, [*items, *labelled], parts)
    counts = {"items": len(items), "pseudo": len(learnt) - len(parts.train)}
    learnt += reader.corrected(corrected.train)
    development = reader.examples(parts.development) + reader.corrected(corrected.development)
    trained, histories, best = fit_runs(network, learnt, development, settings, progress)
    record = RunRecord(
        version=_version(settings, parts.train, corrected),
        settings=_plain(settings),
        libraries=libraries(),
        data=_parts(parts) | counts | {"corrections": corrected.counts()},
        pieces=len(ids),
        epochs=histories,
        best_epochs=best,
        seconds=round(time.monotonic() - began, 1),
        development={},
    )
    refit_space(trained, learnt)
    return _publish(trained, settings.out, parts.development, record)


def _publish(
    trained: NewsEncoder, out: Path, development: Sequence[LabelledItem], record: RunRecord
) -> RunRecord:
    """Write the weights folder; until it is whole, the finished runs stay, which took hours."""
    with writing(out):
        keep(trained, out)
        export(trained, out)
        record = calibrate(out, development, record)
        forget_runs(out)
    return record


def _pool_rows(path: Path) -> list[dict[str, Any]]:
    """Read the pool and check its lines: the file is not the project's."""
    try:
        rows = read_pool(path)
    except zlib.error as error:
        raise CorpusError(f"Unlabelled headlines {path} cannot be read: {error}") from error
    for number, row in enumerate(rows, start=1):
        whole = isinstance(row, dict) and all(isinstance(row.get(n), str) for n in ("url", "date"))
        if not whole or not all(isinstance(row.get(n) or "", str) for n in ("title", "summary")):
            raise CorpusError(
                f"{path}, line {number}: no headline with `title`, `summary`, `url` and `date`."
            )
    return rows


def _parts(parts: Split) -> dict[str, Any]:
    """Return the count and digest of each part, for the run record."""
    named = {"train": parts.train, "development": parts.development, "test": parts.test}
    return {
        name: {"count": len(items), "sha256": digest_of(items)} for name, items in named.items()
    }


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
        return self._examples(texts, labels, [self._weight(item) for item in items])

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

        free = apart(pool, labelled, _real_test(settings, parts))
        chosen = choose(free, settings.teacher, settings.pseudo, settings.seed)
        labels = [(one.risks, one.tones) for one in chosen]
        return self._examples([one.text for one in chosen], labels, [one.weight for one in chosen])

    def _examples(
        self,
        texts: list[str],
        labels: Sequence[tuple[tuple[float, ...], tuple[float, ...]]],
        weights: Sequence[float],
    ) -> list[Example]:
        glossed = load_gazetteer().glossed
        prefixed = [PREFIX + glossed(text) for text in texts]
        encoded = [one.ids for one in self.tokenizer.encode_batch(prefixed)]
        pooled = pool_all(self.network, encoded)
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


def corrected_parts(settings: TrainingSettings, parts: Split) -> CorrectedParts:
    """Read the corrections, if there are any, and deal them out by event.

    Those near the test part are left out, and so are those near the real headlines that
    `model evaluate` measures on unasked, also where this training does not read them.

    Raises:
        CorpusError: the corrections or the real headlines are malformed.
    """
    items = read_corrections(settings.corrections) if settings.corrections else []
    real = _shared_test(settings) if items else ()
    return parts_of(items, (*parts.test, *real), settings.seed)


def _shared_test(settings: TrainingSettings) -> Sequence[LabelledItem]:
    """Return the test part of the real headlines that `model evaluate` measures on unasked."""
    news = shared_news()
    return split(read_news(news), settings.seed).test if news else ()


def _real_test(settings: TrainingSettings, parts: Split) -> Sequence[LabelledItem]:
    """Return the real headlines of the test part, with those that are measured on unasked."""
    real = [item for item in parts.test if item.batch == NEWS_BATCH]
    return (*real, *_shared_test(settings))


def _with_pool_labels(
    parts: Split, labelled: Sequence[LabelledItem], settings: TrainingSettings
) -> Split:
    """Add labelled pool headlines to train and development; the test part stays as it is.

    A headline near one of the test part is left out, and so are most that carry no risk and no
    doubt: they are nine in ten, and teach little.
    """
    chance = random.Random(settings.seed)  # noqa: S311 - sampling, no secret
    telling = [
        item
        for item in labelled
        if item.doubtful
        or any(item.label(risk) for risk in RISKS)
        or chance.random() < settings.plain_share
    ]
    clear = away_from_test(telling, parts)
    development = [i for i in clear if part_of(i.event, settings.seed) == "development"]
    rest = [i for i in clear if part_of(i.event, settings.seed) != "development"]
    return Split((*parts.train, *rest), (*parts.development, *development), parts.test)


def _cut(
    settings: TrainingSettings, items: Sequence[LabelledItem], pool: Sequence[TaggerInput]
) -> list[int]:
    """Write the cut tokenizer into `out`; return the kept ids of the full one."""
    whole = settings.encoder / TOKENIZER
    texts = [lead(item.given()) for item in items] + [lead(given) for given in pool]
    ids = kept_ids(whole, [PREFIX, *texts, *frequent_words()])
    with writing(settings.out):
        cut_tokenizer(whole, ids, settings.out / TOKENIZER)
    log.info("vocabulary_cut", pieces=len(ids))
    return ids


def _version(
    settings: TrainingSettings, items: Sequence[LabelledItem], corrected: CorrectedParts
) -> str:
    """Return a version that names the data and settings: date-free, so a repeat gives the same."""
    places = {"out", "encoder", "threads", "corrections"}
    text = f"{digest_of(items)}{settings.model_dump_json(exclude=places)}"
    if settings.corrections:
        text += str(corrected.counts()["sha256"])
    import hashlib  # noqa: PLC0415

    return f"shoal-e5s-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    """Return the settings without machine paths."""
    plain = settings.model_dump(mode="json")
    names = ("encoder", "out", "news", "pool", "corrections", "teacher")
    return plain | {name: Path(plain[name]).name for name in names if plain[name]}
