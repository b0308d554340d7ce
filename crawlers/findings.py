"""Findings: the ways a page can end without a new article, and what is remembered of each."""

from __future__ import annotations

from datetime import datetime

from articles.identity import article_id
from articles.state import KnownPage, Validators
from crawlers.outcomes import BLOCKED, NOT_ASKED, PageDone, PageOutcome, may_mend
from crawlers.owed import feed_words
from crawlers.recorder import Finding
from crawlers.visit import MAX_ADDRESS, Visit, is_article


def settled(visit: Visit, outcome: PageOutcome, reason: str, at: datetime) -> Finding:
    """Return the finding for a page that gave no article: rejected or failed, with the reason.

    It is remembered, and not asked for at every run, unless another time may mend it. Then it is
    remembered as owed, but where the outlet refuses us: that is asked again only if a feed names
    it, as is an article of which there is a version.
    """
    done = ended(visit, outcome, reason).model_copy(update={"fetched": reason not in NOT_ASKED})
    if outcome == "failed" and may_mend(reason):
        if reason in BLOCKED or visit.known_article:
            return Finding(done)
        owed = _remembered(visit, done, article_id(visit.key), at)
        addresses = (visit.url,) if len(visit.url) <= MAX_ADDRESS else ()
        changes = {"feed_stamp": None, "feed_words": feed_words(visit.entry)}
        return Finding(done, owed.model_copy(update=changes), addresses)
    return Finding(done, _remembered(visit, done, article_id(visit.key), at))


def duplicate(
    visit: Visit, reason: str, original: str, at: datetime, known: KnownPage | None = None
) -> Finding:
    """Return the finding for another address of an article, or another copy of its text.

    `known` is the original, if it is known: another source that names its very address leaves the
    original's row as it is, and is noted as a further source of it.
    """
    done = ended(visit, "duplicate", reason).model_copy(update={"article_id": original})
    also = original if known and known.source_id != visit.source.id else None
    if known and known.canonical_url == visit.key:
        return Finding(done, also_names=also)
    return Finding(done, _remembered(visit, done, original, at), also_names=also)


def unchanged(
    visit: Visit,
    known: KnownPage,
    at: datetime,
    validators: Validators | None = None,
    *,
    undated: bool = False,
) -> Finding:
    """Return the finding for an article that a fetch (or a 304) has shown to be as it was."""
    changes: dict[str, object] = {
        "last_fetched": at,
        "last_outcome": "unchanged",
        "feed_stamp": visit.entry.stamp,
    }
    if validators and (validators.etag or validators.last_modified):
        changes |= validators.model_dump()
    done = ended(visit, "unchanged").model_copy(
        update={"article_id": known.article_id, "undated": undated}
    )
    return Finding(done, known.model_copy(update=changes), (visit.key,))


def as_last_time(visit: Visit, known: KnownPage) -> Finding:
    """Return the finding for a page that was not asked for: it ends as it ended last time."""
    outcome, _, reason = known.last_outcome.partition(":")
    ending = ("unchanged", None) if is_article(known) else (outcome, reason)
    done = ended(visit, *ending)
    named = known.article_id if outcome not in {"rejected", "failed"} else None
    return Finding(done.model_copy(update={"fetched": False, "article_id": named}))


def met_already(visit: Visit, known: KnownPage) -> Finding:
    """Return the finding for an entry that leads to an article met in this run, or elsewhere's."""
    done = ended(visit, "duplicate", "same_address")
    also = known.article_id if known.source_id != visit.source.id else None
    told = done.model_copy(update={"fetched": False, "article_id": known.article_id})
    return Finding(told, also_names=also)


def faulty(visit: Visit, reason: str) -> Finding:
    """Return the finding for an entry that cannot be asked for; nothing is remembered of it."""
    done = ended(visit, "rejected", reason)
    return Finding(done.model_copy(update={"fetched": False}))


def interrupted(visit: Visit) -> Finding:
    """Return the finding for a page that the run did not get to."""
    return Finding(ended(visit, "failed", "interrupted"))


def ended(visit: Visit, outcome: PageOutcome, reason: str | None = None) -> PageDone:
    """Return the event for a page's outcome."""
    return PageDone(source_id=visit.source.id, url=visit.url, outcome=outcome, reason=reason)


def _remembered(visit: Visit, done: PageDone, named: str, at: datetime) -> KnownPage:
    """Return the row for a page without an article; one that has an article keeps it."""
    seen = {"last_fetched": at, "feed_stamp": visit.entry.stamp}
    if visit.known_article:
        return visit.known_article.model_copy(update=seen)
    return KnownPage(
        canonical_url=visit.key,
        article_id=named,
        source_id=visit.source.id,
        first_seen=visit.known.first_seen if visit.known else at,
        content_hash="",  # no article's text: nothing can be a copy of it
        last_outcome=f"{done.outcome}:{done.reason}",
        **seen,
    )
