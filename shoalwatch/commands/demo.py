"""shoalwatch demo: everything once, on the sample newsroom, without touching the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.engine import Filters, Query
from shoalwatch.commands.digest import say
from shoalwatch.console import output
from shoalwatch.demo import EXAMPLES, clear, newsroom, premises, settings
from shoalwatch.found import print_table
from shoalwatch.overview import print_run
from shoalwatch.run import run
from shoalwatch.settings import load_settings
from shoalwatch.workspace import Workspace


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path(
        "shoalwatch-demo"
    ),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what an earlier demo gathered there.")
    ] = False,
    revision: Annotated[
        int, typer.Option(min=1, max=2, help="2 serves a later version of one story.")
    ] = 1,
) -> None:
    """Serve a sample newsroom on loopback, crawl it, tag, index, search, and write its digest.

    The outlets are invented. Nothing is sent and nothing outside this machine is touched. A
    second run finds nothing new.
    """
    timezone = load_settings().storage.timezone
    if fresh:
        clear(folder)
    where = premises(folder, timezone)
    with newsroom(folder, where, revision) as served, Workspace(settings(folder)) as workspace:
        output().print(
            f"Sample newsroom: {len(served.outlets)} invented outlets on 127.0.0.0/8, "
            f"port {served.port}\n"
        )
        done = run(workspace, workspace.sources, where.day)
        print_run(output(), done, workspace)
        _show_examples(workspace)
        if done.digest:
            output().print()
            say(done.digest)
        _say_what_next(folder)


def _show_examples(workspace: Workspace) -> None:
    for text, categories in EXAMPLES:
        asked = f"'{text}'" + "".join(f" --category {name}" for name in categories)
        output().print(f"\n$ shoalwatch search {asked} --size 2", style="bold")
        filters = Filters(categories=categories)
        result = workspace.engine.search(Query(text=text, filters=filters, size=2))
        print_table(output(), result, workspace.outlet_names, workspace.zone)


def _say_what_next(folder: Path) -> None:
    output().print(
        "\nWhat next: run the demo again and nothing will be new. To look around in its data:\n"
        f"  export SHOALWATCH_HOME={folder} SHOALWATCH_SOURCES={folder}/sources\n"
        "  shoalwatch search 'piracy OR 海盗' --since 7d\n"
        "  shoalwatch search --category terrorism --format csv\n"
        "  shoalwatch sources list\n"
        "  shoalwatch doctor\n"
        "For real outlets, unset both and type: shoalwatch run",
        soft_wrap=True,
    )
