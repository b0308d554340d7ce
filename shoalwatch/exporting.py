"""Writes any result whole into a file, as cited rows: CSV, JSON Lines or Parquet, streamed.

A row holds what a footnote needs (title, outlet, date, address) and the tags with probabilities.
The file appears when it is complete: a stopped export leaves what was there before.
"""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TextIO
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from articles.errors import ShoalwatchError
from articles.record import Article
from search.engine import Query, SearchEngine
from shoalwatch.console import Progress
from shoalwatch.found import spreadsheet_cell

PAGE = 500
"""Hits read at a time."""
ROW_GROUP = 5000
"""Rows that are held in memory before Parquet writes them."""


class ExportError(ShoalwatchError):
    """The file cannot be written, or its format needs something that is not installed."""


class CitedRow(BaseModel):
    """One article as it is cited elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    outlet: str
    published: datetime | None
    first_seen: datetime
    language: str
    categories: dict[str, float]
    unsure: tuple[str, ...]
    refused: str | None
    corrections: tuple[str, ...]
    sentiment: str | None
    sentiment_probability: float | None
    countries: tuple[str, ...]
    places: tuple[str, ...]
    near_duplicate_of: str | None
    url: str


def cited(article: Article, outlets: Mapping[str, str], zone: ZoneInfo) -> CitedRow:
    """Make the row of an article, with the outlet's name and times in the reader's zone."""
    return CitedRow(
        id=article.id,
        title=article.title,
        outlet=outlets.get(article.source_id, article.source_id),
        published=article.published and article.published.astimezone(zone),
        first_seen=article.first_seen.astimezone(zone),
        language=article.language,
        categories={tag.category: tag.probability for tag in article.tags},
        unsure=article.unsure,
        refused=article.refused,
        corrections=tuple(said.told for said in article.corrections),
        sentiment=article.sentiment,
        sentiment_probability=article.sentiment_probability,
        countries=article.countries,
        places=article.places,
        near_duplicate_of=article.near_duplicate_of,
        url=article.url,
    )


def read_all(engine: SearchEngine, query: Query, progress: Progress) -> Iterator[Article]:
    """Read every article that a query finds, page by page. Raises SearchErrors."""
    after: str | None = None
    counted = False
    while True:
        asked = query.model_copy(update={"size": PAGE, "after": after, "snippets": False})
        result = engine.search(asked)
        if not counted:
            progress.expect(result.total)
            counted = True
        for hit in result.hits:
            yield hit.article
        progress.advance(len(result.hits))
        after = result.next
        if after is None:
            return


class _Writer(Protocol):
    def write(self, row: CitedRow) -> None: ...

    def close(self) -> None: ...


class _CsvWriter:
    def __init__(self, file: Path) -> None:
        # With the mark without which spreadsheets take UTF-8 for something else.
        self._file: TextIO = file.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(CitedRow.model_fields)

    def write(self, row: CitedRow) -> None:
        values = row.model_dump(mode="json")
        if row.refused:  # an empty cell would be read as 'no risk'
            values["categories"] = "; ".join([f"not tagged: {row.refused}", *row.categories])
        self._rows.writerow([spreadsheet_cell(_text(value)) for value in values.values()])

    def close(self) -> None:
        self._file.close()


class _JsonLinesWriter:
    def __init__(self, file: Path) -> None:
        self._file: TextIO = file.open("w", encoding="utf-8")

    def write(self, row: CitedRow) -> None:
        self._file.write(json.dumps(row.model_dump(mode="json"), ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


class _ParquetWriter:
    """Categories are a list of name and probability: Parquet's maps are read by few programs."""

    def __init__(self, file: Path) -> None:
        try:
            self._arrow: Any = importlib.import_module("pyarrow")
            parquet = importlib.import_module("pyarrow.parquet")
        except ImportError as problem:
            raise ExportError(
                f"{file.name.removesuffix(PART)} asks for Parquet, which needs pyarrow: "
                "pip install 'shoalwatch[parquet]', or export to .csv or .jsonl"
            ) from problem
        self._schema = self._arrow.schema(self._fields())
        self._file = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def _fields(self) -> list[tuple[str, Any]]:
        arrow, text = self._arrow, self._arrow.string()
        moment = arrow.timestamp("ms", tz="UTC")
        tag = arrow.struct([("category", text), ("probability", arrow.float64())])
        special = {
            "published": moment,
            "first_seen": moment,
            "categories": arrow.list_(tag),
            "unsure": arrow.list_(text),
            "corrections": arrow.list_(text),
            "sentiment_probability": arrow.float64(),
            "countries": arrow.list_(text),
            "places": arrow.list_(text),
        }
        return [(name, special.get(name, text)) for name in CitedRow.model_fields]

    def write(self, row: CitedRow) -> None:
        tags = [{"category": c, "probability": p} for c, p in row.categories.items()]
        self._rows.append({**row.model_dump(), "categories": tags})
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._file.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._file.close()


PART = ".part"
"""Ending of a file that is being written."""
_WRITERS: dict[str, type[_CsvWriter] | type[_JsonLinesWriter] | type[_ParquetWriter]] = {
    ".csv": _CsvWriter,
    ".jsonl": _JsonLinesWriter,
    ".parquet": _ParquetWriter,
}
ENDINGS = tuple(_WRITERS)
"""Endings of the files that can be written."""


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {probability:.3f}" for name, probability in value.items())
    if isinstance(value, list):
        return "; ".join(value) if any(" " in one for one in value) else " ".join(value)
    return "" if value is None else str(value)


@contextmanager
def _opened(file: Path) -> Iterator[_Writer]:
    """Open a writer beside the file, and move it into place at the end, or leave nothing."""
    if file.suffix not in _WRITERS:
        raise ExportError(
            f"{file.name} has no ending that can be written; use {', '.join(ENDINGS)}"
        )
    beside = file.with_name(file.name + PART)
    try:
        writer = _WRITERS[file.suffix](beside)
        try:
            yield writer
        finally:
            writer.close()
        beside.replace(file)
    except OSError as problem:
        raise ExportError(f"{file} cannot be written: {problem}") from problem
    finally:
        beside.unlink(missing_ok=True)


def export(
    articles: Iterable[Article], file: Path, outlets: Mapping[str, str], zone: ZoneInfo
) -> int:
    """Write articles into a file in the format of its ending; returns how many.

    Raises ExportError for an unknown ending, a missing pyarrow, or a file that cannot be written.
    """
    written = 0
    with _opened(file) as writer:
        for article in articles:
            writer.write(cited(article, outlets, zone))
            written += 1
    return written
