"""Near-identical titles put together, so that a wire story run by ten outlets is read once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from articles.record import Article
from digests.names import base_language

ALIKE = 90.0
"""Similarity (0 to 100, normalised indel distance) from which two titles are the same item."""

_NUMBER = re.compile(r"\d+")
_COMPARED = 300


@dataclass(slots=True)
class Group:
    """Articles that say the same: the first one put in leads, the others repeat it."""

    lead: Article
    repeats: list[Article] = field(default_factory=list)


def group(articles: Iterable[Article], alike: float = ALIKE) -> list[Group]:
    """Put articles with near-identical titles together, keeping the order given.

    Titles are compared within a language, blind to case, width and spacing. Numbers must agree:
    'kills 3' and 'kills 30', or two months' figures, are two items. An article that the record
    calls a near-duplicate joins the group of what it repeats, whatever its title.
    """
    groups: list[Group] = []
    by_root: dict[str, Group] = {}
    by_key: dict[tuple[str, tuple[str, ...]], tuple[list[str], list[Group]]] = {}
    for article in articles:
        title, key = _folded(article), _key(article)
        titles, kept = by_key.setdefault(key, ([], []))
        root = article.near_duplicate_of or article.id
        found = by_root.get(root) or _alike(title, titles, kept, alike)
        if found is None:
            found = Group(article)
            groups.append(found)
            titles.append(title)
            kept.append(found)
        else:
            found.repeats.append(article)
        by_root.setdefault(root, found)
        by_root.setdefault(article.id, found)
    return groups


def _folded(article: Article) -> str:
    return " ".join(unicodedata.normalize("NFKC", article.title[:_COMPARED]).casefold().split())


def _key(article: Article) -> tuple[str, tuple[str, ...]]:
    return base_language(article.language), tuple(_NUMBER.findall(_folded(article)))


def _alike(title: str, titles: list[str], kept: list[Group], alike: float) -> Group | None:
    if not title:
        return None
    best = process.extractOne(title, titles, scorer=fuzz.ratio, score_cutoff=alike)
    return kept[best[2]] if best else None
