"""The sections of a digest that an analyst's saved searches fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.record import Article
from digests.cleaning import MAX_NAME, MAX_TITLE, clean
from digests.content import Digest, SearchSection
from digests.items import items_of

MAX_QUERY = 300
"""Characters of a query that are shown."""


@dataclass(frozen=True, slots=True)
class SearchFindings:
    """New articles of one saved search, or why it could not be run."""

    name: str
    query: str
    articles: Sequence[Article] = ()
    problem: str = ""


def with_searches(
    digest: Digest,
    findings: Iterable[SearchFindings],
    categories: Mapping[str, str],
    outlets: Mapping[str, str],
    *,
    limit: int,
    alike: float,
) -> Digest:
    """Return the digest with a section for each search, after those of the categories.

    `categories` and `outlets` hold the reader's names by key. In a section near-identical titles
    (`alike`, 0 to 100) are told once, newest first, at most `limit` of them; 0 is all.
    """
    sections = tuple(
        _section(found, categories, outlets, limit=limit, alike=alike) for found in findings
    )
    return digest.model_copy(update={"searches": sections})


def _section(
    found: SearchFindings,
    categories: Mapping[str, str],
    outlets: Mapping[str, str],
    *,
    limit: int,
    alike: float,
) -> SearchSection:
    articles = [one.model_copy(update={"embedding": None}) for one in found.articles]
    articles.sort(key=lambda one: (-one.when.timestamp(), one.id))
    there = {key for article in articles for key in article.categories}
    names = {key: clean(categories.get(key, key.replace("_", " ")), MAX_NAME) for key in there}
    items, total = items_of(articles, names, outlets, limit=limit, alike=alike)
    return SearchSection(
        name=clean(found.name, MAX_NAME),
        query=clean(found.query, MAX_QUERY),
        items=items,
        total=total,
        problem=clean(found.problem, MAX_TITLE),
    )
