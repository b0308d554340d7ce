"""The tagger's promise: what goes in, what comes out, and how to get one.

    from models.tagger import TaggerInput, load

    [tagged] = load().tag([TaggerInput(title="...", text="...", language="en")])

`load()` needs no argument, no network and no torch. Tests that do not care for the tags use
`NullTagger`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from articles.record import EMBEDDING_WIDTH, Sentiment, Span
from articles.settings import StorageSettings
from models.settings import ModelSettings

SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
RISKS: tuple[str, ...] = ("south_china_sea", "terrorism", "policy_divergence")
"""The risks of the shipped weights; own categories come after them in `Tagged.risks`."""


# Standard dataclasses, not pydantic models: text from outside may hold lone surrogates, which
# pydantic refuses, and a tagger must answer for every text.
@dataclass(frozen=True, slots=True)
class TaggerInput:
    """One article as the tagger reads it.

    Args:
        title: The headline; may be empty.
        text: The body, or the summary where there is no body; may be empty or very long.
        language: BCP 47 code where known; the tagger reads the text itself either way.
    """

    title: str
    text: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """How much of an article the encoder read, in characters from the start of title and text."""

    title: int = 0
    text: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tagged:
    """What the tagger says of one article.

    Args:
        risks: Calibrated probability (0 to 1) per risk category; the categories are independent.
        categories: The categories whose probability reaches their threshold.
        sentiment: The most probable tone of the reported development.
        sentiment_probability: Calibrated probability of `sentiment`.
        embedding: float32, 384 wide, unit length; near texts in any language point the same way.
        model_version: The version of the weights that said so.
        evidence: For each category in `categories`, the sentence that earned it, out of what was
            read.
        unsure: Categories whose probability lies near their threshold.
        countries: ISO 3166 two-letter codes named in the article, most prominent first.
        places: Ids of seas and features named in the article.
        refused: Why the article was not tagged (`risks` are then all 0), or None.
        read: What of title and text the verdict is about; what follows was not read.
    """

    risks: dict[str, float]
    categories: frozenset[str]
    sentiment: Sentiment
    sentiment_probability: float
    embedding: npt.NDArray[np.float32]
    model_version: str
    evidence: dict[str, Span] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    countries: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    refused: str | None = None
    read: Read = Read()


class Tagger(Protocol):
    """Anything that tags articles."""

    @property
    def model_version(self) -> str:
        """The version written on every tag."""

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        """Tag every text; the answers come in the order of the texts.

        No text makes it fail: one without a readable word comes back with `refused` set.
        """


def unit_embedding() -> npt.NDArray[np.float32]:
    """Return the embedding of a text that says nothing: the first axis, float32 (384,)."""
    embedding = np.zeros(EMBEDDING_WIDTH, dtype=np.float32)
    embedding[0] = 1.0
    return embedding


class NullTagger:
    """Keeps the promise without a model: no risk, neutral, one fixed embedding. For tests."""

    model_version = "null"

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        """Return the same empty verdict for every text."""
        return [
            Tagged(
                risks=dict.fromkeys(RISKS, 0.0),
                categories=frozenset(),
                sentiment="neutral",
                sentiment_probability=1.0,
                embedding=unit_embedding(),
                model_version=self.model_version,
            )
            for _ in texts
        ]


@cache
def load(categories: Path | None = None) -> Tagger:
    """Return this process's tagger, loaded at the first call.

    Args:
        categories: Folder of own categories; the one of the settings if not given.

    `SHOALWATCH_MODEL` names another weights folder than the shipped one,
    `SHOALWATCH_MODEL_THREADS` the threads used, and `SHOALWATCH_CATEGORIES` the folder of own
    categories, whose heads are trained again if they are for other weights.

    Raises:
        WeightsError: a file of the weights folder is missing or damaged.
        OwnCategoryError: a file of an own category is damaged.
    """
    # Loaded here so that the promise and the null tagger cost no import of ONNX Runtime.
    from models.onnx_tagger import OnnxTagger  # noqa: PLC0415
    from models.own_categories import categories_folder  # noqa: PLC0415

    settings = ModelSettings()
    tagger = OnnxTagger.of_settings(settings)
    folder = categories or categories_folder(settings, StorageSettings())
    if not any(folder.glob("*.json")):
        return tagger
    from models.category_training import up_to_date  # noqa: PLC0415
    from models.own_tagger import OwnCategoriesTagger  # noqa: PLC0415

    return OwnCategoriesTagger(tagger, up_to_date(folder, tagger))
