"""The recorder: what a crawl found goes to the archive first, then to the state, then is told.

Articles are kept in small groups. A process killed before a group is written has told nobody of
it and remembers nothing of it, so the next run fetches those pages again; one killed between
archive and state left articles that `settle_left` finds. Nothing is lost, nothing is double.
Groups go to the archive's journal, and from there into the partitions when a source is finished.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date
from time import monotonic

from articles.archive import Archive
from articles.errors import InvalidURLError, TornPartitionError
from articles.identity import canonical_url, former_canonical_url
from articles.record import Article
from articles.state import KnownPage, State
from crawlers.outcomes import Event, PageDone
from crawlers.visit import is_article

GROUP = 25
"""Articles written at a time."""
SECONDS = 5.0
"""Seconds that an article waits for its group to fill."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One page's result: the event, and what must be stored before it may be told."""

    done: PageDone
    page: KnownPage | None = None
    addresses: tuple[str, ...] = ()
    article: Article | None = None
    also_names: str | None = None
    """Another source's article that the page leads to, by its id."""


@dataclass(slots=True)
class _Waiting:
    findings: list[Finding] = field(default_factory=list)
    pages: dict[str, KnownPage] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    since: float = 0.0


class Recorder:
    """Writes findings in groups, and answers from what is written and what waits alike."""

    def __init__(self, archive: Archive, state: State, tell: Callable[[Event], None]) -> None:
        """Write to an archive and a state database, then call `tell` with the events."""
        self._archive, self._state, self._tell = archive, state, tell
        self._waiting = _Waiting()
        self._journalled: dict[str, str] = {}
        self._read: Article | None = None
        self._undated: dict[tuple[date, str], frozenset[str]] = {}

    def known(self, address: str) -> KnownPage | None:
        """Return the page known by an address or as a canonical URL, or None."""
        canonical = self._waiting.addresses.get(address)
        if canonical:
            return self.page(canonical)
        return self._state.page_by_address(address) or self.page(address)

    def known_as_met(self, url: str) -> KnownPage | None:
        """Return the page known by an address as it was met, or None. Raises InvalidURLError.

        An article that is kept under the form which addresses had before, and by which several had
        the same, is the one whose own address it is, and known by that from now on.
        """
        address = canonical_url(url)
        return self.known(address) or self._known_before(url, address)

    def _known_before(self, url: str, address: str) -> KnownPage | None:
        try:
            former = former_canonical_url(url)
        except InvalidURLError:
            return None
        page = self.known(former) if former != address else None
        article = self.article(page) if page and is_article(page) else None
        if page is None or article is None or canonical_url(article.url) != address:
            return None
        self._waiting.addresses[address] = page.canonical_url
        return page

    def page(self, canonical: str) -> KnownPage | None:
        """Return the page known by its canonical URL, or None."""
        return self._waiting.pages.get(canonical) or self._state.page(canonical)

    def article_with_content(
        self, content_hash: str, source_id: str | None = None
    ) -> KnownPage | None:
        """Return the first article with this text, of any source or of the one named, or None."""
        written = self._state.article_with_content(content_hash, source_id)
        if written:
            return written
        waiting = (
            page
            for page in self._waiting.pages.values()
            if page.content_hash == content_hash and source_id in {None, page.source_id}
        )
        return next(waiting, None)

    def article(self, known: KnownPage) -> Article | None:
        """Return a known article's latest version, or None where the archive lacks it."""
        waiting = [each.article for each in self._waiting.findings if each.article]
        for article in reversed(waiting):
            if article.id == known.article_id:
                return article
        kept = self._read  # many pages in turn may ask for the one whose address they state
        if kept is None or (kept.id, kept.version) != (known.article_id, known.version):
            self._read = self._archived(known)
        return self._read

    def is_undated(self, known: KnownPage) -> bool:
        """Whether a known article's latest version has no date; False where the archive lacks it.

        Asked of every article that is looked at again and is as it was, so it is noted of all
        articles of a partition at once.
        """
        waiting = {each.article.id for each in self._waiting.findings if each.article}
        if known.article_id in waiting or known.article_id in self._journalled:
            latest = self.article(known)
            return latest is not None and latest.published is None
        place = (known.first_seen.astimezone(UTC).date(), known.source_id)
        if place not in self._undated:
            there = self._archive.read("crawled", day=place[0], source=place[1])
            self._undated[place] = frozenset(a.id for a in there if a.published is None)
        return known.article_id in self._undated[place]

    def _archived(self, known: KnownPage) -> Article | None:
        """Return an article from the journal, if this process has put it there, or the archive."""
        path = self._journalled.get(known.article_id)
        day = known.first_seen.astimezone(UTC).date()
        try:
            found = self._archive.find_in_journal(path, known.article_id) if path else None
            return found or self._archive.find("crawled", known.article_id, day, known.source_id)
        except TornPartitionError:
            return None

    def record(self, finding: Finding) -> None:
        """Take a finding; write the group when it is full."""
        waiting = self._waiting
        if not waiting.findings:
            waiting.since = monotonic()
        waiting.findings.append(finding)
        if finding.page:
            waiting.pages[finding.page.canonical_url] = finding.page
            canonical = finding.page.canonical_url
            # its own is among them: what it led to before, it leads to no more
            waiting.addresses.update(dict.fromkeys(finding.addresses, canonical))
        if sum(each.article is not None for each in waiting.findings) >= GROUP:
            self.flush()

    def remember(self, page: KnownPage) -> None:
        """Take what is known now of a page whose ending was told; it is written with the group."""
        self._waiting.pages[page.canonical_url] = page

    def flush_if_due(self) -> None:
        """Write the group if its first finding has waited long enough."""
        if self._waiting.findings and monotonic() - self._waiting.since >= SECONDS:
            self.flush()

    def _yield_to_others(self) -> None:
        """Give up articles that another source's process has written while they waited."""
        waiting = self._waiting
        new = [each.article.canonical_url for each in waiting.findings if each.article]
        written = self._state.pages(new) if new else {}
        for number, finding in enumerate(waiting.findings):
            article = finding.article
            if article is None:
                continue
            there = written.get(article.canonical_url)
            if there is None or there.source_id == article.source_id or not there.content_hash:
                continue
            changes = {"outcome": "duplicate", "reason": "same_address"}
            done = finding.done.model_copy(update=changes)
            waiting.findings[number] = Finding(done, also_names=article.id)
            waiting.pages.pop(article.canonical_url, None)

    def flush(self) -> None:
        """Write everything that waits. Raises ArchiveError, StateError."""
        self._yield_to_others()
        waiting = self._waiting
        articles = [each.article for each in waiting.findings if each.article]
        if articles:
            self._journalled |= self._archive.journal(articles)
        named = [f for f in waiting.findings if f.also_names]
        if named:
            self._state.save_article_sources(
                (each.also_names, each.done.source_id) for each in named if each.also_names
            )
        self._state.save_pages(waiting.pages.values(), waiting.addresses)
        self._waiting = _Waiting()
        for finding in waiting.findings:
            self._tell(finding.done)
