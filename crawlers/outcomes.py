"""Outcomes: how every page and every feed of a run ended, and the events that tell of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

PageOutcome = Literal["new", "updated", "unchanged", "duplicate", "rejected", "failed"]
PAGE_OUTCOMES: tuple[PageOutcome, ...] = (
    "new",
    "updated",
    "unchanged",
    "duplicate",
    "rejected",
    "failed",
)
FeedOutcome = Literal["read", "not_modified", "malformed", "rejected", "failed"]
HealthStatus = Literal["healthy", "quiet", "empty", "failing", "blocked", "malformed"]

OUT_OF_TIME = "out_of_time"
"""The reason of what was not asked for, or not again, because its source's time was up."""
RETRY_AFTER = "retry_after"
"""The reason of what was not asked for because its host had asked to be left alone for longer."""
CRAWL_DELAY = "crawl_delay"
"""The reason of what was not asked for because its host's robots.txt asks for too long a delay."""
TOO_DEEP = "too_deep"
"""The reason of a sitemap index that lies under too many others for its sitemaps to be read."""
NO_ADDRESS = "no_address"
"""The reason of a document none of whose entries has an address that can be asked for."""
STUB = "stub"
"""The reason of a page that has a notice in place of an article, which is kept: nothing is lost."""
NO_SUCH_FILE = "no_such_file"
"""The reason of a WARC file that is not there."""
NOT_ASKED = frozenset({OUT_OF_TIME, RETRY_AFTER, CRAWL_DELAY})
"""Failures of pages that nobody asked for: they say nothing of these."""
RETRIED = frozenset(
    {
        *NOT_ASKED,
        "timeout",
        "dns",
        "connection",
        "incomplete",
        "process_died",
        "extraction_died",
        "interrupted",
        "robots_unreachable",
        "bot_wall",
    }
)
"""Failures that another time may mend (besides HTTP 5xx and 401, 403, 408, 425, 429)."""

BLOCKED = frozenset({"robots", "bot_wall", "http_401", "http_403", "http_451"})
"""Reasons that say: not you."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PageFound(_Record):
    """A feed names a page: it will have a `PageDone`."""

    event: Literal["page_found"] = "page_found"
    source_id: str
    url: str


class PageDone(_Record):
    """How a page ended; sent once its article, if any, is safely in the archive."""

    event: Literal["page_done"] = "page_done"
    source_id: str
    url: str
    outcome: PageOutcome
    reason: str | None = None
    """Why it was rejected or failed, or what it duplicates by; None for other outcomes."""
    article_id: str | None = None
    undated: bool = False
    text_from: Literal["page", "feed"] = "page"
    """Where the article's text was had: from the feed where the page refuses us."""
    fetched: bool = True
    """Whether it was asked for in this run; False where nothing spoke for a change."""

    @model_validator(mode="after")
    def _reason_is_given(self) -> PageDone:
        if (self.outcome in {"rejected", "failed", "duplicate"}) != (self.reason is not None):
            raise ValueError(f"outcome {self.outcome} does not go with reason {self.reason}")
        return self


class FeedDone(_Record):
    """How a feed ended, or another document that names pages."""

    event: Literal["feed_done"] = "feed_done"
    source_id: str
    url: str
    kind: Literal["feed", "sitemap", "listing", "archive", "failed"] = "feed"
    """`failed` is our own list of pages that failed in earlier runs and that no feed names now."""
    way: str = ""
    """The catalogue's address by which it was come to: an index's, for its sitemaps."""
    outcome: FeedOutcome
    reason: str | None = None
    """Why it was not read; of one that was, `cut_short` if it breaks off, `too_deep` if it is an
    index whose sitemaps were not asked for, since it lies too many indexes down, `no_address` if
    no entry has one that can be asked for."""
    entries: int = 0
    """Entries read; those that repeat an address of the same source count as one page."""
    repeats: int = 0
    left_out: int = 0
    """Entries beyond SHOALWATCH_MAX_FEED_ENTRIES, which were not looked at, and documents that it
    leads to (sitemaps, a next page) which were not asked for: too many, too far, no address."""
    older: int = 0
    """Pages and sitemaps that a sitemap names and that were passed over for their age."""
    newest: AwareDatetime | None = None
    """The latest date that an entry read has; None where none has one."""
    refused_dates: dict[str, int] = {}
    """Dates of entries that were not believed, by reason: future, before_1990, unreadable."""


class SourceDone(_Record):
    """A source is finished, and how it is doing."""

    event: Literal["source_done"] = "source_done"
    source_id: str
    health: HealthStatus
    detail: str = ""
    since: AwareDatetime | None = None
    """Since when it has been so; None where this run has broken off."""


class Traffic(_Record):
    """What a crawl process has used so far."""

    event: Literal["traffic"] = "traffic"
    received_bytes: int
    """As sent by the servers, head and body."""
    requests: int
    peak_memory_bytes: int


class KeepingStopped(_Record):
    """Responses are no longer kept, though the crawl was told to; it goes on."""

    event: Literal["keeping_stopped"] = "keeping_stopped"
    reason: str
    """Names the file."""


Event = PageFound | PageDone | FeedDone | SourceDone | Traffic | KeepingStopped
EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
"""Reads an event from its JSON."""


def may_mend(reason: str) -> bool:
    """Whether a failure may be gone another time, so that the page must be asked for again."""
    if not reason.startswith("http_"):
        return reason in RETRIED
    status = int(reason.removeprefix("http_"))
    return status >= 500 or status in {401, 403, 408, 425, 429}
