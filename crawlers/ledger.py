"""The ledger: events of crawl processes become a report, and what a dead process left is closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawlers.catalogue import Source
from crawlers.outcomes import (
    PAGE_OUTCOMES,
    Event,
    FeedDone,
    KeepingStopped,
    PageDone,
    PageFound,
    SourceDone,
    Traffic,
)
from crawlers.report import ProcessReport, SourceReport


@dataclass(slots=True)
class BatchLedger:
    """The books of one crawl process."""

    sources: Sequence[Source]
    open_pages: dict[tuple[str, str], None] = field(default_factory=dict)
    pages: list[PageDone] = field(default_factory=list)
    feeds: list[FeedDone] = field(default_factory=list)
    done: dict[str, SourceDone] = field(default_factory=dict)
    abandoned: list[str] = field(default_factory=list)
    """Sources that the process did not finish."""
    keeping_stopped: str = ""
    traffic: Traffic = field(
        default_factory=lambda: Traffic(received_bytes=0, requests=0, peak_memory_bytes=0)
    )

    def enter(self, event: Event) -> None:
        """Enter an event."""
        match event:
            case PageFound():
                self.open_pages[event.source_id, event.url] = None
            case PageDone():
                self.open_pages.pop((event.source_id, event.url), None)
                self.pages.append(event)
            case FeedDone():
                self.feeds.append(event)
            case SourceDone():
                self.done[event.source_id] = event
            case Traffic():
                self.traffic = event
            case KeepingStopped():
                self.keeping_stopped = event.reason

    def close(self, reason: str, detail: str) -> Iterator[Event]:
        """Enter and yield an ending for everything that the process left open."""
        for source_id, url in list(self.open_pages):
            page = PageDone(source_id=source_id, url=url, outcome="failed", reason=reason)
            self.enter(page)
            yield page
        for source in self.sources:
            if source.id not in self.done:
                yield from self._close_source(source, reason, detail)

    def _close_source(self, source: Source, reason: str, detail: str) -> Iterator[Event]:
        self.abandoned.append(source.id)
        closed = {feed.url for feed in self.feeds if feed.source_id == source.id}
        for url in dict.fromkeys(access.url for access in source.access):
            if url not in closed:
                named = self._unclaimed(source.id)
                feed = FeedDone(
                    source_id=source.id, url=url, outcome="failed", reason=reason, entries=named
                )
                self.enter(feed)
                yield feed
        done = SourceDone(source_id=source.id, health="failing", detail=detail)
        self.enter(done)
        yield done

    def _unclaimed(self, source_id: str) -> int:
        """Return how many pages were found by a feed whose end was not told."""
        named = sum(page.source_id == source_id for page in self.pages)
        claimed = sum(f.entries - f.repeats for f in self.feeds if f.source_id == source_id)
        return max(0, named - claimed)  # feeds that are only checked name no pages

    def process(self, exit_code: int) -> ProcessReport:
        """Return the process's part of the report."""
        return ProcessReport(
            sources=tuple(source.id for source in self.sources),
            exit=exit_code,
            received_bytes=self.traffic.received_bytes,
            requests=self.traffic.requests,
            peak_memory_bytes=self.traffic.peak_memory_bytes,
            keeping_stopped=self.keeping_stopped,
        )

    def source_reports(self) -> Iterator[SourceReport]:
        """Yield each source's part of the report."""
        pages: defaultdict[str, list[PageDone]] = defaultdict(list)
        for page in self.pages:
            pages[page.source_id].append(page)
        for source in self.sources:
            feeds = tuple(feed for feed in self.feeds if feed.source_id == source.id)
            yield _source_report(self.done[source.id], pages[source.id], feeds)


def _source_report(
    done: SourceDone, pages: Sequence[PageDone], feeds: tuple[FeedDone, ...]
) -> SourceReport:
    counts = Counter(page.outcome for page in pages)
    return SourceReport(
        source_id=done.source_id,
        health=done.health,
        detail=done.detail,
        since=done.since,
        outcomes={outcome: counts[outcome] for outcome in PAGE_OUTCOMES},
        reasons=_reasons(pages),
        undated=sum(page.undated and page.outcome in {"new", "updated"} for page in pages),
        fetched=sum(page.fetched for page in pages),
        feeds=feeds,
    )


def _reasons(pages: Iterable[PageDone]) -> dict[str, int]:
    return dict(Counter(f"{page.outcome}:{page.reason}" for page in pages if page.reason))
