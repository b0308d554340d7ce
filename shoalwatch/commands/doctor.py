"""shoalwatch doctor: is everything there that a run needs?"""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from shoalwatch.commands.options import workspace
from shoalwatch.console import output
from shoalwatch.doctor import examine
from shoalwatch.exit_codes import ExitCode


def doctor() -> None:
    """Check versions, settings, disk, archive, catalogue, model and engine; ends with 1 if ill."""
    with workspace() as opened:
        findings = list(examine(opened))
    table = Table(box=None, show_header=False, padding=(0, 1))
    for finding in findings:
        mark = Text("ok", style="green") if finding.ok else Text("WRONG", style="bold red")
        table.add_row(mark, finding.name, Text(finding.detail))
    output().print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FAILED)
