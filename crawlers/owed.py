"""Owed pages: those that earlier runs could not get, with what their feed said of them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from articles.errors import InvalidURLError
from articles.identity import canonical_url
from articles.state import KnownPage
from crawlers.feeds import Entry
from crawlers.outcomes import NOT_ASKED

RETRY_STAMP = "retry:"
"""The stamp of a page of which nothing is known that a feed could be compared with."""


class FeedWords(BaseModel):
    """What a feed said of a page, but for a text of its own, which takes up to 200,000 characters.

    That text stands in for pages that refuse us, and these are not owed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = ""
    summary: str = ""
    published: AwareDatetime | None = None
    stamp: str = RETRY_STAMP
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page to be asked for again."""

    url: str
    words: str = ""
    """`FeedWords` as JSON; empty where they are not known."""
    asked: bool = True
    """Whether it failed when it was asked for, and not before."""

    @property
    def key(self) -> str:
        """The address in canonical form; as it is where it has none."""
        try:
            return canonical_url(self.url)
        except InvalidURLError:
            return self.url

    def entry(self) -> Entry:
        """Return what its feed said of it."""
        try:
            said = FeedWords.model_validate_json(self.words or "{}")
        except ValidationError:  # a damaged record: its address is good all the same
            said = FeedWords()
        return Entry(
            self.url, said.title, said.summary, said.published, said.stamp, authors=said.authors
        )


def owed_page(page: KnownPage, url: str) -> OwedPage:
    """Return the owed page that is remembered in a row, by one of its addresses."""
    asked = page.last_outcome.removeprefix("failed:") not in NOT_ASKED
    return OwedPage(url, page.feed_words or "", asked=asked)


def feed_words(entry: Entry) -> str:
    """Return what is to be remembered of a feed's item, as JSON."""
    return FeedWords(
        title=entry.title,
        summary=entry.summary,
        published=entry.published,
        stamp=entry.stamp,
        authors=entry.authors,
    ).model_dump_json()
