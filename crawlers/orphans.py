"""Orphans: articles that a killed process had archived but not yet remembered."""

from __future__ import annotations

from articles.archive import Archive
from articles.record import Article
from articles.state import KnownPage, SourceHealth, State
from crawlers.visit import is_article


def remember_orphans(
    archive: Archive, state: State, source_id: str, before: SourceHealth | None
) -> int:
    """Put a source's archived but unknown articles into the state; return how many there were.

    Only days since the source's last good run are read: a run that ended leaves no orphans.
    """
    found = 0
    for partition in archive.partitions("crawled", source=source_id):
        if before and before.last_success and partition.day < before.last_success.date():
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
