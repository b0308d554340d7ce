"""Verdicts: what a fetched page turns out to be, given what is known already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from articles.identity import (
    article_id,
    canonical_url,
    content_hash,
    plainly_another,
    trusted_canonical,
)
from articles.record import Article
from articles.state import KnownPage, Validators
from crawlers.catalogue import Source, primary_subtag
from crawlers.extraction import ExtractedPage
from crawlers.extraction.bylines import clean_names
from crawlers.feeds import FULL_TEXT
from crawlers.findings import duplicate, ended, settled, unchanged
from crawlers.outcomes import STUB, PageOutcome
from crawlers.recorder import Finding, Recorder
from crawlers.visit import Visit, is_article

MIN_CHARACTERS = 40
"""Characters of text below which a page is a stub (a login prompt, a caption), not an article."""

STUB_SHARE = 0.2
"""The share of a known article's text below which a page under its title, shorter than a feed's
full text, is no version of it but a notice in its place, of a paywall say."""

REFUSALS = frozenset({"http_401", "http_402", "http_403", "bot_wall", "too_short", STUB, "no_text"})
"""Endings of a page after which the text that the feed itself carries is taken."""
COMPARED = ("title", "text", "summary", "authors", "language", "published")
"""Fields of which a new version says whether they changed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came, after redirects."""

    visit: Visit
    url: str
    validators: Validators
    at: datetime
    page: ExtractedPage
    text_from: Literal["page", "feed"] = "page"


def judge(fetched: Fetched, recorder: Recorder, claimed: dict[str, str]) -> Finding:
    """Return what a page is: new, updated, unchanged, duplicate or rejected.

    `claimed` maps the articles met in this run to the page that met them first: any other page
    that leads to one of them is a duplicate, as is a page with the text of another article of the
    same outlet (which claims nothing: it is no article). The same text in another outlet is an
    article of its own that knows its original.
    """
    visit, page = fetched.visit, fetched.page
    title = page.title or visit.entry.title
    if not title:
        return settled(visit, "rejected", "no_title", fetched.at)
    if len(page.text) < MIN_CHARACTERS:
        return settled(visit, "rejected", "too_short", fetched.at)
    text_hash = content_hash(title, page.text)
    canonical, further = _identity(fetched, title, text_hash, recorder)
    known = recorder.page(canonical)
    if claimed.get(canonical, visit.key) != visit.key:
        return duplicate(visit, "same_address", article_id(canonical), fetched.at, known)
    if known and is_article(known):
        finding = _known_article(fetched, title, canonical, text_hash, known, recorder)
        if finding.done.outcome != "rejected":  # by a stub, which another address may not be
            claimed[canonical] = visit.key
            finding = replace(finding, addresses=(*finding.addresses, *further))
        return finding
    twin = recorder.article_with_content(text_hash)
    own = twin and recorder.article_with_content(text_hash, visit.source.id)
    if own:
        return duplicate(visit, "same_text", own.article_id, fetched.at)
    claimed[canonical] = visit.key
    article = _article(fetched, title, canonical, text_hash)
    if twin:
        article = article.model_copy(update={"near_duplicate_of": twin.article_id})
    return _finding(fetched, article, "new")


def judge_by_feed(
    visit: Visit, ending: Finding, recorder: Recorder, claimed: dict[str, str], at: datetime
) -> Finding:
    """Return the finding for a page that refused us or is a stub, if its feed carries the text.

    What robots.txt forbids is not among them. A version that came from the page is never replaced
    by what the feed has of it: what the page once showed is worth more.
    """
    entry, known = visit.entry, visit.known_article
    if ending.done.reason not in REFUSALS or not entry.text or not entry.title:
        return ending
    if known:
        if known.content_hash == content_hash(entry.title, entry.text):
            return judge_unmodified(visit, known, recorder, at)
        latest = recorder.article(known)
        if latest is None or latest.text_from == "page":
            return ending
    page = ExtractedPage(text=entry.text, title=entry.title)
    return judge(Fetched(visit, visit.url, Validators(), at, page, "feed"), recorder, claimed)


def judge_unmodified(visit: Visit, known: KnownPage, recorder: Recorder, at: datetime) -> Finding:
    """Return the finding for an article whose text a 304, or its feed, has shown to be as it was.

    One without a date becomes a new version if its feed gives one now.
    """
    undated = recorder.is_undated(known)
    published = visit.entry.published
    before = recorder.article(known) if undated and published else None
    if before is None or known.source_id != visit.source.id:
        return unchanged(visit, known, at, undated=undated)
    told = before.updated if before.updated != before.fetched else None  # by the page itself
    changes = {
        "version": known.version + 1,
        "changed": ("published",),
        "published": published,
        "published_from": "feed",
        "updated": told or at,
        "fetched": at,
    }
    as_it_was = ExtractedPage(text=before.text, title=before.title)
    validators = Validators(etag=known.etag, last_modified=known.last_modified)
    fetched = Fetched(visit, before.url, validators, at, as_it_was, before.text_from)
    return _finding(fetched, before.model_copy(update=changes), "updated")


def _identity(
    fetched: Fetched, title: str, text_hash: str, recorder: Recorder
) -> tuple[str, tuple[str, ...]]:
    """Return the address that names a page's article, and further ones that lead to it.

    It is the canonical one that the page states. But some templates state one address (a section's,
    or theirs without its parameters) on every page, so it is not believed where an article that was
    fetched from elsewhere has it and plainly tells another story. And some outlets change it with
    the headline, so a page that is known keeps its name where no article has the stated one; but an
    address that only led to the known article may lead to another story now. All that this asks is
    in the archive or kept of the visit, so a replay decides the same.
    """
    own = canonical_url(fetched.url)
    stated = trusted_canonical(fetched.url, fetched.page.canonical)
    known = fetched.visit.known_article
    if stated == own and (known is None or known.canonical_url == own):
        return own, ()
    this = (title, fetched.page.text)
    holder = recorder.page(stated)
    if holder is None or not is_article(holder):
        if known and (known.canonical_url == own or _may_tell(known, this, text_hash, recorder)):
            return known.canonical_url, (stated,)
        return stated, ()
    if stated == own or _may_tell(holder, this, text_hash, recorder, own):
        return stated, ()
    return own, ()


def _may_tell(
    known: KnownPage,
    story: tuple[str, str],
    text_hash: str,
    recorder: Recorder,
    fetched_from: str = "",
) -> bool:
    """Whether a known article may tell a story (title and text), not plainly another.

    What came from the address `fetched_from` does, whatever it says.
    """
    article = recorder.article(known) if known.content_hash != text_hash else None
    if article is None or canonical_url(article.url) == fetched_from:
        return True
    return not plainly_another((article.title, article.text), story)


def _is_stub_of(before: Article, title: str, text: str) -> bool:
    """Whether a page's text is but a notice in the place of an article.

    A correction or a retraction that says so in the title is a version.
    """
    same_title = content_hash(title, "") == content_hash(before.title, "")
    return same_title and len(text) < min(FULL_TEXT, STUB_SHARE * len(before.text))


def _known_article(
    fetched: Fetched,
    title: str,
    canonical: str,
    text_hash: str,
    known: KnownPage,
    recorder: Recorder,
) -> Finding:
    visit = fetched.visit
    if known.source_id != visit.source.id:
        return duplicate(visit, "same_address", known.article_id, fetched.at, known)
    same = known.content_hash == text_hash
    if same and visit.known_article is None and visit.key != canonical:
        return duplicate(visit, "same_address", known.article_id, fetched.at)
    article = _article(fetched, title, canonical, text_hash)
    undated = same and recorder.is_undated(known)
    if same and (article.published is None or not undated):
        return unchanged(visit, known, fetched.at, fetched.validators, undated=undated)
    before = recorder.article(known)
    if before and not same and _is_stub_of(before, title, article.text):
        return settled(visit, "rejected", STUB, fetched.at)
    changes = {
        "version": known.version + 1,
        "first_seen": known.first_seen,
        "updated": article.updated or fetched.at,
        "changed": _changed(before, article) if before else (),
        "also_from": before.also_from if before else (),
        "near_duplicate_of": before.near_duplicate_of if before and same else None,
    }
    return _finding(fetched, article.model_copy(update=changes), "updated")


def _changed(before: Article, after: Article) -> tuple[str, ...]:
    """Return the fields that readers see in which two versions differ."""
    return tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))


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
    told = {
        "article_id": article.id,
        "undated": article.published is None,
        "text_from": article.text_from,
    }
    done = ended(visit, outcome).model_copy(update=told)
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
        text_from=fetched.text_from,
        summary=page.description or visit.entry.summary,
        authors=tuple(page.authors) or _authors_by_feed(visit),
        language=language,
        language_confidence=confidence,
        published=published,
        published_from=origin,
        updated=page.updated,
        first_seen=fetched.at,
        fetched=fetched.at,
        embedding=None,
    )


def _authors_by_feed(visit: Visit) -> tuple[str, ...]:
    """Return the people that a feed names as authors; many name the outlet itself."""
    names = (name for said in visit.entry.authors for name in clean_names(said))
    outlet = {visit.source.name.casefold(), visit.source.id}
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in outlet))


def _language(stated: str | None, source: Source) -> tuple[str, float]:
    """Return the language and the share of two witnesses, page and catalogue, that name it.

    A catalogue that names several languages divides its half among them.
    """
    if not stated:
        return source.languages[0], 0.5 / len(source.languages)
    agree = primary_subtag(stated) in {primary_subtag(tag) for tag in source.languages}
    return stated, 1.0 if agree else 0.5
