"""Recorded pages: what WARC files hold of an outlet is accounted for, capture by capture."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from articles.errors import InvalidURLError
from articles.identity import canonical_url
from articles.state import Validators
from crawlers.catalogue import ArchiveAccess
from crawlers.conditional import kept_as
from crawlers.feeds import Entry
from crawlers.findings import as_last_time, duplicate, faulty, settled
from crawlers.outcomes import NO_SUCH_FILE, FeedDone, PageFound, PageOutcome
from crawlers.recorder import Finding
from crawlers.source_run import SourceRun
from crawlers.spiders.page import PageSpider
from crawlers.visit import Visit
from crawlers.warc import (
    REVISIT,
    NoSuchWarcError,
    StoredResponse,
    WarcError,
    read_responses,
    version_of,
)

ARCHIVE_STAMP = "archive:"
"""The stamp of recorded pages: a WARC file says nothing of whether a page has changed since."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Fault:
    """How a capture ended that gave no article."""

    outcome: PageOutcome
    reason: str
    at: datetime


@dataclass(slots=True)
class _RecordedFile:
    """A WARC file that is being read."""

    run: SourceRun
    url: str
    pages: int = 0
    """Captures that are pages in the source's books."""
    repeats: int = 0
    """Captures that bring nothing to a page that is there."""
    faults: dict[str, _Fault] = field(default_factory=dict)
    """Of pages that are open still, by their keys: a later capture may give the article."""

    @property
    def entries(self) -> int:
        """All captures of the outlet so far."""
        return self.pages + self.repeats

    def place(self, url: str) -> str:
        """Return the name of the next capture, which no other one of a run has."""
        return f"{url} (entry {self.entries + 1} of {self.url})"


class RecordedSpider(PageSpider):
    """Brings the pages that WARC files hold to their outcomes.

    An address may have several captures. The first that gives an article decides; what redirects
    and faults are recorded of the address besides are repeats. Where none gives one, the page ends
    as the last did. A later capture with another title or text is a new version, and a page of its
    own in the books, named with its place in the file.
    """

    async def read_captures(
        self, run: SourceRun, access: ArchiveAccess, done: FeedDone
    ) -> FeedDone:
        """Account for the outlet's captures in a WARC file, in its order; return how it ended."""
        file = _RecordedFile(run, access.url)
        hosts = {host.lower() for host in access.hosts}
        ending: dict[str, str] = {"outcome": "read"}

        def note(url: str, reason: str) -> None:
            if _host(url) in hosts:
                self._pass_over(file, url, reason)

        try:
            version, place = Validators(etag=version_of(access.url)), kept_as(access, access.url)
            if version == self.state.validators(place):
                return done
            run.validators[place] = version
            limit = self.spec.settings.max_page_bytes
            for stored in read_responses(access.url, limit, note):
                if _host(stored.url) in hosts and not stored.passing and not stored.failure:
                    if self.spec.pages:
                        async with self.turn:
                            await self._read_capture(file, stored)
                    else:
                        file.pages += 1
                await asyncio.sleep(0)  # groups are written and traffic told meanwhile
        except WarcError as problem:
            log.warning("archive_unreadable", source=run.source.id, reason=str(problem))
            ending = {"outcome": "malformed", "reason": "malformed"}
            if isinstance(problem, NoSuchWarcError):
                # A web address has a version whether or not a file is there.
                run.validators.pop(kept_as(access, access.url), None)
                ending = {"outcome": "failed", "reason": NO_SUCH_FILE}
        except Exception:
            log.exception("archive_broke_the_crawler", source=run.source.id, url=access.url)
            ending = {"outcome": "malformed", "reason": "internal_error"}
        self._close_faults(file)
        counts = {"entries": file.entries, "repeats": file.repeats}
        return done.model_copy(update=counts | ending)

    async def _read_capture(self, file: _RecordedFile, stored: StoredResponse) -> None:
        """Account for a capture: as its page's, as a new version, or as a repeat."""
        run = file.run
        visit = self._visit(run, _recorded(stored.url), f"{stored.url}#{stored.at.isoformat()}")
        known, first = visit.known_article, not run.knows(visit.key)
        newer = known is not None and known.last_fetched >= stored.at
        if first:
            self._open_capture(file, visit)
            if visit.fault:
                self.record(visit, faulty(visit, visit.fault))
                return
            if known and newer:
                self.record(visit, as_last_time(visit, known))
                return
        elif newer or visit.fault or (visit.key in run.open_pages and visit.key not in file.faults):
            file.repeats += 1  # a page that is being asked for is newer too
            return
        finding = await self.finding(stored.as_response(), visit, stored.at)
        finding = self._unless_newer_is_known(visit, finding, stored.at)
        if visit.key not in run.open_pages:
            self._enter_further(file, visit, finding)
            return
        file.repeats += not first
        done = finding.done
        if done.outcome in {"rejected", "failed"}:
            file.faults[visit.key] = _Fault(done.outcome, done.reason or "", stored.at)
            return
        file.faults.pop(visit.key, None)
        self.record(visit, _named(finding, run.open_pages[visit.key].url))

    def _unless_newer_is_known(self, visit: Visit, finding: Finding, at: datetime) -> Finding:
        """Return a capture's finding: no version is made of what its article was before it."""
        if finding.page is None or finding.done.outcome != "updated":
            return finding
        known = self.recorder.page(finding.page.canonical_url)
        if known is None or known.last_fetched < at:
            return finding
        return duplicate(visit, "same_address", known.article_id, at, known)

    def _enter_further(self, file: _RecordedFile, visit: Visit, finding: Finding) -> None:
        """Account for a capture of a page that has ended: an article is one more in the books."""
        if finding.article:
            place = file.place(visit.url)
            line = replace(visit, url=place, key=place)
            self._open_capture(file, line)
            self.record(line, _named(finding, place))
            return
        file.repeats += 1
        if finding.page and finding.done.outcome == "unchanged":
            self.recorder.remember(finding.page)

    def _close_faults(self, file: _RecordedFile) -> None:
        """End the pages of which no capture gave an article."""
        for key, fault in file.faults.items():
            opened = file.run.open_pages[key]
            visit = self._visit(file.run, opened.entry, opened.url)  # as it is known by now
            self.record(visit, settled(visit, fault.outcome, fault.reason, fault.at))

    def _pass_over(self, file: _RecordedFile, url: str, reason: str) -> None:
        """Account for a record that is not read: a repeat, or a page under a place of its own."""
        if reason == REVISIT:
            file.repeats += 1
        elif self.spec.pages:
            place = file.place(url)
            visit = Visit(file.run.source, _recorded(place), place, place)
            self._open_capture(file, visit)
            self.record(visit, faulty(visit, reason))

    def _open_capture(self, file: _RecordedFile, visit: Visit) -> None:
        file.pages += 1
        file.run.looked_back_for.add(visit.key)
        self.open_page(file.run, visit)

    def open_page(self, run: SourceRun, visit: Visit) -> None:
        """Enter a page in its source's books: from now on it is owed an ending."""
        run.open_pages[visit.key] = visit
        self.tell(PageFound(source_id=run.source.id, url=visit.url))

    def _visit(self, run: SourceRun, entry: Entry, place: str) -> Visit:
        """Return the visit for an entry; one without a usable address is known by its place."""
        if not entry.address:
            return Visit(run.source, entry, place, place, fault="no_address")
        try:
            key = canonical_url(entry.address)
        except InvalidURLError:
            return Visit(run.source, entry, place, place, fault="invalid_address")
        known = self.recorder.known_as_met(entry.address)
        return Visit(run.source, entry, entry.address, key, known)


def _named(finding: Finding, url: str) -> Finding:
    """Return a finding that is told under the address that its page was opened by."""
    return replace(finding, done=finding.done.model_copy(update={"url": url}))


def _host(url: str) -> str:
    """Return an address's host in small letters, or nothing where it is no address."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # 'http://[::1'
        return ""


def _recorded(url: str) -> Entry:
    return Entry(url, "", "", None, ARCHIVE_STAMP)
