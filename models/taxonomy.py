"""The risk categories, read from models/taxonomy.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import TaxonomyError

SHIPPED = Path(__file__).with_name("taxonomy.yml")


class Category(BaseModel):
    """One risk category: its id, its name per language, and what belongs to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    names: dict[str, str]
    definition: str

    def name(self, language: str = "en") -> str:
        """Return the name in a language, else in English, else the id."""
        return self.names.get(language) or self.names.get("en") or self.id


class Taxonomy(BaseModel):
    """All categories, in the order in which they are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: tuple[Category, ...] = Field(min_length=1)

    @property
    def ids(self) -> tuple[str, ...]:
        """The categories' ids, in order."""
        return tuple(category.id for category in self.categories)


@cache
def load_taxonomy(path: Path = SHIPPED) -> Taxonomy:
    """Read a taxonomy file.

    Raises:
        TaxonomyError: the file is missing, no YAML, or has a missing or unknown key.
    """
    try:
        return Taxonomy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise TaxonomyError(
            f"Taxonomy file {path} does not exist; restore it from the project."
        ) from error
    except (yaml.YAMLError, ValidationError) as error:
        raise TaxonomyError(f"Taxonomy file {path} cannot be used: {error}") from error
