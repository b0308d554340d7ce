"""Brings a state database up to the tables this version uses, by Alembic.

Alembic is imported only where there is something to migrate: it takes a fifth of a second, which
every command and every crawl process would pay.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from articles.errors import StateError

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0008"
"""The last migration in `articles/migrations/versions`; a test compares."""


def configuration(engine: Engine) -> Config:
    """Return Alembic's configuration for the migrations that ship with this package."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database lacks; two processes may try at once.

    Raises:
        StateError: the database was written by a newer version of Shoalwatch.
    """
    current = _version(engine)
    if current == NEWEST:
        return
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    try:
        command.upgrade(configuration(engine), "head")
    except CommandError as problem:
        raise StateError(
            f"The state database is at version {current!r}, which this Shoalwatch (at {NEWEST!r}) "
            f"does not know: it was written by a newer one. Upgrade Shoalwatch. ({problem})"
        ) from problem


def _version(engine: Engine) -> str | None:
    """Return the migration that a database is at, None for an empty one."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
