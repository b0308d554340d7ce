"""Settings of the search stage."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from articles.settings import FROM_ENVIRONMENT


class SearchSettings(BaseSettings):
    """Which engine answers, and how to reach it. Without `search_url` the embedded one does."""

    model_config = FROM_ENVIRONMENT

    search_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Address of an Elasticsearch (https://host:9200); embedded engine if unset",
    )
    search_api_key: SecretStr | None = Field(
        default=None, description="API key for Elasticsearch (the encoded form)"
    )
    search_username: str | None = Field(
        default=None, description="User name for Elasticsearch, if no API key is used"
    )
    search_password: SecretStr | None = Field(default=None, description="Password of that user")
    search_ca_certs: Path | None = Field(
        default=None,
        description="PEM file of the authority that signed Elasticsearch's certificate",
    )
    search_index: str = Field(
        default="shoalwatch",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$",
        description="How the names of Shoalwatch's indices and aliases in Elasticsearch begin",
    )
    search_timeout: float = Field(
        default=30.0, gt=0, le=600, description="Seconds to wait for an answer of Elasticsearch"
    )
