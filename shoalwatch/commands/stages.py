"""shoalwatch run, crawl, tag and index: the stages, together and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from articles.lock import hold
from crawlers.catalogue import crawl_locks, select, source_locks
from crawlers.report import CrawlReport, write_report
from shoalwatch.commands.digest import say
from shoalwatch.commands.options import (
    DayOption,
    ReportOption,
    SourcesOption,
    comma_list,
    workspace,
)
from shoalwatch.console import messages, output, stage
from shoalwatch.crawling import crawl as crawl_stage
from shoalwatch.crawling import crawl_again
from shoalwatch.exit_codes import ExitCode
from shoalwatch.moments import day as read_day
from shoalwatch.overview import print_crawl, print_run
from shoalwatch.replay_table import print_replay
from shoalwatch.run import index_stage, tag_stage
from shoalwatch.run import run as run_all

ILL = frozenset({"failing", "blocked", "malformed"})
"""States of a source after which a run ends with PARTLY."""


def run(
    sources: SourcesOption = None,
    day: DayOption = None,
    report: ReportOption = None,
    send: Annotated[
        bool, typer.Option("--digest/--no-digest", help="Compose and send the day's digest.")
    ] = True,
) -> None:
    """Do one pass: crawl the catalogue, tag, index, and send the day's digest.

    Safe to repeat and to stop: what is done is not done again. Ends with 3 where some sources
    failed and the rest is done.
    """
    with workspace() as opened:
        chosen = select(opened.sources, comma_list(sources))
        wanted = read_day(day, opened.settings.storage.timezone) if send else None
        done = run_all(opened, chosen, wanted)
        print_run(output(), done, opened)
        if done.digest:
            say(done.digest)
        if report:
            done.write(report)
            messages().print(f"report {report}")
        _end(done.crawl, [*done.tag.torn, *done.index.torn])


def crawl(
    sources: SourcesOption = None,
    report: ReportOption = None,
    keep_pages: Annotated[
        bool, typer.Option("--keep-pages", help="Keep every response as WARC, in HOME/pages.")
    ] = False,
    from_pages: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Ask nobody: make that UTC day's articles again."),
    ] = None,
) -> None:
    """Visit the sources and keep what is new or changed in the archive.

    Sources that another crawl is at are locked, and so are their hosts: only sources of other
    hosts can be crawled side by side.
    """
    if from_pages and keep_pages:
        raise typer.BadParameter(
            "--keep-pages does not go with --from-pages, which asks nobody, so there is nothing "
            "new to be kept; leave out one of them"
        )
    with workspace() as opened:
        chosen = select(opened.sources, comma_list(sources))
        home = opened.settings.storage.home
        if from_pages:
            with hold(home, source_locks(chosen)):
                again = crawl_again(opened, chosen, read_day(from_pages, "UTC"))
            print_replay(output(), again)
            if report:
                write_report(again, report)
                messages().print(f"report {report}")
            return
        with hold(home, crawl_locks(chosen)), stage("crawl") as progress:
            done = crawl_stage(opened, chosen, progress, keep_pages=keep_pages)
        print_crawl(output(), done, opened.outlet_names)
        if report:
            done.write(report)
            messages().print(f"report {report}")
        _end(done, [])


def tag(day: DayOption = None) -> None:
    """Tag what was crawled: risk categories, sentiment, embedding.

    Only articles that are new, changed, or tagged by another model are read. --day is the UTC
    day on which they were first seen; all days if not given.
    """
    with workspace() as opened:
        wanted = read_day(day, "UTC") if day else None
        done = tag_stage(opened, wanted)
        refused = f", {done.refused} of them refused" if done.refused else ""
        typer.echo(f"{done.tagged} tagged{refused}, {done.kept} kept as they were")
        _end(None, done.torn)


def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Empty the index first and fill it from the archive.")
    ] = False,
) -> None:
    """Put what was tagged into the search engine; partitions it already holds are passed over."""
    with workspace() as opened:
        if rebuild:
            opened.rebuild_engine()
        done = index_stage(opened)
        typer.echo(
            f"{done.indexed} articles of {done.partitions} partitions indexed, "
            f"{opened.engine.count()} in the index"
        )
        _end(None, done.torn)


def _end(crawled: CrawlReport | None, torn: Sequence[str]) -> None:
    for problem in torn:
        messages().print(f"torn partition: {problem}", style="red")
    ill = [] if crawled is None else [s for s in crawled.sources if s.health in ILL]
    unkept = crawled is not None and any(each.keeping_stopped for each in crawled.processes)
    if torn or ill or unkept:
        raise typer.Exit(ExitCode.PARTLY)
