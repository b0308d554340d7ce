"""Orphans: articles that a killed process had archived but not yet remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from articles.archive import Archive
from articles.identity import canonical_url
from articles.record import Article
from articles.state import KnownPage, SourceHealth, State
from crawlers.health import GOOD
from crawlers.quiet import is_looked_back_for
from crawlers.visit import is_article

CLOCK_ERROR = timedelta(days=1)
"""By which this machine's clock may be wrong at times."""


def settle_left(archive: Archive, state: State, source_id: str, now: datetime) -> int:
    """Settle what a run that did not end has left of a source; return how many orphans it had.

    The journal holds all that the run found, remembered or not. What the state has not heard of is
    remembered before it is settled: of an update, nothing in a partition would tell. An address
    that another source has come to own since is given up to it. New articles count to the days on
    which they were found, since their run counted none.
    """
    own: list[Article] = []
    found = 0

    def remember_own(left: list[Article]) -> set[str]:
        nonlocal found
        lost = {article.id for article in left if _owner(state, article) != source_id}
        if lost:
            state.save_article_sources((article_id, source_id) for article_id in lost)
        own.extend(article for article in left if article.id not in lost)
        found = _remember_newer(state, own)
        return lost

    archive.settle(source_id, remember_own)
    new = (a for a in own if a.version == 1 and not is_looked_back_for(a, now))
    for day, count in Counter(a.first_seen.astimezone(UTC).date() for a in new).items():
        state.add_yield(source_id, day, count)
    return found


def remember_orphans(
    archive: Archive, state: State, source_id: str, before: SourceHealth | None
) -> int:
    """Put a source's archived but unknown articles into the state; return how many there were.

    These are of a state that was lost, or is older than the archive. Only days since the source
    was last read are looked at, and the one before, lest a clock that was a day ahead then or
    behind since hides some.
    """
    found, last = 0, None
    if before:
        read = before.status in {*GOOD, "malformed"}
        last = before.last_run if read else before.last_success
    since = (last - CLOCK_ERROR).date() if last else None
    for partition in archive.partitions("crawled", source=source_id, since=since):
        articles = archive.read("crawled", day=partition.day, source=source_id)
        found += _remember_newer(state, articles)
    return found


def remember(state: State, article: Article) -> None:
    """Remember an article without validators or stamp: it is looked at again in the next run."""
    state.save_page(
        KnownPage(
            canonical_url=article.canonical_url,
            article_id=article.id,
            source_id=article.source_id,
            first_seen=article.first_seen,
            content_hash=article.content_hash,
            version=article.version,
            last_outcome="new" if article.version == 1 else "updated",
            last_fetched=article.fetched,
        )
    )
    address = canonical_url(article.url)
    if address != article.canonical_url:
        state.save_address(address, article.canonical_url)


def _remember_newer(state: State, articles: Iterable[Article]) -> int:
    """Remember those of some articles that the state lacks or has an older version of."""
    found = 0
    for article in articles:
        known = state.page(article.canonical_url)
        if known is None or not is_article(known) or known.version < article.version:
            remember(state, article)
            found += 1
    return found


def _owner(state: State, article: Article) -> str:
    """Return the source that has an article by the state, its own where no other has."""
    known = state.page(article.canonical_url)
    return known.source_id if known and is_article(known) else article.source_id
