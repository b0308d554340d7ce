"""Analysts' corrections as labels to train with: of each text only some labels are known.

A corrected text falls into train, development or test like any other, by the hash of its event;
texts that share most of their words are one event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a field of the record
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import fuzz, process

from articles.record import UTCDatetime
from models.corpus import LabelledItem, near_any, near_duplicate_groups, part_of
from models.errors import CorpusError
from models.tagger import RISKS, TaggerInput

ALIKE = 80.0
"""Similarity of two titles, in percent, from which they are taken for one; words alone would miss
scripts that write none apart."""

SUMMARY = 600
"""Characters of a text that are learnt from and compared: as much as a summary, like the items."""


class CorrectedText(BaseModel):
    """One line of the file that `shoalwatch model corrections --export` writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    article_id: str = Field(min_length=1)
    category: str
    verdict: Literal["right", "wrong"]
    by: str
    made: UTCDatetime
    note: str = ""
    probability: float | None = None
    model_version: str | None = None
    language: str
    date: Day
    title: str
    text: str
    url: str


class CorrectedItem(BaseModel):
    """One text and the labels that people gave it; the others are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    event: str
    title: str
    summary: str
    language: str
    labels: dict[str, bool]

    def given(self) -> TaggerInput:
        """The item as the tagger reads it."""
        return TaggerInput(title=self.title, text=self.summary, language=self.language)


@dataclass(frozen=True, slots=True)
class CorrectedParts:
    """Where corrected items fall; those of the test part and those near it are only counted."""

    train: tuple[CorrectedItem, ...]
    development: tuple[CorrectedItem, ...]
    test: int
    near_test: int

    def counts(self) -> dict[str, int | str]:
        """Return how many fell where, and a digest of those learnt from, for the run record."""
        lines = "\n".join(item.model_dump_json() for item in (*self.train, *self.development))
        return {
            "train": len(self.train),
            "development": len(self.development),
            "test, not used": self.test,
            "near the test part, not used": self.near_test,
            "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        }


def read_corrections(path: Path) -> list[CorrectedItem]:
    """Read exported corrections of the shipped risks: one item an article, the newest verdict wins.

    Verdicts on own categories are passed over: the encoder has no head for them.

    Raises:
        CorpusError: the file cannot be read, or a line breaks the format.
    """
    lines = sorted(_lines(path), key=lambda line: line.made)
    texts: dict[str, CorrectedText] = {}
    labels: dict[str, dict[str, bool]] = {}
    for line in lines:
        if line.category in RISKS:
            labels.setdefault(line.article_id, {})[line.category] = line.verdict == "right"
            texts[line.article_id] = line
    found = [texts[name] for name in labels]
    groups = near_duplicate_groups([f"{one.title} {one.text[:SUMMARY]}" for one in found])
    return [
        CorrectedItem(
            id=one.article_id,
            event=found[group].article_id,
            title=one.title,
            summary=one.text[:SUMMARY],
            language=one.language,
            labels=labels[one.article_id],
        )
        for one, group in zip(found, groups, strict=True)
    ]


def parts_of(
    items: Sequence[CorrectedItem], test: Sequence[LabelledItem], seed: int
) -> CorrectedParts:
    """Deal corrected items out by event; one that is near an item of the test part goes nowhere."""
    near = _near_test(items, test)
    clear = [item for item in items if item.id not in near]
    falls = {item.id: part_of(item.event, seed) for item in clear}
    return CorrectedParts(
        train=tuple(item for item in clear if falls[item.id] == "train"),
        development=tuple(item for item in clear if falls[item.id] == "development"),
        test=sum(part == "test" for part in falls.values()),
        near_test=len(near),
    )


def _near_test(items: Sequence[CorrectedItem], test: Sequence[LabelledItem]) -> set[str]:
    """Return the ids of items whose event has one that shares words or title with a test item."""
    titles = [item.title.casefold() for item in test]
    theirs = [f"{item.title} {item.summary}" for item in test]
    near = near_any([f"{item.title} {item.summary}" for item in items], theirs)
    events = set()
    for item, shares in zip(items, near, strict=True):
        title = item.title.casefold()
        if shares or process.extractOne(title, titles, scorer=fuzz.ratio, score_cutoff=ALIKE):
            events.add(item.event)
    return {item.id for item in items if item.event in events}


def _lines(path: Path) -> Iterable[CorrectedText]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"Corrections {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield CorrectedText.model_validate_json(line)
            except ValidationError as error:
                raise CorpusError(
                    f"{path}, line {number}, is no correction as `shoalwatch model corrections "
                    f"--export` writes them: {error}"
                ) from error
