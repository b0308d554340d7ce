"""Settings of the tagging stage."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from articles.settings import FROM_ENVIRONMENT


class ModelSettings(BaseSettings):
    """Which weights tag, and with how many processor threads."""

    model_config = FROM_ENVIRONMENT

    model: Path | None = Field(
        default=None,
        description="Folder of the tagger's weights; the ones shipped with Shoalwatch if unset",
    )
    model_threads: int = Field(
        default=2, ge=1, le=256, description="Processor threads that the tagger may use"
    )
    categories: Path | None = Field(
        default=None, description="Folder of your own risk categories; HOME/categories if unset"
    )
