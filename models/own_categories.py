"""Own categories: risk categories that an analyst adds, each one file with its examples and head.

    categories/rare_earths.json     entry, examples, head and score

The head was trained for one version of the weights; `models.category_training` trains it again
from the examples when the weights change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from articles.positions import PositionedYAML
from articles.settings import StorageSettings
from articles.whole_files import write_whole
from models.errors import OwnCategoryError
from models.reading import clean
from models.settings import ModelSettings
from models.taxonomy import Category, Taxonomy, load_taxonomy
from models.weights import HeadCalibration

FEWEST, MOST = 8, 50
"""Examples of a category."""
LEAST_F1 = 0.25
"""Cross-validated F1 under which a head is said to know nothing."""
MOST_BYTES = 2_000_000
"""Size of a category's file; fifty long articles are a tenth of it."""
RESERVED = frozenset({"any", "none", "all"})
"""Ids that the query language has another use for."""
_PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no part of a category; those are id, names, definition, examples and "
    "counterexamples",
    "model_type": "write id, names, definition and examples, as docs/labels.md shows",
    "dict_type": "write names by language, like {en: Rare earths}",
    "tuple_type": "write a list: each text on a line of its own, behind a dash and a blank",
    "string_type": "is no text to YAML; put it between quotes, as a text with a colon or a number "
    "needs them",
}
"""What pydantic finds, said to an analyst, by the type of the finding."""

_Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
# A name is shown in tables, mails and terminals: without control characters and direction marks.
_Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    BeforeValidator(lambda given: clean(given) if isinstance(given, str) else given),
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Entry(_Frozen):
    """What the analyst writes: an entry as in models/taxonomy.yml, and texts that carry it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")
    names: dict[str, _Name] = Field(min_length=1)
    definition: _Example
    examples: tuple[_Example, ...] = Field(min_length=FEWEST, max_length=MOST)
    counterexamples: tuple[_Example, ...] = Field(default=(), max_length=500)

    @property
    def category(self) -> Category:
        """The entry as the taxonomy has it."""
        return Category(id=self.id, names=self.names, definition=self.definition)


class Head(_Frozen):
    """Logistic regression on the embedding, and how its logit becomes a probability."""

    model_version: str = Field(description="Version of the weights that made the embeddings")
    weights: tuple[float, ...]
    bias: float
    calibration: HeadCalibration


class CategoryScore(_Frozen):
    """Cross-validated figures of a head: on texts that the fold's head was not trained on."""

    examples: int
    others: int = Field(description="Texts that do not carry the category")
    alike: tuple[str, ...] = Field(description="Other texts that the held-out heads find likeliest")
    folds: int
    precision: float
    recall: float
    f1: float
    average_precision: float
    chance: float = Field(description="Average precision that one in a hundred random orders beats")

    @property
    def beats_chance(self) -> bool:
        """Whether the head tells examples from other texts, and not only their manner of writing.

        Examples with nothing in common but their language and length reached an F1 of .15.
        """
        return self.average_precision > self.chance and self.f1 >= LEAST_F1


class OwnCategory(_Frozen):
    """One file: the entry, the head that its examples trained, and the head's score."""

    entry: Entry
    head: Head
    score: CategoryScore

    @property
    def id(self) -> str:
        """The category's id."""
        return self.entry.id


def categories_folder(models: ModelSettings, storage: StorageSettings) -> Path:
    """Return the folder of own categories that the settings choose."""
    return models.categories or storage.home / "categories"


def read_entry(path: Path) -> Entry:
    """Read the YAML file of a new category.

    Raises:
        OwnCategoryError: the file is missing, too large, no YAML, or an entry of it is wrong.
    """
    try:
        return Entry.model_validate(PositionedYAML(_bounded(path)).value)
    except OSError as error:
        raise OwnCategoryError(f"Category file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise OwnCategoryError(f"Category file {path} cannot be used: {_said(error)}") from error
    except UnicodeDecodeError as error:
        raise OwnCategoryError(
            f"Category file {path} is not in UTF-8; save it as UTF-8 text."
        ) from error
    except RecursionError as error:
        raise OwnCategoryError(
            f"Category file {path} has brackets within brackets, hundreds deep."
        ) from error
    # A plain ValueError is a date or a number that YAML takes for one and cannot make: 2020-13-45.
    except (yaml.YAMLError, ValueError) as error:
        raise OwnCategoryError(
            f"Category file {path} is no YAML: {error}. Put a text that holds other signs than "
            "letters between quotes."
        ) from error


def _bounded(path: Path) -> str:
    """Return a file's text; one that is endless or too large is not read whole.

    Raises OSError, UnicodeDecodeError and OwnCategoryError.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OwnCategoryError(f"{path} has more than {MOST_BYTES} bytes; a category has less.")
    return content.decode("utf-8-sig")


def read_all(folder: Path) -> list[OwnCategory]:
    """Read every own category of a folder, by id; a folder that is not there has none.

    Raises:
        OwnCategoryError: a file is damaged; the message names the command that removes it.
    """
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def write(folder: Path, own: OwnCategory) -> Path:
    """Write a category's file in one step. Raises OwnCategoryError."""
    path = folder / f"{own.id}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, own.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise OwnCategoryError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def remove(folder: Path, category: str) -> None:
    """Delete a category's file, damaged or not. Raises OwnCategoryError for an unknown id."""
    if category in load_taxonomy().ids:
        raise OwnCategoryError(f"{category} ships with Shoalwatch and cannot be removed.")
    there = sorted(path.stem for path in folder.glob("*.json"))
    if category not in there:
        raise OwnCategoryError(
            f"There is no own category {category!r}; there are: {', '.join(there) or 'none'}."
        )
    (folder / f"{category}.json").unlink()


def refuse_taken(entry: Entry, folder: Path) -> None:
    """Refuse an id that another category has. Raises OwnCategoryError."""
    if entry.id in RESERVED or entry.id in load_taxonomy().ids:
        why = "means something else" if entry.id in RESERVED else "ships with Shoalwatch"
        raise OwnCategoryError(f"The id {entry.id} is taken: it {why}. Choose another one.")
    if (folder / f"{entry.id}.json").exists():
        raise OwnCategoryError(
            f"There is an own category {entry.id} already. To replace it, first run: "
            f"shoalwatch model remove-category {entry.id}"
        )


def known_taxonomy(folder: Path) -> Taxonomy:
    """Return the shipped categories and, after them, the own ones. Raises OwnCategoryError."""
    own = tuple(one.entry.category for one in read_all(folder))
    return Taxonomy(categories=load_taxonomy().categories + own)


def version(base: str, own: Sequence[OwnCategory]) -> str:
    """Return the model version of weights and own heads together; it changes with each of them."""
    if not own:
        return base
    heads = "\n".join(f"{one.id} {one.head.model_dump_json()}" for one in own)
    return f"{base}+own-{hashlib.sha256(heads.encode()).hexdigest()[:8]}"


def _read(path: Path) -> OwnCategory:
    remedy = f"Restore it, or run: shoalwatch model remove-category {path.stem}"
    try:
        own = OwnCategory.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        said = _said(error) if isinstance(error, ValidationError) else error.strerror
        raise OwnCategoryError(f"Own category {path} cannot be read: {said}. {remedy}") from error
    if own.id != path.stem:
        raise OwnCategoryError(f"Own category {path} has the id {own.id!r} inside. {remedy}")
    return own


def _said(error: ValidationError) -> str:
    """Return pydantic's findings in words, the first three."""
    found = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{_where(one['loc'])}: {_plain(one)}" for one in found[:3])


def _where(place: tuple[int | str, ...]) -> str:
    """Return the place of a finding as an analyst counts: 'examples, text 1'."""
    return ", ".join(f"text {p + 1}" if isinstance(p, int) else str(p) for p in place) or "file"


def _plain(found: ErrorDetails) -> str:
    if found["type"] == "string_pattern_mismatch":
        return "an id has 2 to 64 small letters, digits and underscores, and starts with a letter"
    if found["type"] in {"too_short", "too_long"} and found["loc"] == ("examples",):
        count = found["ctx"]["actual_length"]
        return f"there are {count}; a category needs {FEWEST} to {MOST}"
    return _PLAIN_WORDS.get(found["type"], found["msg"])
