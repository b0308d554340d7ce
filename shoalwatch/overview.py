"""Tables of what a run did: pages by outlet and outcome, articles by tag, seconds by stage."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from crawlers.outcomes import PAGE_OUTCOMES
from crawlers.report import CrawlReport, SourceReport
from search.engine import Query
from shoalwatch.run import RunReport
from shoalwatch.workspace import Workspace

MAX_REASONS = 12
"""Reasons listed under the table; the report file has them all."""


def print_crawl(console: Console, report: CrawlReport, outlets: Mapping[str, str]) -> None:
    """Print how every page of every outlet ended, and why some did not become articles."""
    table = Table(title="Pages by outlet", title_justify="left", box=None, padding=(0, 1))
    table.add_column("outlet", no_wrap=True, max_width=34)
    for name in (*PAGE_OUTCOMES, "undated"):
        table.add_column(name, justify="right")
    table.add_column("source is")
    for source in report.sources:
        counts = [source.outcomes.get(name, 0) for name in PAGE_OUTCOMES]
        table.add_row(
            outlets.get(source.source_id, source.source_id),
            *(str(count or "·") for count in counts),
            str(source.undated or "·"),
            _state(source),
        )
    totals = [report.totals[name] for name in PAGE_OUTCOMES]
    table.add_section()
    undated = sum(source.undated for source in report.sources)
    table.add_row("all", *map(str, totals), str(undated), "")
    console.print(table)
    _print_reasons(console, report)
    for process in report.processes:
        if process.keeping_stopped:
            console.print(process.keeping_stopped, style="red", soft_wrap=True)


def print_tags(console: Console, workspace: Workspace) -> None:
    """Print how many articles of the index carry each category and each sentiment."""
    result = workspace.engine.search(Query(size=0, facets=("category", "sentiment", "language")))
    table = Table(title="Articles in the index", title_justify="left", box=None, padding=(0, 1))
    for column in ("kind", "value", "articles"):
        table.add_column(column, justify="right" if column == "articles" else "left")
    names = workspace.category_names
    for facet, buckets in result.facets.items():
        for number, bucket in enumerate(buckets):
            shown = names.get(bucket.value, bucket.value)
            table.add_row("" if number else facet, shown, str(bucket.count))
    table.add_row("all", "", str(result.total))
    console.print(table)


def print_run(console: Console, report: RunReport, workspace: Workspace) -> None:
    """Print a whole pass: pages, tags, seconds, and whether anything was new."""
    print_crawl(console, report.crawl, workspace.outlet_names)
    console.print()
    print_tags(console, workspace)
    console.print()
    table = Table(title="Seconds by stage", title_justify="left", box=None, padding=(0, 1))
    for name in report.seconds:
        table.add_column(name, justify="right")
    table.add_row(*(f"{spent:.1f}" for spent in report.seconds.values()))
    console.print(table)
    if report.tag.refused:
        console.print(
            f"{report.tag.refused} of {report.tag.tagged} articles could not be tagged; search and "
            "digest say why."
        )
    fresh = report.crawl.totals["new"] + report.crawl.totals["updated"]
    if not fresh:
        console.print("Nothing new: every feed and page is as it was at the last run.")


def _state(source: SourceReport) -> str:
    same = source.feeds and all(feed.outcome == "not_modified" for feed in source.feeds)
    return f"{source.health}, feed as it was" if same else source.health


def _print_reasons(console: Console, report: CrawlReport) -> None:
    unusual = [page for page in report.pages if page.outcome in {"rejected", "failed"}]
    for page in unusual[:MAX_REASONS]:
        console.print(f"  {page.outcome} ({page.reason}): {page.url}")
    if len(unusual) > MAX_REASONS:
        console.print(f"  … and {len(unusual) - MAX_REASONS} more, in the --report file")
