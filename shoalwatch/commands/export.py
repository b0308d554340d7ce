"""shoalwatch export: every article that a query finds, into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.engine import Query
from shoalwatch.commands.options import workspace
from shoalwatch.console import messages, stage
from shoalwatch.exporting import export as export_articles
from shoalwatch.exporting import read_all


def export(
    text: Annotated[str, typer.Argument(metavar="QUERY", help="As in search; '' finds all.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv, .jsonl or .parquet.")],
) -> None:
    """Write every article that a query finds into a file: title, outlet, date, address, tags.

    shoalwatch export 'scarborough since:30d' scarborough.csv
    """
    with workspace() as opened, stage("export") as progress:
        found = read_all(opened.engine, Query(text=text, sort="oldest"), progress)
        written = export_articles(found, file, opened.outlet_names, opened.zone)
    messages().print(f"{written} articles written to {file}")
