"""What a crawl process and its reading worker say to each other."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from crawlers.extraction.page import ExtractedPage, Reason


class Job(BaseModel):
    """A page to be read; its bytes follow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    content_type: str | None
    now: AwareDatetime
    country: str | None
    size: int


class Answer(BaseModel):
    """What a page turned out to be: one of the first three."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: ExtractedPage | None = None
    refusal: tuple[Reason, str] | None = None
    too_slow: str | None = None
    peak_memory_bytes: int = 0
    """Of the worker, so far."""
    worn: bool = False
    """Whether the worker keeps so much memory that the next page needs a new one."""
