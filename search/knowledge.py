"""What an engine is told about the world by its caller: places, outlets, categories, meaning.

`search` imports only `articles`, so names of places (models), owners of outlets (crawlers) and the
encoder (models) are handed in by `shoalwatch`. Without them a query is read all the same: a place
is then its id, nothing is expanded, and a search by meaning says that it needs an encoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Gazetteer(Protocol):
    """Knows places by all their names."""

    def places(self, name: str) -> Sequence[str]:
        """Return the ids of the places called so, in any language and case; empty if none is."""
        ...

    def names(self, place: str) -> Sequence[str]:
        """Return every name of a place, by its id; empty for an unknown id."""
        ...


class NullGazetteer:
    """Knows no place."""

    def places(self, name: str) -> Sequence[str]:  # noqa: ARG002 - the promise's argument
        """Return nothing."""
        return ()

    def names(self, place: str) -> Sequence[str]:  # noqa: ARG002 - the promise's argument
        """Return nothing."""
        return ()


class Embedder(Protocol):
    """Turns texts into vectors that lie near each other where the texts mean nearly the same.

    Hashable, by identity, so that what was embedded once can be kept.
    """

    def __hash__(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), 384), made as those of the articles were."""
        ...


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that a caller may tell an engine; empty parts are not checked against.

    Args:
        gazetteer: Places and their names.
        owners: Ids of the outlets of each owner, by the owner's name.
        categories: Ids of the risk categories there are.
        embedder: The encoder of the articles' embeddings.
    """

    gazetteer: Gazetteer = field(default_factory=NullGazetteer)
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    categories: Sequence[str] = ()
    embedder: Embedder | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query is read: with what knowledge, at what moment, in whose calendar.

    With `inflected`, Indonesian and Malay forms of its words are looked for too.
    """

    knowledge: Knowledge = field(default_factory=Knowledge)
    zone: tzinfo = UTC
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    inflected: bool = False
