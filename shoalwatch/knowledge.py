"""What the search engine is told: places, owners, categories, outlets, and the encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import yaml
from numpy.typing import NDArray

from crawlers.catalogue import Source
from models.gazetteer import SHIPPED
from models.place_names import Places
from models.tagger import Tagger, TaggerInput
from models.taxonomy import Taxonomy, load_taxonomy
from search.engine import QueryError
from search.knowledge import Knowledge


class PlaceNames:
    """The gazetteer of models/places.yml, in the form that search asks for it."""

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        return Places.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))).places

    @cached_property
    def _places(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for place, names in self._names.items():
            for name in {name.casefold() for name in names}:
                found.setdefault(name, []).append(place)
        return found

    def places(self, name: str) -> Sequence[str]:
        """Return the ids of the places called so."""
        return self._places.get(name.casefold(), ())

    def names(self, place: str) -> Sequence[str]:
        """Return every name of a place."""
        return self._names.get(place, ())


class LazyEmbedder:
    """The tagger's encoder, loaded at the first search by meaning and not before."""

    def __init__(self, load: Callable[[], Tagger]) -> None:
        """Keep how to load the tagger."""
        self._load = load

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), 384). Raises WeightsError, QueryError.

        QueryError is for a text that the tagger refuses: what it gives for one means nothing.
        """
        tagged = self._load().tag([TaggerInput(title=text) for text in texts])
        if reason := next((one.refused for one in tagged if one.refused), None):
            raise QueryError(f"The question cannot be answered by meaning ({reason}): use words")
        return np.stack([one.embedding for one in tagged])


def owners(sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """Return the ids of each owner's outlets."""
    found: dict[str, list[str]] = {}
    for source in sources:
        if source.owner:
            found.setdefault(source.owner, []).append(source.id)
    return {owner: tuple(ids) for owner, ids in found.items()}


def knowledge(
    sources: Sequence[Source], load: Callable[[], Tagger], taxonomy: Taxonomy | None = None
) -> Knowledge:
    """Gather what is known of the world; the shipped categories if none are given."""
    return Knowledge(
        gazetteer=PlaceNames(),
        owners=owners(sources),
        categories=(taxonomy or load_taxonomy()).ids,
        embedder=LazyEmbedder(load),
    )
