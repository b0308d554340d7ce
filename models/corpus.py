"""Labelled news items: reading them, and splitting them so that no event is on both sides."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import CorpusError
from models.reading import clean
from models.tagger import TaggerInput

ITEMS = Path(__file__).with_name("data")
TEST_SHARE, DEVELOPMENT_SHARE = 0.20, 0.12
NEWS_BATCH = "news"
"""Batch of the labelled real headlines of ../shared."""
POOL_BATCHES = frozenset({"r1", "r2", "r3", "r4", "r5", "r6"})
"""Batches of `real_labels.jsonl`: rounds of labelling the unlabelled real headlines."""
HELD_BATCHES = frozenset({"h1"})
"""Batches of own items that no weights were trained on: development and test only. Writers of one
batch write alike, so items of the batches trained on flatter; these tell what new writing gets."""
Part = Literal["train", "development", "test"]
Tone = Literal["neg", "neu", "pos"]


class LabelledItem(BaseModel):
    """One headline with its summary and the labels a reader gave it (docs/labels.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    event: str = Field(description="Items about the same event share it")
    batch: str = Field(description="The round of writing the item came from")
    language: str
    date: str
    title: str
    summary: str = ""
    south_china_sea: Literal[0, 1]
    terrorism: Literal[0, 1]
    policy_divergence: Literal[0, 1]
    sentiment: Tone
    countries: tuple[str, ...] = ()
    doubtful: bool = False

    def given(self) -> TaggerInput:
        """The item as the tagger reads it."""
        return TaggerInput(title=self.title, text=self.summary, language=self.language)

    def label(self, risk: str) -> int:
        """1 where the item carries the risk category."""
        return int(getattr(self, risk))


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of a corpus, no event in two of them."""

    train: tuple[LabelledItem, ...]
    development: tuple[LabelledItem, ...]
    test: tuple[LabelledItem, ...]


def read_items(folder: Path = ITEMS) -> list[LabelledItem]:
    """Read the project's own items, `items_*.jsonl`, in the order of file names and lines.

    Raises:
        CorpusError: no file is there, or a line breaks the format.
    """
    paths = sorted(folder.glob("items_*.jsonl"))
    if not paths:
        raise CorpusError(f"No items_*.jsonl in {folder}; restore models/data from the project.")
    return [_item(path, number, row) for path in paths for number, row in _rows(path)]


def read_news(path: Path) -> list[LabelledItem]:
    """Read labelled real headlines: as items, but with `lang`, `url` and no event of their own.

    The event is found: headlines that share most of their words are one event.

    Raises:
        CorpusError: the file does not exist, or a line breaks the format.
    """
    items = [_item(path, number, _as_item(row)) for number, row in _rows(path)]
    events = near_duplicate_groups([f"{item.title} {item.summary}" for item in items])
    names = [items[event].id for event in events]
    return [
        item.model_copy(update={"event": name}) for item, name in zip(items, names, strict=True)
    ]


def read_pool(path: Path) -> list[dict[str, Any]]:
    """Read unlabelled headlines: gzip, JSON Lines with `title`, `summary`, `url` and `date`.

    Raises:
        CorpusError: the file does not exist or is torn.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(f"Unlabelled headlines {path} cannot be read: {error}") from error


def read_pool_labels(
    pool: Sequence[dict[str, Any]], path: Path = ITEMS / "real_labels.jsonl"
) -> list[LabelledItem]:
    """Join the labels kept by hash of a headline's address with the headlines themselves.

    The texts are not the project's to ship: a label whose headline is not at hand is left out.

    Raises:
        CorpusError: the file of labels does not exist, or a line breaks the format.
    """
    found = {hashlib.sha256(row["url"].encode()).hexdigest(): row for row in pool}
    items = []
    for number, label in _rows(path):
        if headline := found.get(label.pop("url_sha256", "")):
            texts = {"title": headline["title"], "summary": headline.get("summary") or ""}
            name = hashlib.sha256(headline["url"].encode()).hexdigest()[:12]
            about = {"id": name, "event": name, "language": "en", "date": headline["date"][:10]}
            items.append(_item(path, number, label | texts | about))
    return items


def part_of(event: str, seed: int) -> Part:
    """Return the part of an event by a hash of seed and event: new items move no old one."""
    number = int(hashlib.sha256(f"{seed}:{event}".encode()).hexdigest()[:8], 16) / 2**32
    if number < TEST_SHARE:
        return "test"
    return "development" if number < TEST_SHARE + DEVELOPMENT_SHARE else "train"


def split(items: Iterable[LabelledItem], seed: int) -> Split:
    """Split items by event into train (68 %), development (12 %) and test (20 %)."""
    parts: dict[Part, list[LabelledItem]] = {"train": [], "development": [], "test": []}
    for item in items:
        parts[part_of(item.event, seed)].append(item)
    return Split(tuple(parts["train"]), tuple(parts["development"]), tuple(parts["test"]))


def hold_back(parts: Split) -> Split:
    """Move the items of HELD_BATCHES from train to development; test stays as it is."""
    held = tuple(item for item in parts.train if item.batch in HELD_BATCHES)
    rest = tuple(item for item in parts.train if item.batch not in HELD_BATCHES)
    return Split(rest, (*parts.development, *held), parts.test)


def near_duplicate_groups(texts: Sequence[str], overlap: float = 0.4) -> list[int]:
    """Return for each text the first text of its group; texts sharing words fall in one group.

    Two texts are near when the Jaccard overlap of their longer words (4 letters or more) reaches
    `overlap`. Groups are the connected components.
    """
    words = [_long_words(text) for text in texts]
    parents = list(range(len(texts)))

    def root(i: int) -> int:
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    for i, mine in enumerate(words):
        for j in range(i):
            shared = len(mine & words[j])
            if shared and shared >= overlap * len(mine | words[j]):
                parents[max(root(i), root(j))] = min(root(i), root(j))
    return [root(i) for i in range(len(texts))]


def near_any(texts: Sequence[str], others: Sequence[str], overlap: float = 0.3) -> list[bool]:
    """Return for each text whether it shares words with any of the others, as in the groups."""
    theirs = [_long_words(other) for other in others]
    return [
        any(len(mine & other) >= overlap * max(1, len(mine | other)) for other in theirs)
        for mine in map(_long_words, texts)
    ]


def away_from_test(items: Sequence[LabelledItem], parts: Split) -> list[LabelledItem]:
    """Return the pool headlines that are not near a real headline of the test part."""
    tested = [f"{item.title} {item.summary}" for item in parts.test if item.batch == NEWS_BATCH]
    near = near_any([f"{item.title} {item.summary}" for item in items], tested)
    return [item for item, close in zip(items, near, strict=True) if not close]


def digest_of(items: Iterable[LabelledItem]) -> str:
    """Return a SHA-256 of items and their labels, for the run record."""
    sha256 = hashlib.sha256()
    for item in items:
        sha256.update(item.model_dump_json().encode())
    return sha256.hexdigest()


def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in clean(text).lower().split() if len(word) >= 4)


def _rows(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    try:
        # Not splitlines(): that also breaks at U+2028, which JSON may hold unescaped.
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise CorpusError(f"Labelled items {path} do not exist.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"Labelled items {path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CorpusError(f"{path}, line {number}: no JSON ({error}).") from error
            if not isinstance(row, dict):
                raise CorpusError(f"{path}, line {number}: no JSON object but {line[:40]!r}.")
            yield number, row


def _item(path: Path, number: int, row: dict[str, Any]) -> LabelledItem:
    try:
        return LabelledItem.model_validate(row)
    except ValidationError as error:
        raise CorpusError(f"{path}, line {number}: {error}") from error


def _as_item(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in row.items() if key not in {"lang", "url"}}
    return kept | {"language": row.get("lang", "en"), "event": row.get("id"), "batch": NEWS_BATCH}
