"""The digest as data, from composer to renderer; every string in it is clean and bounded."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from articles.record import Probability, Sentiment, UTCDatetime

SourceStatus = Literal["ok", "silent", "failed", "blocked", "not_crawled"]
"""How a source did: `silent` answered but had nothing new for longer than it should."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceReport(_Frozen):
    """How one source of the catalogue did on the day; the caller fills it from the state."""

    source_id: str
    name: str
    status: SourceStatus
    detail: str = Field(default="", description="Reason in words where the status is not 'ok'")
    articles: int = Field(default=0, ge=0, description="Articles first seen from it on the day")
    since: UTCDatetime | None = Field(default=None, description="Since when it has been like this")
    languages: tuple[str, ...] = Field(default=(), description="BCP 47, from the catalogue")


class MissingLanguage(_Frozen):
    """A language the reader expects that no working source covers, and why."""

    language: str
    name: str
    reason: str


class DigestTag(_Frozen):
    """One risk category of an item, with the sentence that earned it (empty if not known)."""

    category: str
    name: str
    probability: Probability | None = Field(
        description="None where a person put it on a text that the tagger refused"
    )
    unsure: bool = Field(default=False, description="Whether the probability is near the threshold")
    evidence: str = ""
    evidence_in: Literal["title", "text", "summary", "none"] = "none"


class AlsoAt(_Frozen):
    """Another outlet that ran the same item."""

    outlet: str
    link: str | None


class DigestItem(_Frozen):
    """One article as the reader sees it. `link` is None where the address is not safe to open."""

    article_id: str
    title: str
    outlet: str
    link: str | None
    host: str
    language: str
    language_name: str
    published: UTCDatetime | None
    first_seen: UTCDatetime
    updated: bool = Field(default=False, description="Whether the outlet changed it since")
    summary: str = ""
    tags: tuple[DigestTag, ...]
    sentiment: Sentiment | None = None
    sentiment_probability: Probability | None = None
    refusal: str = Field(default="", description="Why there are no tags, if the tagger refused it")
    countries: tuple[str, ...] = Field(default=(), description="Names in English")
    also_at: tuple[AlsoAt, ...] = ()
    judged: tuple[str, ...] = Field(default=(), description="What people said of its categories")

    def probability(self, category: str) -> float:
        """Return how certain the tagger was of the category, 0 where it is not tagged."""
        return next((tag.probability or 0.0 for tag in self.tags if tag.category == category), 0.0)


class Section(_Frozen):
    """One risk category: the items kept, most certain first, and how many there were in all."""

    category: str
    name: str
    items: tuple[DigestItem, ...]
    total: int = Field(ge=0, description="Distinct items of the day, shown or not")


class SearchSection(_Frozen):
    """What a saved search found since the digest before, newest first; `problem` if it could not.

    Items that also stand under a category are told there in full.
    """

    name: str
    query: str
    items: tuple[DigestItem, ...] = ()
    total: int = Field(default=0, ge=0, description="Distinct new items, shown or not")
    problem: str = ""


class Count(_Frozen):
    """How many of the day's articles carry a value; `name` is for the reader."""

    value: str
    name: str
    count: int = Field(ge=0)


class Digest(_Frozen):
    """One reader's day. Made from the same index and reports, it is the same, byte for byte."""

    day: date
    timezone: str
    start: UTCDatetime
    end: UTCDatetime
    total: int = Field(ge=0, description="Articles first seen on the day, tagged or not")
    undated: int = Field(ge=0)
    untagged: int = Field(ge=0, description="Articles that the tagger has not read yet")
    refused: tuple[Count, ...] = Field(
        default=(), description="Articles that the tagger cannot read, by the reason"
    )
    taken_off: int = Field(default=0, ge=0, description="Articles a person took a category off")
    sections: tuple[Section, ...]
    searches: tuple[SearchSection, ...] = ()
    by_category: tuple[Count, ...]
    by_sentiment: tuple[Count, ...]
    by_language: tuple[Count, ...]
    by_country: tuple[Count, ...]
    sources_working: int = Field(ge=0)
    sources_missing: tuple[SourceReport, ...]
    languages_missing: tuple[MissingLanguage, ...]
    model_versions: tuple[str, ...] = ()
