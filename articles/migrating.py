"""Brings a state database up to the tables this version uses, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from articles.errors import StateError


def configuration(engine: Engine) -> Config:
    """Return Alembic's configuration for the migrations that ship with this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database lacks; two processes may try at once.

    Raises:
        StateError: the database was written by a newer version of Shoalwatch.
    """
    config = configuration(engine)
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == newest:
        return
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise StateError(
            f"The state database is at version {current!r}, which this Shoalwatch (at {newest!r}) "
            f"does not know: it was written by a newer one. Upgrade Shoalwatch. ({problem})"
        ) from problem
