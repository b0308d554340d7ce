"""Every name a sea or a disputed feature goes by: from models/places.yml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from models.country_names import Entry, Names, folded


class Places(BaseModel):
    """The file models/places.yml; its comments say what each part is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    places: dict[str, Names]
    generic: Names
    unless: dict[str, Names]
    glosses: dict[str, Names]

    def entries(self) -> Iterator[Entry]:
        """Yield every name, in every way of writing it, with its place."""
        generic = frozenset(self.generic)
        for place, names in self.places.items():
            for name in names:
                yield from ((form, (place,)) for form in _written(folded(name), generic))

    def doubted(self) -> dict[str, Names]:
        """Return each name of two meanings, as `entries` has it, and what rules the place out."""
        generic = frozenset(self.generic)
        return {
            form: tuple(map(folded, words))
            for name, words in self.unless.items()
            for form in _written(folded(name), generic)
        }

    def strays(self) -> list[str]:
        """Return what the file says of places and names that it does not have."""
        ids = {place for group in self.glosses.values() for place in group}
        names = {name for group in self.places.values() for name in group}
        return sorted((ids - self.places.keys()) | (self.unless.keys() - names))


def _written(name: str, generic: frozenset[str]) -> set[str]:
    """Return a name as it stands, and with a word for reef or sea at either end written small."""
    forms = {name}
    first, _, rest = name.partition(" ")
    if rest and first in generic:
        forms.add(f"{first.lower()} {rest}")
    start, _, last = name.rpartition(" ")
    if start and last in generic:
        forms.add(f"{start} {last.lower()}")
    return forms
