"""The record: the one thing that crosses a stage's border, and its parts.

The JSON on disk, the Elasticsearch mapping, the embedded schema and the API's JSON all derive from
`Article`; `tests/search/test_mapping.py` proves that they agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

EMBEDDING_WIDTH = 384
"""Numbers in an embedding (the width of multilingual-e5-small)."""

Sentiment = Literal["negative", "neutral", "positive"]
DateOrigin = Literal["json-ld", "meta", "page", "feed", "url", "none"]
"""Where a publication date was found; `none` goes with an undated article."""


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UTCDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""An aware moment, converted to UTC on entry; a naive one is refused."""


def whole(text: str) -> str:
    """Return a text with its pairs of surrogates as one character each, and U+FFFD for halves.

    Titles cut at a length and broken JSON-LD have halves, which no file can hold.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _writable(text: object) -> object:
    return whole(text) if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(_writable)]
"""Text from outside, of which every character can be written as UTF-8."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Frozen):
    """A stretch of the article: `field[start:end]`, in characters (not bytes)."""

    field: Literal["title", "text", "summary"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Tag(_Frozen):
    """A risk category over its threshold, and the sentence that earned it.

    One that a person put on, against the model, has the model's low probability (0 where the model
    refused the text) and no evidence.
    """

    category: str
    probability: Probability
    evidence: Span | None = None


class Correction(_Frozen):
    """What a person says of one category of an article; it stands against any model."""

    category: str
    verdict: Literal["right", "wrong"] = Field(
        description="'right': the article carries the category; 'wrong': it does not"
    )
    by: Words
    made: UTCDatetime
    note: Words = ""

    @property
    def told(self) -> str:
        """The verdict in words: 'terrorism judged wrong by An Analyst'."""
        return f"{self.category} judged {self.verdict} by {self.by}"


class Article(_Frozen):
    """One news item of one outlet. Parts that a later stage fills are empty before it."""

    # identity
    id: str = Field(min_length=16, max_length=64, description="Hash of the canonical URL")
    url: str = Field(description="The address that was fetched")
    canonical_url: str
    source_id: str = Field(description="Key of the outlet in the catalogue")
    content_hash: str = Field(description="Hash of title and text, to see changes and copies")
    also_from: tuple[str, ...] = Field(
        default=(), description="Other sources of the catalogue that name the same address"
    )
    version: int = Field(default=1, ge=1, description="1, and one more for each change seen")
    changed: tuple[str, ...] = Field(
        default=(), description="Fields in which this version differs from the one before"
    )

    # text
    title: Words
    text: Words
    text_from: Literal["page", "feed"] = Field(
        default="page", description="'feed' where the page refuses us and the feed has the text"
    )
    summary: Words = ""
    authors: tuple[Words, ...] = ()
    language: str = Field(default="und", description="BCP 47; 'und' where unknown")
    language_confidence: Probability = 0.0

    # time
    published: UTCDatetime | None = Field(default=None, description="None is undated, never 'now'")
    published_from: DateOrigin = "none"
    updated: UTCDatetime | None = Field(
        default=None,
        description="As the page says; of a new version whose page does not, when it was fetched",
    )
    first_seen: UTCDatetime
    fetched: UTCDatetime

    # tags
    tags: tuple[Tag, ...] = Field(
        default=(), description="Categories over their threshold, as people corrected them"
    )
    risks: dict[str, Probability] = Field(
        default_factory=dict,
        description="Probability of every category, tagged or not; none where `refused`",
    )
    unsure: tuple[str, ...] = Field(default=(), description="Categories close to their threshold")
    corrections: tuple[Correction, ...] = Field(
        default=(), description="What people said of categories; `tags` follow it, `risks` do not"
    )
    sentiment: Sentiment | None = None
    sentiment_probability: Probability | None = None
    countries: tuple[str, ...] = Field(default=(), description="ISO 3166 codes, prominent first")
    places: tuple[str, ...] = Field(default=(), description="Keys of the gazetteer")
    model_version: str | None = Field(default=None, description="None before tagging")
    refused: str | None = Field(
        default=None,
        description="Why the model could not read the text; then it has no verdict and embedding",
    )

    # story
    story_id: str | None = None
    near_duplicate_of: str | None = Field(default=None, description="id of the article it repeats")

    embedding: Annotated[Any, Field(default=None, exclude=True, repr=False)]
    """float32, 384 wide, unit length, or None; kept beside the JSON, not in it."""

    @model_validator(mode="after")
    def _dates_and_embedding_agree(self) -> Self:
        if (self.published is None) != (self.published_from == "none"):
            raise ValueError(
                f"published={self.published} does not go with published_from={self.published_from}"
            )
        if self.embedding is not None:
            shape = getattr(self.embedding, "shape", (len(self.embedding),))
            if shape != (EMBEDDING_WIDTH,):
                raise ValueError(f"embedding has shape {shape}, not (384,)")
        return self

    @property
    def categories(self) -> tuple[str, ...]:
        """Risk categories over their threshold, in the tags' order."""
        return tuple(tag.category for tag in self.tags)

    @property
    def refusal(self) -> str:
        """What stands in place of tags where the model refused the text, else nothing."""
        return f"not tagged: {self.refused}" if self.refused else ""

    @property
    def when(self) -> datetime:
        """Publication, else first sight: to sort and cut by, never to show as a date."""
        return self.published or self.first_seen

    def same_as(self, other: Article) -> bool:
        """Whether every field and the embedding agree (pydantic's == cannot compare arrays)."""
        mine, theirs = self.embedding, other.embedding
        arrays_agree = (mine is None) == (theirs is None) and (
            mine is None or list(mine) == list(theirs)
        )
        return arrays_agree and self.model_dump() == other.model_dump()
