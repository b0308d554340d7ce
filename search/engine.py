"""The promise every search engine keeps: what can be asked, and what comes back.

Both engines (`search.embedded`, `search.elasticsearch`) pass the same contract tests
(`tests/search/contract.py`), so that an analyst gets the same answers from a laptop and a cluster.

SearchError                     the engine cannot answer
├── QueryError                  the query, page token or timeline asked for makes no sense
├── EngineUnreachableError      nothing answers at the address, or the folder cannot be opened
├── EngineCredentialsError      Elasticsearch does not accept the key, user or password (401)
├── EnginePermissionError       the key or user may not do this (403)
├── EngineVersionError          Elasticsearch is of a major version that the client cannot talk to
├── EngineReadOnlyError         writing is blocked, usually because the disk is nearly full
├── EngineUnavailableError      the cluster answers, but cannot serve the index (red)
├── IndexingError               some articles were refused; names each, the others are written
├── IndexLockedError            another process is writing the embedded index
├── IndexBrokenError            the index's files or mapping are damaged
└── IndexFormatError            the index was made by another version
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from articles.errors import ShoalwatchError
from articles.record import Article, UTCDatetime

FACETS = ("category", "sentiment", "country", "language", "source")
"""Fields that can be counted and filtered by; languages are counted by their base (zh)."""

Sort = Literal["relevance", "newest", "oldest"]
Interval = Literal["hour", "day", "week", "month"]
MAX_PAGE = 1000
"""Hits in one page at the most; larger results are read with `after`."""


class SearchError(ShoalwatchError):
    """The engine cannot answer; the message names the engine, the cause and the cure."""


class EngineUnreachableError(SearchError):
    """Nothing answers at the engine's address, or its folder cannot be opened."""


class QueryError(SearchError):
    """The query cannot be understood; the message points at the place."""


class EngineCredentialsError(SearchError):
    """The engine does not accept the key, or the user and password."""


class EnginePermissionError(SearchError):
    """The key or user may not do what was asked."""


class EngineVersionError(SearchError):
    """The server is of a major version that the client cannot talk to."""


class EngineReadOnlyError(SearchError):
    """Writing is blocked; searching goes on."""


class EngineUnavailableError(SearchError):
    """The engine answers, but cannot serve the index now."""


class IndexingError(SearchError):
    """Some articles were refused; `refused` says why by id, all others were written."""

    def __init__(self, message: str, refused: dict[str, str]) -> None:
        super().__init__(message)
        self.refused = refused


class IndexLockedError(SearchError):
    """Another process is writing the index."""


class IndexBrokenError(SearchError):
    """The index is damaged; it can be made anew from the archive."""


class IndexFormatError(SearchError):
    """The index was made by another version; it can be made anew from the archive."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filters(_Frozen):
    """Conditions on every hit: values of one field are alternatives, all fields hold."""

    categories: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = Field(
        default=(), description="`zh` finds zh-Hans and zh-Hant, `zh-Hant` only that and below"
    )
    sources: tuple[str, ...] = ()
    since: UTCDatetime | None = Field(default=None, description="`Article.when` at or after this")
    until: UTCDatetime | None = Field(default=None, description="`Article.when` before this")
    first_seen_since: UTCDatetime | None = None
    first_seen_until: UTCDatetime | None = None


class Query(_Frozen):
    """What to look for. An empty `text` matches every article that the filters let through.

    A text that begins with `~` is a question: articles are ranked by how near their meaning is, in
    any language, and `Result.total` counts the nearest only (at most 400).
    """

    text: str = ""
    similar_to: str | None = Field(
        default=None, description="id of an article: find those like it, among what `text` matches"
    )
    filters: Filters = Filters()
    sort: Sort = "relevance"
    size: int = Field(default=10, ge=0, le=MAX_PAGE)
    after: str | None = Field(default=None, description="`Result.next` of the page before")
    facets: tuple[str, ...] = Field(default=(), description="Names out of FACETS to count")
    timeline: Interval | None = Field(default=None, description="Count articles by this interval")
    snippets: bool = True
    asked_at: UTCDatetime | None = Field(
        default=None, description="Now, for `since:7d` and for what is recent; the clock's if None"
    )


class Snippet(_Frozen):
    """Pieces of the article as HTML: escaped text with `<mark>` around the words found."""

    title: str
    text: str


class Hit(_Frozen):
    """One article found, its score (0 when sorted by date) and, if asked for, its snippet."""

    article: Article
    score: float
    snippet: Snippet | None = None


class Bucket(_Frozen):
    """How many articles carry `value`."""

    value: str
    count: int


class TimeBucket(_Frozen):
    """How many articles fall into the interval that starts at `start` (reader's time zone)."""

    start: datetime
    count: int


class Result(_Frozen):
    """A page of hits, with `total` counted exactly; `next` is None on the last page."""

    total: int
    hits: tuple[Hit, ...]
    next: str | None = None
    facets: dict[str, tuple[Bucket, ...]] = Field(default_factory=dict)
    timeline: tuple[TimeBucket, ...] = ()
    expanded: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Other names that were looked for too, by the place as typed in the query",
    )


class Health(_Frozen):
    """Whether the engine answers, and in words what it is and holds."""

    ok: bool
    engine: str
    version: str
    articles: int
    message: str


class SearchEngine(Protocol):
    """Keeps articles by id and finds them again.

    Facets are sorted by count, then value. The timeline's buckets are calendar intervals in the
    reader's zone (`SHOALWATCH_TIMEZONE`), without gaps between the first and the last, empty ones
    counted 0; weeks start on Monday. Moments are compared in whole milliseconds. Without text,
    relevance means newest first.

    Paging is stable: ties in score or date are broken by id. By date, a page read with `after`
    never repeats or skips an article that was there all along, whatever was written in between. By
    relevance that holds while nothing is written: scores depend on the whole collection, so read
    long results by date.
    """

    @property
    def generation(self) -> str:
        """A token that changes when the index is made anew, so that a caller knows to refill it."""
        ...

    def index(self, articles: Iterable[Article]) -> int:
        """Insert or replace by id; visible to searches on return. Returns how many were written.

        Raises IndexLockedError, EngineReadOnlyError, IndexingError (others are written all the
        same) and what `search` raises.
        """
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Remove by id; unknown ids are no error. Returns how many were there."""
        ...

    def get(self, article_id: str) -> Article | None:
        """Return the article with that id, or None."""
        ...

    def search(self, query: Query) -> Result:
        """Answer a query. Raises QueryError, EngineUnreachableError, other SearchErrors."""
        ...

    def count(self, filters: Filters | None = None) -> int:
        """Count the articles that the filters let through (all without filters)."""
        ...

    def reindex(
        self,
        articles: Iterable[Article] | None = None,
        say: Callable[[str], None] = ...,
    ) -> int:
        """Build the index anew beside the old one and swap; returns how many articles there are.

        From `articles` (the archive's; the last of several with one id counts), else from what the
        index holds. Searches go on meanwhile,
        writes reach both or are told to wait. Interrupted at any point, the old index answers and
        the next call goes on. `say` is told of each step. The old index stays, for `roll_back`.
        """
        ...

    def roll_back(self) -> None:
        """Search the index before the last `reindex` again. Raises IndexBrokenError without one."""
        ...

    def reset(self) -> None:
        """Empty the engine: a new, empty index under a new `generation`."""
        ...

    def health(self) -> Health:
        """Say how the engine is; never raises for an engine that is down."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
