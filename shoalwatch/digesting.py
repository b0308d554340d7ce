"""The digest stage: composes the reader's day from the engine and mails or writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from articles.saved_searches import SavedSearches
from articles.state import SentDigest, SourceHealth, State
from crawlers.catalogue import Source
from digests.compose import compose, day_bounds
from digests.content import Digest, SourceReport, SourceStatus
from digests.deliver import Delivery, deliver
from digests.mail import write
from digests.render import Rendered, render
from digests.searches import with_searches
from digests.smtp import SMTPMailer
from shoalwatch.digest_searches import DigestSearches
from shoalwatch.workspace import Workspace

SHOWN_STATUS: dict[str, SourceStatus] = {
    "healthy": "ok",
    "quiet": "silent",
    "empty": "silent",
    "failing": "failed",
    "malformed": "failed",
    "blocked": "blocked",
}
"""The reader's word for each state of a source's health."""


class DigestReport(BaseModel):
    """Where the digest was written, and how it fared with each recipient."""

    model_config = ConfigDict(frozen=True)

    day: date
    articles: int
    items: int
    eml: Path
    html: Path
    deliveries: tuple[Delivery, ...] = ()


class StateLedger:
    """Keeps `digests.ledger.Ledger`'s promise in the state database."""

    def __init__(self, state: State) -> None:
        """Keep the ledger in this database."""
        self._state = state

    def was_sent(self, day: date, recipient: str) -> bool:
        """Say whether the mail server took this day's digest for this recipient."""
        return self._state.sent_digest(day, recipient) is not None

    def record(self, day: date, recipient: str, message_id: str) -> None:
        """Enter that the mail server took it."""
        sent_at = datetime.now(UTC)
        self._state.save_sent_digest(
            SentDigest(day=day, recipient=recipient, message_id=message_id, sent_at=sent_at)
        )


def source_reports(sources: Iterable[Source], health: Iterable[SourceHealth]) -> list[SourceReport]:
    """Return how each source of the catalogue did, the never crawled ones said to be so."""
    known = {row.source_id: row for row in health}
    return [_report(source, known.get(source.id)) for source in sources if not source.disabled]


def compose_day(workspace: Workspace, day: date, limit: int | None = None) -> Digest:
    """Compose the digest of the reader's day. Raises SearchError, StateError, CatalogueError."""
    return _composed(workspace, day, _searches(workspace, day), limit)


def _searches(workspace: Workspace, day: date) -> DigestSearches:
    settings = workspace.settings
    start, end = day_bounds(day, settings.storage.timezone)
    kept = SavedSearches(workspace.state)
    return DigestSearches(kept, settings.digest.digest_searches, start, end)


def _composed(
    workspace: Workspace, day: date, searches: DigestSearches, limit: int | None = None
) -> Digest:
    settings = workspace.settings.digest
    reports = source_reports(workspace.sources, workspace.state.source_health())
    most = settings.digest_limit if limit is None else limit
    composed = compose(
        workspace.engine,
        day,
        workspace.settings.storage.timezone,
        reports,
        workspace.category_names,
        languages=settings.digest_languages,
        limit=most,
        alike=settings.digest_alike,
    )
    return with_searches(
        composed,
        searches.findings(workspace.engine),
        workspace.category_names,
        {report.source_id: report.name for report in reports},
        limit=most,
        alike=settings.digest_alike,
    )


def digest(workspace: Workspace, day: date, folder: Path | None = None) -> DigestReport:
    """Write the day's digest to a folder, and send it once to each recipient of the settings."""
    settings = workspace.settings.digest
    searches = _searches(workspace, day)
    composed = _composed(workspace, day, searches)
    rendered = render(composed)
    now = datetime.now(UTC)
    shown_to = settings.digest_to[0] if settings.digest_to else settings.digest_from
    files = write(
        folder or workspace.settings.storage.home / "digests",
        rendered,
        settings.digest_from,
        shown_to,
        now,
    )
    deliveries = tuple(_send(workspace, rendered, settings.digest_to, now))
    _note(workspace, searches, deliveries, day)
    return DigestReport(
        day=day,
        articles=composed.total,
        items=sum(section.total for section in composed.sections),
        eml=files.eml,
        html=files.html,
        deliveries=deliveries,
    )


def _send(
    workspace: Workspace, rendered: Rendered, recipients: Sequence[str], now: datetime
) -> Sequence[Delivery]:
    settings = workspace.settings.digest
    if not recipients or settings.smtp_host is None:
        return ()
    ledger = StateLedger(workspace.state)
    return deliver(rendered, settings.digest_from, recipients, SMTPMailer(settings), ledger, now)


def _note(
    workspace: Workspace, searches: DigestSearches, deliveries: Sequence[Delivery], day: date
) -> None:
    """Advance the saved searches once the digest has gone out to everybody, and not before."""
    outcomes = {delivery.outcome for delivery in deliveries}
    if "sent" not in outcomes or "failed" in outcomes:
        return
    sent = (workspace.state.sent_digest(day, one.recipient) for one in deliveries)
    searches.note(before=min(one.sent_at for one in sent if one is not None))


def _report(source: Source, health: SourceHealth | None) -> SourceReport:
    if health is None:
        status, detail, articles, since = "not_crawled", "never crawled yet", 0, None
    else:
        status, detail = SHOWN_STATUS.get(health.status, "failed"), health.detail
        articles, since = health.articles, health.since
    return SourceReport.model_validate(
        {
            "source_id": source.id,
            "name": source.name,
            "status": status,
            "detail": detail,
            "articles": articles,
            "since": since,
            "languages": source.languages,
        }
    )
