"""A search engine over a list: keeps the promise as far as the digest relies on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from articles.record import Article
from search.engine import Filters, Health, Hit, IndexBrokenError, Query, Result


class MemoryEngine:
    """Filters by tag and first sight, sorts by date, pages by position."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._articles: dict[str, Article] = {}
        self.pages = 0
        self.index(articles)

    @property
    def generation(self) -> str:
        return "memory"

    def index(self, articles: Iterable[Article]) -> int:
        new = {article.id: article for article in articles}
        self._articles |= new
        return len(new)

    def delete(self, ids: Sequence[str]) -> int:
        return sum(self._articles.pop(i, None) is not None for i in ids)

    def get(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def search(self, query: Query) -> Result:
        self.pages += 1
        found = [a for a in self._articles.values() if _meets(a, query.filters)]
        found.sort(key=lambda a: (a.when, a.id), reverse=query.sort == "newest")
        start = int(query.after or 0)
        hits = tuple(Hit(article=a, score=0) for a in found[start : start + query.size])
        end = start + len(hits)
        return Result(
            total=len(found), hits=hits, next=str(end) if hits and end < len(found) else None
        )

    def count(self, filters: Filters | None = None) -> int:
        return sum(_meets(a, filters or Filters()) for a in self._articles.values())

    def health(self) -> Health:
        return Health(
            ok=True, engine="memory", version="1", articles=len(self._articles), message="in memory"
        )

    def reindex(
        self, articles: Iterable[Article] | None = None, say: Callable[[str], None] = print
    ) -> int:
        if articles is not None:
            self.reset()
            self.index(articles)
        return self.count()

    def roll_back(self) -> None:
        raise IndexBrokenError("the memory engine keeps no index from before")

    def reset(self) -> None:
        self._articles.clear()

    def close(self) -> None:
        self._articles.clear()


def _meets(article: Article, filters: Filters) -> bool:
    return (
        (not filters.categories or bool(set(filters.categories) & set(article.categories)))
        and _within(article.first_seen, filters.first_seen_since, filters.first_seen_until)
        and _within(article.when, filters.since, filters.until)
    )


def _within(moment: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or moment >= since) and (until is None or moment < until)
