"""What a training learns from: labelled items in parts, unlabelled headlines, corrections."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from models.corrections import CorrectedParts, parts_of, read_corrections
from models.errors import CorpusError
from models.evaluation.judging import shared_news
from models.tagger import RISKS, TaggerInput
from models.training.settings import TrainingSettings


@dataclass(frozen=True, slots=True)
class Material:
    """All that one training reads.

    Args:
        items: The project's items and the labelled real headlines.
        pool: The headlines of the pool, labelled or not.
        labelled: Those of them that have labels.
        parts: Items and labelled headlines to train on, to develop with, and to test on.
        plain: Labelled headlines left out of `parts.train`, of which the lexical head learns.
        corrected: Analysts' verdicts, dealt out likewise.
    """

    items: list[LabelledItem]
    pool: list[TaggerInput]
    labelled: list[LabelledItem]
    parts: Split
    plain: list[LabelledItem]
    corrected: CorrectedParts

    def words(self) -> tuple[list[LabelledItem], list[TaggerInput]]:
        """Return what the vocabulary is chosen from: items, and texts without labels."""
        items = [item for item in self.items if item.batch not in HELD_BATCHES]
        return items, [*self.pool, *(item.given() for item in self.corrected.train)]

    def described(self) -> dict[str, Any]:
        """Return count and digest of each part, for the run record."""
        parts = {
            "train": self.parts.train,
            "plain": self.plain,
            "development": self.parts.development,
            "test": self.parts.test,
        }
        described: dict[str, Any] = {
            name: {"count": len(items), "sha256": digest_of(items)} for name, items in parts.items()
        }
        return described | {"items": len(self.items), "corrections": self.corrected.counts()}


def read_material(settings: TrainingSettings) -> Material:
    """Read what the settings name, and deal it out.

    Raises:
        CorpusError: items, headlines or corrections are missing or malformed.
    """
    rows = pool_rows(settings.pool) if settings.pool else []
    items = read_items() + (read_news(settings.news) if settings.news else [])
    labelled = read_pool_labels(rows)
    own = hold_back(split(items, settings.seed))
    parts, plain = with_pool_labels(own, labelled, settings)
    return Material(
        items=items,
        pool=[TaggerInput(row.get("title") or "", row.get("summary") or "", "en") for row in rows],
        labelled=labelled,
        parts=parts,
        plain=plain,
        corrected=corrected_parts(settings, parts),
    )


def pool_rows(path: Path) -> list[dict[str, Any]]:
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


def with_pool_labels(
    parts: Split, labelled: Sequence[LabelledItem], settings: TrainingSettings
) -> tuple[Split, list[LabelledItem]]:
    """Add labelled pool headlines to train and development; the test part stays as it is.

    A headline near one of the test part is left out. Of those to train on, most that carry no risk
    and no doubt are too: they are nine in ten, and would double the encoder's time.

    Returns:
        The parts, and the plain headlines left out of train, of which the lexical head learns.
    """
    chance = random.Random(settings.seed)  # noqa: S311 - sampling, no secret
    plain = {
        item.id
        for item in labelled
        if not item.doubtful
        and not any(item.label(risk) for risk in RISKS)
        and chance.random() >= settings.plain_share
    }
    clear = away_from_test(labelled, parts)
    development = [i for i in clear if part_of(i.event, settings.seed) == "development"]
    rest = [i for i in clear if part_of(i.event, settings.seed) != "development"]
    telling = [item for item in rest if item.id not in plain]
    added = Split((*parts.train, *telling), (*parts.development, *development), parts.test)
    return added, [item for item in rest if item.id in plain]


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


def real_test(settings: TrainingSettings, parts: Split) -> Sequence[LabelledItem]:
    """Return the real headlines of the test part, with those that are measured on unasked."""
    real = [item for item in parts.test if item.batch == NEWS_BATCH]
    return (*real, *_shared_test(settings))
