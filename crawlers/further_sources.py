"""Further sources: an address that several outlets' feeds name is one article that knows them all.

The article belongs to the outlet that named it first, whose crawl alone may write its partition.
Another outlet's crawl process only notes in the state that it names the article too; the run that
holds the owner's lock, and whose crawl processes have ended, writes it into the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date

from articles.archive import Archive
from articles.errors import TornPartitionError
from articles.record import Article
from articles.state import State
from crawlers.catalogue import Source


def write_further_sources(archive: Archive, state: State, sources: Iterable[Source]) -> int:
    """Write what the state has of further sources into these sources' partitions.

    Returns:
        How many articles got to know another source. Safe to repeat after a kill.
    """
    return sum(_write(archive, state, source.id) for source in sources)


def _write(archive: Archive, state: State, source_id: str) -> int:
    found = state.unwritten_article_sources(source_id)
    by_day: defaultdict[date, set[str]] = defaultdict(set)
    for article_id in found:
        seen = state.first_seen(article_id)
        if seen is not None:
            by_day[seen.astimezone(UTC).date()].add(article_id)
    for day, ids in by_day.items():
        partition = archive.partition("crawled", day, source_id)
        if partition is None:
            continue
        try:
            there = archive.read_partition(partition, versions=True)
        except TornPartitionError:
            continue  # named by `shoalwatch archive check`; noted in the state until it is mended
        latest = {article.id: article for article in there if article.id in ids}
        archive.append("crawled", [_with(each, found[each.id]) for each in latest.values()])
        state.mark_article_sources_written(latest)
    return len(found)


def _with(article: Article, others: Iterable[str]) -> Article:
    known = {*article.also_from, *others} - {article.source_id}
    return article.model_copy(update={"also_from": tuple(sorted(known))})
