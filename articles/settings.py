"""Settings of the archive and the state database."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

FROM_ENVIRONMENT = SettingsConfigDict(
    env_prefix="SHOALWATCH_",
    env_file=".env",
    env_ignore_empty=True,
    extra="ignore",  # another stage's: `shoalwatch.settings` refuses what belongs to none
    frozen=True,
    protected_namespaces=(),
)
"""How every stage's settings are read."""


class StorageSettings(BaseSettings):
    """Where Shoalwatch keeps what it has gathered."""

    model_config = FROM_ENVIRONMENT

    home: Path = Field(
        default=Path("shoalwatch-data"),
        description="Folder for everything that is not placed elsewhere by another setting",
    )
    archive_url: str | None = Field(
        default=None,
        description="Folder or fsspec URL (s3://bucket/path) of the archive; HOME/archive if unset",
    )
    state_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL of the state database; SQLite at HOME/state.db if unset",
    )
    timezone: str = Field(
        default="UTC",
        description="IANA name of the reader's time zone, for digests, timelines and 'today'",
    )

    @property
    def archive(self) -> str:
        """The archive's place as a path or fsspec URL."""
        return self.archive_url or str(self.home / "archive")

    @property
    def state(self) -> str:
        """The state database as a SQLAlchemy URL."""
        return self.state_url or f"sqlite:///{self.home / 'state.db'}"
