"""What the engine is told: every place's names, owners of outlets, and an encoder when needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from crawlers.catalogue import load_catalogue
from crawlers.settings import CrawlSettings
from models.tagger import NullTagger, Tagged, Tagger, TaggerInput
from search.engine import QueryError
from search.fields import read_field
from search.knowledge import Reading
from search.nodes import OneOf, other_names
from search.query import parse
from shoalwatch.knowledge import LazyEmbedder, PlaceNames, knowledge


def test_a_disputed_feature_is_known_by_every_claimants_name() -> None:
    names = PlaceNames()
    for typed in ("Scarborough Shoal", "bajo de masinloc", "HUANGYAN DAO", "黄岩岛", "黃岩島"):
        assert names.places(typed) == ["scarborough_shoal"]
    assert "Panatag Shoal" in names.names("scarborough_shoal")
    assert names.places("Atlantis") == ()
    assert names.names("atlantis") == ()


def test_the_catalogues_owners_and_the_taxonomys_categories_are_known() -> None:
    sources = list(load_catalogue(CrawlSettings().sources))
    known = knowledge(sources, NullTagger)
    owned = next(source for source in sources if source.owner)
    found = read_field("owner", f'"{owned.owner}"', Reading(known))
    assert isinstance(found, OneOf)
    assert owned.id in found.values
    assert "terrorism" in known.categories
    expanded = other_names(parse("scarborough shoal", Reading(known)))
    assert "黄岩岛" in expanded["scarborough shoal"]


def test_the_encoder_is_loaded_at_the_first_text() -> None:
    loaded: list[Tagger] = []

    def load() -> Tagger:
        loaded.append(NullTagger())
        return loaded[-1]

    embedder = LazyEmbedder(load)
    assert loaded == []
    vectors = embedder.embed(["fishermen driven off", "渔民被驱离"])
    assert len(loaded) == 1
    assert vectors.shape == (2, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_a_question_that_the_model_cannot_read_is_refused_with_the_reason() -> None:
    class Refusing(NullTagger):
        def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
            return [replace(one, refused="no known script") for one in super().tag(texts)]

    with pytest.raises(QueryError, match="no known script"):
        LazyEmbedder(Refusing).embed(["هجوم"])
