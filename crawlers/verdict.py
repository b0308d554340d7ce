"""Verdicts: what a fetched page turns out to be, given what is known already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from articles.identity import article_id, canonical_url, content_hash, trusted_canonical
from articles.record import Article
from articles.state import KnownPage, Validators
from crawlers.catalogue import Source
from crawlers.extraction import ExtractedPage
from crawlers.outcomes import PageDone, PageOutcome, may_mend
from crawlers.recorder import Finding, Recorder
from crawlers.visit import Visit, is_article

MIN_CHARACTERS = 40
"""Characters of text below which a page is a stub (a login prompt, a caption), not an article."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came, after redirects."""

    visit: Visit
    url: str
    validators: Validators
    at: datetime
    page: ExtractedPage


def judge(fetched: Fetched, recorder: Recorder, claimed: dict[str, str]) -> Finding:
    """Return what a page is: new, updated, unchanged, duplicate or rejected.

    `claimed` maps the articles met in this run to the page that met them first: any other page
    that leads to one of them is a duplicate, as is a page with the text of another article of the
    same outlet. The same text in another outlet is an article of its own that knows its original.
    """
    visit, page = fetched.visit, fetched.page
    title = page.title or visit.entry.title
    if not title:
        return settled(visit, "rejected", "no_title", fetched.at)
    if len(page.text) < MIN_CHARACTERS:
        return settled(visit, "rejected", "too_short", fetched.at)
    canonical = trusted_canonical(fetched.url, page.canonical)
    if claimed.setdefault(canonical, visit.key) != visit.key:
        return duplicate(visit, "same_address", article_id(canonical), fetched.at)
    text_hash = content_hash(title, page.text)
    known = recorder.page(canonical)
    if known and is_article(known):
        return _known_article(fetched, title, canonical, text_hash, known)
    twin = recorder.article_with_content(text_hash)
    if twin and twin.source_id == visit.source.id:
        return duplicate(visit, "same_text", twin.article_id, fetched.at)
    article = _article(fetched, title, canonical, text_hash)
    if twin:
        article = article.model_copy(update={"near_duplicate_of": twin.article_id})
    return _finding(fetched, article, "new")


def _known_article(
    fetched: Fetched, title: str, canonical: str, text_hash: str, known: KnownPage
) -> Finding:
    visit = fetched.visit
    if known.source_id != visit.source.id:
        return duplicate(visit, "same_address", known.article_id, fetched.at)
    if known.content_hash != text_hash:
        article = _article(fetched, title, canonical, text_hash)
        changes = {
            "version": known.version + 1,
            "first_seen": known.first_seen,
            "updated": article.updated or fetched.at,
        }
        return _finding(fetched, article.model_copy(update=changes), "updated")
    if visit.known_article is None and visit.key != canonical:
        return duplicate(visit, "same_address", known.article_id, fetched.at)
    undated = fetched.page.published is None and visit.entry.published is None
    return unchanged(visit, known, fetched.at, fetched.validators, undated=undated)


def settled(visit: Visit, outcome: PageOutcome, reason: str, at: datetime) -> Finding:
    """Return the finding for a page that gave no article: rejected or failed, with the reason.

    It is remembered, and not asked for at every run, unless another time may mend it.
    """
    done = _done(visit, outcome, reason)
    if outcome == "failed" and may_mend(reason):
        return Finding(done)
    return Finding(done, _remembered(visit, done, article_id(visit.key), at))


def duplicate(visit: Visit, reason: str, original: str, at: datetime) -> Finding:
    """Return the finding for another address of an article, or another copy of its text."""
    done = _done(visit, "duplicate", reason).model_copy(update={"article_id": original})
    return Finding(done, _remembered(visit, done, original, at))


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
    done = _done(visit, "unchanged").model_copy(
        update={"article_id": known.article_id, "undated": undated}
    )
    return Finding(done, known.model_copy(update=changes), (visit.key,))


def as_last_time(visit: Visit, known: KnownPage) -> Finding:
    """Return the finding for a page that was not asked for: it ends as it ended last time."""
    outcome, _, reason = known.last_outcome.partition(":")
    ending = ("unchanged", None) if is_article(known) else (outcome, reason)
    done = _done(visit, *ending)
    named = known.article_id if outcome not in {"rejected", "failed"} else None
    return Finding(done.model_copy(update={"fetched": False, "article_id": named}))


def met_already(visit: Visit, known: KnownPage) -> Finding:
    """Return the finding for an entry that leads to an article met in this run, or elsewhere's."""
    done = _done(visit, "duplicate", "same_address")
    return Finding(done.model_copy(update={"fetched": False, "article_id": known.article_id}))


def faulty(visit: Visit, reason: str) -> Finding:
    """Return the finding for an entry that cannot be asked for; nothing is remembered of it."""
    done = _done(visit, "rejected", reason)
    return Finding(done.model_copy(update={"fetched": False}))


def interrupted(visit: Visit) -> Finding:
    """Return the finding for a page that the run did not get to."""
    return Finding(_done(visit, "failed", "interrupted"))


def _done(visit: Visit, outcome: PageOutcome, reason: str | None = None) -> PageDone:
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


def _finding(fetched: Fetched, article: Article, outcome: PageOutcome) -> Finding:
    visit = fetched.visit
    page = KnownPage(
        canonical_url=article.canonical_url,
        article_id=article.id,
        source_id=article.source_id,
        first_seen=article.first_seen,
        content_hash=article.content_hash,
        version=article.version,
        last_outcome=outcome,
        last_fetched=fetched.at,
        feed_stamp=visit.entry.stamp,
        **fetched.validators.model_dump(),
    )
    done = _done(visit, outcome).model_copy(
        update={"article_id": article.id, "undated": article.published is None}
    )
    addresses = dict.fromkeys((visit.key, canonical_url(fetched.url), article.canonical_url))
    return Finding(done, page, tuple(addresses), article)


def _article(fetched: Fetched, title: str, canonical: str, text_hash: str) -> Article:
    """Return version 1 of an article; the page's own statements come before the feed's."""
    visit, page = fetched.visit, fetched.page
    published, origin = page.published, page.published_from
    if published is None and visit.entry.published is not None:
        published, origin = visit.entry.published, "feed"  # type: ignore[assignment]
    language, confidence = _language(page.language, visit.source)
    return Article(
        id=article_id(canonical),
        url=fetched.url,
        canonical_url=canonical,
        source_id=visit.source.id,
        content_hash=text_hash,
        title=title,
        text=page.text,
        summary=page.description or visit.entry.summary,
        authors=tuple(page.authors),
        language=language,
        language_confidence=confidence,
        published=published,
        published_from=origin,
        updated=page.updated,
        first_seen=fetched.at,
        fetched=fetched.at,
        embedding=None,
    )


def _language(stated: str | None, source: Source) -> tuple[str, float]:
    """Return the language and the share of two witnesses, page and catalogue, that name it."""
    if not stated:
        return source.language, 0.5
    agree = stated.partition("-")[0].lower() == source.language.partition("-")[0].lower()
    return stated, 1.0 if agree else 0.5
