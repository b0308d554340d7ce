"""One source in one run: what of it is still open, and how it ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from articles.state import SourceHealth, Validators
from crawlers.catalogue import Access, Source
from crawlers.outcomes import NO_ADDRESS, FeedDone, PageDone, may_mend
from crawlers.owed import OwedPage
from crawlers.visit import RETRY_DAYS, Visit

_NOT_YET = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class SourceRun:
    """The books of one source: every feed and every page is opened once and closed once."""

    source: Source
    before: SourceHealth | None
    ways: tuple[Access, ...]
    """The source's ways of access that this run tries."""
    unfinished: dict[str, datetime] = field(default_factory=dict)
    """Feeds of which this run or earlier ones have begun further pages and not read all, by the
    catalogue's address, with the moment at which the first of these runs began."""
    began: datetime = _NOT_YET
    """When the run asked for its first document."""
    documents: set[str] = field(init=False)
    """Addresses of all feeds, sitemaps and listings that this run has opened."""
    open_feeds: set[str] = field(init=False)
    open_pages: dict[str, Visit] = field(default_factory=dict)
    waiting: deque[Visit] = field(default_factory=deque)
    """Open pages that are still to be asked for, in the feeds' order."""
    again: deque[Visit] = field(default_factory=deque)
    """Those that failed before. They come last, for they may take all the source's time."""
    asking: bool = False
    """Whether one is being asked for: a source's pages are asked for one after the other."""
    pages: dict[str, PageDone] = field(default_factory=dict)
    feeds: list[FeedDone] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)
    owed: list[OwedPage] = field(default_factory=list)
    """Pages that failed in earlier runs; empty once they are opened."""
    failed_before: set[str] = field(default_factory=set)
    """The keys of those that failed when they were asked for."""
    reopened: set[str] = field(default_factory=set)
    """The keys of those that were opened: how they end says nothing of the outlet today."""
    looked_back_for: set[str] = field(default_factory=set)
    """The keys of pages of WARC files and of long ago: no measure of what a day brings."""

    def __post_init__(self) -> None:
        """Open all the source's documents."""
        self.open_feeds = {access.url for access in self.ways}
        self.documents = set(self.open_feeds)

    def open_document(self, url: str) -> bool:
        """Open a further document; False for one that this run has opened already."""
        if url in self.documents:
            return False
        self.documents.add(url)
        self.open_feeds.add(url)
        return True

    def new_since(self, way: str) -> datetime:
        """Return from which moment on what was first seen is new to a feed, by its address.

        To one that an earlier run left unfinished it is that run's beginning: it may have kept all
        of a page before it came to the next.
        """
        return self.unfinished.get(way, self.began)

    def nothing_owed(self, way: str, now: datetime) -> bool:
        """Whether an unfinished feed was read to its end now, or has not been for too long."""
        if now - self.unfinished[way] > timedelta(days=RETRY_DAYS):
            return True
        read = [feed for feed in self.feeds if feed.way == way]
        whole = all(
            feed.outcome in {"read", "not_modified"} and feed.reason in {None, NO_ADDRESS}
            for feed in read
        )
        return bool(read) and whole and self.may_skip_next_time

    def owe(self, page: OwedPage) -> None:
        """Enter a page that an earlier run could not get."""
        self.owed.append(page)
        if page.asked:
            self.failed_before.add(page.key)

    def line_up(self, visit: Visit) -> None:
        """Put an open page on the list to be asked for."""
        (self.again if visit.key in self.failed_before else self.waiting).append(visit)

    def next_visit(self) -> Visit | None:
        """Take the next page to be asked for, None while one is under way or none is left."""
        line = self.waiting or self.again
        if self.asking or not line:
            return None
        self.asking = True
        return line.popleft()

    def knows(self, key: str) -> bool:
        """Whether a page was opened already, by this or another feed of the source."""
        return key in self.open_pages or key in self.pages

    def close_page(self, key: str, done: PageDone) -> None:
        """Note how a page ended."""
        self.open_pages.pop(key, None)
        self.pages[key] = done

    def close_feed(self, done: FeedDone) -> None:
        """Note how a feed ended."""
        self.open_feeds.discard(done.url)
        self.feeds.append(done)

    @property
    def unclaimed_pages(self) -> int:
        """Pages opened by a document that has not been closed."""
        claimed = sum(feed.entries - feed.repeats for feed in self.feeds)
        return len(self.open_pages) + len(self.pages) - claimed

    @property
    def finished(self) -> bool:
        """Whether nothing of the source is open."""
        return not self.open_feeds and not self.open_pages

    @property
    def may_skip_next_time(self) -> bool:
        """Whether a feed that has not changed may be passed over in the next run.

        Not while a page of it failed in a way that another time may mend: a 304 would hide it. What
        a WARC file has recorded stays as it is.
        """
        return not any(
            page.outcome == "failed" and may_mend(page.reason or "")
            for key, page in self.pages.items()
            if key not in self.looked_back_for
        )

    @property
    def new_articles(self) -> int:
        """Articles that this run saw for the first time, but those that it looked back for."""
        of_today = (page for key, page in self.pages.items() if key not in self.looked_back_for)
        return sum(page.outcome == "new" for page in of_today)

    @property
    def articles(self) -> int:
        """Articles of the source that this run saw; of one, recorded pages may give versions."""
        seen = {"new", "updated", "unchanged"}
        return len({page.article_id for page in self.pages.values() if page.outcome in seen})
