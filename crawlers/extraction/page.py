"""What extraction hands on, and the error it raises when a page holds no article."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from articles.errors import ShoalwatchError

PageDateOrigin = Literal["json-ld", "meta", "page", "url", "none"]
"""Where on the page the publication date stood; `none` goes with an undated page."""

Reason = Literal["empty", "too_large", "too_much_memory", "not_html", "no_text"]
"""Machine words for the crawl report: why a page gave no article."""


class ExtractionError(ShoalwatchError):
    """A page that cannot become an article; `reason` is the machine word for the report."""

    def __init__(self, reason: Reason, explanation: str) -> None:
        self.reason: Reason = reason
        self.explanation = explanation
        super().__init__(f"{reason}: {explanation}")

    def __reduce__(self) -> tuple[type[ExtractionError], tuple[Reason, str]]:
        """Rebuild from both arguments: the error crosses from worker processes by pickle."""
        return type(self), (self.reason, self.explanation)


class ExtractedPage(BaseModel):
    """One article as its page states it, before catalogue and state add what they know.

    `published` and `updated` keep the page's own offset. A date without a time of day is midnight
    in the zone that the page shows, and midnight UTC where it shows none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = None
    text: str
    authors: list[str] = []
    published: AwareDatetime | None = None
    published_from: PageDateOrigin = "none"
    updated: AwareDatetime | None = None
    language: str | None = None
    canonical: str | None = None
    description: str | None = None
    site_name: str | None = None
