"""A run: the crawl of some sources, in processes of their own, brought to one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import structlog

from articles.archive import Archive
from articles.errors import ShoalwatchError
from articles.settings import StorageSettings
from articles.state import State
from crawlers.browser import refuse_without_browser
from crawlers.catalogue import Source
from crawlers.crawl_spec import CrawlSpec
from crawlers.further_sources import write_further_sources
from crawlers.health import as_row
from crawlers.ledger import BatchLedger
from crawlers.orphans import settle_left
from crawlers.outcomes import Event, FeedDone
from crawlers.processes import CrawlProcesses
from crawlers.report import CrawlReport
from crawlers.settings import CrawlSettings

log = structlog.get_logger()


class CrawlError(ShoalwatchError):
    """A crawl cannot be started."""


def batches(sources: Sequence[Source], count: int) -> tuple[tuple[Source, ...], ...]:
    """Share sources among at most `count` batches of like size, all of a host's in one batch."""
    groups = _by_hosts(sources)
    shares: list[list[Source]] = [[] for _ in range(min(count, len(groups)))]
    for group in sorted(groups, key=len, reverse=True):
        min(shares, key=len).extend(group)
    return tuple(tuple(share) for share in shares)


def _by_hosts(sources: Sequence[Source]) -> list[list[Source]]:
    """Part sources into groups no two of which share a host among their ways of access."""
    groups: list[tuple[frozenset[str], list[Source]]] = []
    for source in sources:
        hosts = source.hosts
        joined = [group for group in groups if group[0] & hosts]
        apart = [group for group in groups if not group[0] & hosts]
        hosts = hosts.union(*(group[0] for group in joined))
        groups = [*apart, (hosts, [*(each for group in joined for each in group[1]), source])]
    return [group for _, group in groups]


def crawl(
    sources: Sequence[Source],
    settings: CrawlSettings,
    storage: StorageSettings,
    on_event: Callable[[Event], None] | None = None,
    keep_pages: Path | None = None,
) -> CrawlReport:
    """Crawl sources and return the report.

    Each batch of hosts has a process of its own. One that dies takes nothing with it but the pages
    that were open, which count as failed with reason `process_died`. `on_event` is called in this
    thread for everything that happens. Ctrl-C stops the processes, lets them write what they hold,
    and is raised again. With `keep_pages`, everything that was answered is kept in that folder.

    Raises:
        CrawlError: two sources have the same id.
        BrowserError: a source asks for a browser that is switched on and not there.
        ArchiveError, StateError: what is gathered cannot be kept.
    """
    started, clock = datetime.now(UTC), monotonic()
    _refuse_doubles(sources)
    refuse_without_browser(sources, settings)
    Archive(storage.archive)
    State.open(storage.state).close()  # made or upgraded once, not by every process at a time
    if settings.contact is None:
        log.info("no_contact", hint="SHOALWATCH_CONTACT tells outlets where to complain")
    with CrawlProcesses(_specs(sources, settings, storage, keep_pages)) as processes:
        ledgers, exits = processes.follow(on_event or (lambda _: None))
    _remember_abandoned(storage.state, ledgers)
    archive = Archive(storage.archive)
    with State.open(storage.state) as state:
        for source in sources:  # what a process that died has left
            settle_left(archive, state, source.id, datetime.now(UTC))
        write_further_sources(archive, state, sources)
    reports = {each.source_id: each for ledger in ledgers for each in ledger.source_reports()}
    return CrawlReport(
        started=started,
        seconds=monotonic() - clock,
        sources=tuple(reports[source.id] for source in sources),
        pages=tuple(page for ledger in ledgers for page in ledger.pages),
        processes=tuple(ledger.process(code) for ledger, code in zip(ledgers, exits, strict=True)),
    )


def _specs(
    sources: Sequence[Source],
    settings: CrawlSettings,
    storage: StorageSettings,
    keep_pages: Path | None,
) -> list[CrawlSpec]:
    kept = None if keep_pages is None else str(keep_pages.absolute())
    places = {"archive": storage.archive, "state": storage.state, "keep_pages": kept}
    return [
        CrawlSpec(sources=batch, settings=settings, **places)
        for batch in batches(sources, settings.crawl_processes)
    ]


def check(
    sources: Sequence[Source],
    settings: CrawlSettings,
    on_event: Callable[[Event], None] | None = None,
) -> tuple[FeedDone, ...]:
    """Ask the sources' feeds, politely and with every guard of a crawl, and return how each ended.

    No page is visited and nothing is kept: archive and state lie in a folder that is gone after.

    Raises:
        CrawlError: two sources have the same id.
    """
    _refuse_doubles(sources)
    with TemporaryDirectory(prefix="shoalwatch-check-") as folder:
        state = f"sqlite:///{folder}/state.db"
        State.open(state).close()
        specs = [
            CrawlSpec(sources=batch, settings=settings, archive=folder, state=state, pages=False)
            for batch in batches(sources, settings.crawl_processes)
        ]
        with CrawlProcesses(specs) as processes:
            ledgers, _ = processes.follow(on_event or (lambda _: None))
    order = {source.id: number for number, source in enumerate(sources)}
    feeds = (feed for ledger in ledgers for feed in ledger.feeds)
    return tuple(sorted(feeds, key=lambda feed: (order[feed.source_id], feed.url)))


def _refuse_doubles(sources: Sequence[Source]) -> None:
    twice = [name for name, count in Counter(s.id for s in sources).items() if count > 1]
    if twice:
        raise CrawlError(f"Sources {', '.join(twice)} are given more than once; give each once")


def _remember_abandoned(state_url: str, ledgers: Sequence[BatchLedger]) -> None:
    """Remember the sources of dead processes as failing: these could not do so themselves."""
    endings = [ledger.done[name] for ledger in ledgers for name in ledger.abandoned]
    if not endings:
        return
    now = datetime.now(UTC)
    with State.open(state_url) as state:
        before = {row.source_id: row for row in state.source_health()}
        for done in endings:
            known = before.get(done.source_id)
            articles = known.articles if known else 0
            row = as_row(done.source_id, (done.health, done.detail), articles, now, known)
            state.save_source_health(row)
