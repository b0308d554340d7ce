"""Serve the sample newsroom by hand: `python -m shoalwatch.newsroom --port 8641`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from shoalwatch.newsroom.listener import NewsroomError
from shoalwatch.newsroom.server import Newsroom


def serve(
    port: Annotated[int, typer.Option(help="Port of every outlet; 0 draws a free one.")] = 0,
    revision: Annotated[
        int, typer.Option(min=1, max=2, help="2 serves the updated version of one article.")
    ] = 1,
    write_catalogue: Annotated[
        Path | None, typer.Option(help="Folder to write the catalogue file newsroom.yml into.")
    ] = None,
) -> None:
    """Serve the invented outlets on loopback until interrupted (Ctrl-C)."""
    try:
        with Newsroom(revision=revision, port=port) as newsroom:
            for outlet in newsroom.outlets:
                typer.echo(f"{outlet.address}/  {outlet.name} ({outlet.language})")
            if write_catalogue is not None:
                write_catalogue.mkdir(parents=True, exist_ok=True)
                target = write_catalogue / "newsroom.yml"
                target.write_text(newsroom.catalogue(), encoding="utf-8")
                typer.echo(f"catalogue written to {target}")
            _wait()
    except NewsroomError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _wait() -> None:
    """Sleep until the user interrupts."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        typer.echo("stopped")


if __name__ == "__main__":
    typer.run(serve)
