"""What a crawl knew when it came to a source or a page: kept with its responses, for replays.

Whether a page that a feed repeats is asked for, and how it ends if it is not, follows from what
was known of it. The archive tells that of articles only, and not under every address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from articles.record import UTCDatetime
from articles.state import KnownPage, SourceHealth, State


class Known(BaseModel):
    """What was known of a source, and of pages that a document of it names."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source_id: str
    at: UTCDatetime
    before: SourceHealth | None = None
    """How the source did in the run before; None where there was none."""
    unfinished: dict[str, UTCDatetime] = {}
    """Its feeds whose further pages earlier runs had not all read, by address, since when."""
    pages: dict[str, KnownPage] = {}
    """By the address under which a page is met, in canonical form."""
    documents: tuple[str, ...] | None = None
    """Next pages and sitemaps that a document of it led to and that were asked for; None in files
    of Shoalwatch before this was kept."""


@dataclass(slots=True)
class KnownAtStart:
    """What a crawl process knew when it began, gathered from its records."""

    before: dict[str, SourceHealth | None] = field(default_factory=dict)
    """By source: all that the process crawled."""
    unfinished: dict[str, dict[str, datetime]] = field(default_factory=dict)
    """By source, as `before`."""
    pages: dict[str, KnownPage] = field(default_factory=dict)
    documents: dict[str, set[str]] = field(default_factory=dict)
    """By source: those that were asked for later; empty where no record says which."""
    _began: datetime | None = None

    def gather(self, known: Known) -> None:
        """Take a record, in the order in which they came.

        What the process itself had found of a page by then is left out: a replay finds it too.
        """
        began = self._began = self._began or known.at
        self.before.setdefault(known.source_id, known.before)
        self.unfinished.setdefault(known.source_id, known.unfinished)
        if known.documents is not None:
            self.documents.setdefault(known.source_id, set()).update(known.documents)
        for address, page in known.pages.items():
            if page.last_fetched < began:
                self.pages.setdefault(address, page)

    def remember(self, state: State) -> None:
        """Put the pages and their addresses into a state database. Raises StateError."""
        pages = {page.canonical_url: page for page in self.pages.values()}
        addresses = {address: page.canonical_url for address, page in self.pages.items()}
        state.save_pages(pages.values(), addresses)
