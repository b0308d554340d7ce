"""The command `shoalwatch`: its parts, and what each kind of error ends with."""

from __future__ import annotations

import logging
import sys

import structlog
import typer

from articles.corrections import CorrectionError
from articles.errors import SettingsError, ShoalwatchError
from articles.lock import LockedError
from crawlers.catalogue import CatalogueError
from digests.errors import MailAddressError, MailServerUnreachableError
from models.errors import OwnCategoryError
from models.training import command as model
from search.engine import EngineUnreachableError, QueryError
from shoalwatch.commands import (
    archive,
    categories,
    corrections,
    demo,
    digest,
    doctor,
    engine,
    export,
    saved,
    search,
    sources,
    stages,
)
from shoalwatch.console import messages
from shoalwatch.exit_codes import ExitCode
from shoalwatch.moments import MomentError

app = typer.Typer(
    name="shoalwatch",
    help="A news and risk monitor for China and South-East Asia.",
    epilog="New here? Type: shoalwatch demo. Settings: docs/settings.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(stages.run)
app.command()(stages.crawl)
app.command()(stages.tag)
app.command()(stages.index)
app.command()(search.search)
app.command()(export.export)
app.add_typer(saved.app, name="saved")
app.add_typer(engine.app, name="engine")
app.command()(digest.digest)
app.add_typer(sources.app, name="sources")
app.add_typer(archive.app, name="archive")
model.app.command()(categories.add_category)
model.app.command()(categories.remove_category)
model.app.command()(categories.categories)
model.app.command()(corrections.correct)
model.app.command()(corrections.corrections)
app.add_typer(model.app, name="model")
app.command()(doctor.doctor)

USAGE_ERRORS = (
    SettingsError,
    CatalogueError,
    CorrectionError,
    OwnCategoryError,
    QueryError,
    MomentError,
    MailAddressError,
)
UNREACHABLE_ERRORS = (EngineUnreachableError, MailServerUnreachableError)


def exit_code(error: ShoalwatchError) -> ExitCode:
    """Return what a foreseen error ends with."""
    if isinstance(error, USAGE_ERRORS):
        return ExitCode.USAGE
    if isinstance(error, LockedError):
        return ExitCode.LOCKED
    return ExitCode.UNREACHABLE if isinstance(error, UNREACHABLE_ERRORS) else ExitCode.FAILED


def main() -> None:
    """Run the command line; foreseen errors are one line on standard error, never a traceback."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    # What the client warns of (a traceback for each retry) stands in our own error, in one line.
    for name in ("elastic_transport", "elasticsearch"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        app(standalone_mode=True)
    except ShoalwatchError as error:
        messages().print(f"Error: {error}", style="red")
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        messages().print("Stopped. Run the same command again to go on.")
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()
