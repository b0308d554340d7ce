"""The run's report: every source, feed and page, and how it ended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, computed_field, model_validator

from articles.errors import ShoalwatchError
from articles.whole_files import write_whole
from crawlers.outcomes import PAGE_OUTCOMES, FeedDone, HealthStatus, PageDone, PageOutcome


class ReportError(ShoalwatchError):
    """The report cannot be written where it was asked for."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceReport(_Frozen):
    """One source: how it is doing, and how its pages ended."""

    source_id: str
    health: HealthStatus
    detail: str = ""
    since: AwareDatetime | None = None
    """Since when it has been so; None where this run has broken off."""
    outcomes: dict[PageOutcome, int]
    """Pages by outcome, all six named."""
    reasons: dict[str, int]
    """Rejected, failed and duplicate pages by `outcome:reason`."""
    undated: int
    """New and updated articles without a publication date."""
    fetched: int
    """Pages asked for; the others ended as they did last time."""
    feeds: tuple[FeedDone, ...]


class ProcessReport(_Frozen):
    """One crawl process: what it used, and how it ended."""

    sources: tuple[str, ...]
    exit: int
    """Its exit code, or minus the signal that ended it."""
    received_bytes: int
    requests: int
    peak_memory_bytes: int
    keeping_stopped: str = ""
    """Why its responses were not all kept, naming the file; empty where nothing hindered that."""


class CrawlReport(_Frozen):
    """One run over some sources. Every page that a feed named stands in it exactly once."""

    started: AwareDatetime
    seconds: float
    sources: tuple[SourceReport, ...]
    pages: tuple[PageDone, ...]
    processes: tuple[ProcessReport, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def totals(self) -> dict[PageOutcome, int]:
        """Pages by outcome, all six named."""
        counts = Counter(page.outcome for page in self.pages)
        return {outcome: counts[outcome] for outcome in PAGE_OUTCOMES}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def received_bytes(self) -> int:
        """Bytes that the servers sent, head and body."""
        return sum(process.received_bytes for process in self.processes)

    def source(self, source_id: str) -> SourceReport:
        """Return one source's part. Raises KeyError."""
        return {each.source_id: each for each in self.sources}[source_id]

    def write(self, path: Path) -> None:
        """Write the report as JSON, whole or not at all. Raises ReportError."""
        write_report(self, path)

    @model_validator(mode="after")
    def _books_balance(self) -> Self:
        """Refuse a report that counts a page twice or not at all."""
        named = Counter((page.source_id, page.url) for page in self.pages)
        twice = [key for key, count in named.items() if count > 1]
        if twice:
            raise ValueError(f"pages counted more than once: {twice[:5]}")
        listed = Counter(page.source_id for page in self.pages)
        for source in self.sources:
            counted, rows = sum(source.outcomes.values()), listed[source.source_id]
            entries = sum(feed.entries - feed.repeats for feed in source.feeds)
            if not counted == rows == entries:
                raise ValueError(
                    f"{source.source_id}: {entries} pages named by feeds, {rows} listed, "
                    f"{counted} counted"
                )
        return self


def write_report(report: BaseModel, path: Path) -> None:
    """Write what a crawl, or one that was made again, tells. Raises ReportError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, report.model_dump_json(indent=1))
    except OSError as problem:
        raise ReportError(
            f"The crawl's report cannot be written to {path}: {problem}; name another file"
        ) from problem
