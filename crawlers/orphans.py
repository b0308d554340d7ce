"""Orphans: articles that a killed process had archived but not yet remembered."""

from __future__ import annotations

from datetime import timedelta

from articles.archive import Archive
from articles.record import Article
from articles.state import KnownPage, SourceHealth, State
from crawlers.visit import is_article

CLOCK_ERROR = timedelta(days=1)
"""By which this machine's clock may be wrong at times."""


def remember_orphans(
    archive: Archive, state: State, source_id: str, before: SourceHealth | None
) -> int:
    """Put a source's archived but unknown articles into the state; return how many there were.

    Only days since the source's last good run are read, and the one before, lest a clock that was
    a day ahead then or behind since hides some: a run that ended leaves no orphans.
    """
    found, last = 0, before.last_success if before else None
    for partition in archive.partitions("crawled", source=source_id):
        if last and partition.day < (last - CLOCK_ERROR).date():
            continue
        for article in archive.read("crawled", day=partition.day, source=source_id):
            known = state.page(article.canonical_url)
            if known is None or not is_article(known):
                remember(state, article)
                found += 1
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
            last_outcome="new",
            last_fetched=article.fetched,
        )
    )
    if article.url != article.canonical_url:
        state.save_address(article.url, article.canonical_url)
