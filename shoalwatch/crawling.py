"""The crawl stage and the check of sources, each with a progress bar.

The crawler is imported where it is used: scrapy and trafilatura take 0.4 s, which every command,
`--help` too, would pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.catalogue import Source
from crawlers.outcomes import Event, FeedDone, PageDone, PageFound
from crawlers.report import CrawlReport
from shoalwatch.console import Progress
from shoalwatch.workspace import Workspace

if TYPE_CHECKING:
    from crawlers.replay import ReplayReport


def pages_folder(workspace: Workspace) -> Path:
    """Return where responses are kept for replays."""
    return workspace.settings.storage.home / "pages"


def crawl(
    workspace: Workspace,
    sources: Sequence[Source],
    progress: Progress,
    *,
    keep_pages: bool = False,
) -> CrawlReport:
    """Crawl sources into the archive; every page they name is accounted for in the report."""
    from crawlers.run import crawl as crawl_sources  # noqa: PLC0415 - slow to import

    def watch(event: Event) -> None:
        if isinstance(event, PageFound):
            progress.expect(1)
        elif isinstance(event, PageDone):
            progress.advance(1)

    settings = workspace.settings
    kept = pages_folder(workspace) if keep_pages else None
    return crawl_sources(sources, settings.crawl, settings.storage, watch, kept)


def crawl_again(workspace: Workspace, sources: Sequence[Source], day: date) -> ReplayReport:
    """Make a day's articles again from the responses that its crawls kept."""
    from crawlers.replay import replay  # noqa: PLC0415 - slow to import

    settings, folder = workspace.settings, pages_folder(workspace)
    return replay(sources, settings.crawl, settings.storage, folder, day, workspace.sources)


def check(
    workspace: Workspace, sources: Sequence[Source], progress: Progress
) -> tuple[FeedDone, ...]:
    """Ask the feeds of sources and return how each ended; nothing is kept."""
    from crawlers.run import check as check_sources  # noqa: PLC0415 - slow to import

    def watch(event: Event) -> None:
        if isinstance(event, FeedDone):
            progress.advance(1)

    return check_sources(sources, workspace.settings.crawl, watch)
