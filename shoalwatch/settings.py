"""All settings together, read from the environment and `.env`, with unknown ones refused."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from articles.errors import SettingsError
from articles.settings import StorageSettings
from crawlers.settings import CrawlSettings
from digests.settings import DigestSettings
from models.settings import ModelSettings
from search.settings import SearchSettings

PREFIX = "SHOALWATCH_"
STAGES: tuple[type[BaseSettings], ...] = (
    StorageSettings,
    CrawlSettings,
    ModelSettings,
    SearchSettings,
    DigestSettings,
)
OUTSIDE = ("SHOALWATCH_COMMAND", "SHOALWATCH_SCHEDULE")
"""Read by the Airflow DAG, which runs in an environment that may lack our packages."""
FREE_PREFIXES = ("SHOALWATCH_TEST_", "SHOALWATCH_REQUIRE_", "SHOALWATCH_ENV_")
"""Variables of the test suite and of docker-compose.yml."""


@dataclass(frozen=True)
class Settings:
    """One object for each stage; a stage is handed its own."""

    storage: StorageSettings = field(default_factory=StorageSettings)
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)


def known_variables() -> dict[str, str]:
    """Return every setting's variable with its description."""
    return {
        f"{PREFIX}{name.upper()}": info.description or ""
        for stage in STAGES
        for name, info in stage.model_fields.items()
    }


def load_settings() -> Settings:
    """Read all settings.

    Raises:
        SettingsError: a variable is unknown or its value is wrong; all of them are named.
    """
    _refuse_unknown()
    try:
        return Settings()
    except ValidationError as problem:
        said = "; ".join(
            f"{PREFIX}{'_'.join(str(part) for part in error['loc'][:1]).upper()}: {error['msg']}"
            for error in problem.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"A setting has a wrong value: {said}") from problem


def overridden(settings: Settings) -> dict[str, str]:
    """Return the settings that differ from their defaults, secrets hidden, for the doctor."""
    found = {}
    for part in fields(settings):
        stage: BaseSettings = getattr(settings, part.name)
        for name in stage.model_fields_set:
            found[f"{PREFIX}{name.upper()}"] = str(getattr(stage, name))
    return dict(sorted(found.items()))


def _refuse_unknown() -> None:
    known = {*known_variables(), *OUTSIDE}
    seen = {name.upper() for name in (*os.environ, *dotenv_values(Path(".env")))}
    mine = (name for name in seen if name.startswith(PREFIX))
    unknown = sorted(n for n in mine if n not in known and not n.startswith(FREE_PREFIXES))
    if unknown:
        raise SettingsError("; ".join(_unknown(name, known) for name in unknown))


def _unknown(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else "see docs/settings.md for what there is"
    return f"Unknown setting {name}: {hint}"
