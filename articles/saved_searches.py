"""Searches that an analyst keeps, and which articles each has already delivered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, func, insert, select, update

from articles import tables
from articles.errors import ShoalwatchError
from articles.record import UTCDatetime
from articles.state import State

DIGEST = "digest:"
"""Before a search's name: what the digest has told of it, apart from what the analyst has read."""


class SavedSearchError(ShoalwatchError):
    """There is no saved search of that name, or there is one already."""


class SavedSearch(BaseModel):
    """A query under a name; `watermark` is the first sight of the latest article delivered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,55}$")
    query: str
    made: UTCDatetime
    watermark: UTCDatetime | None = None


class SavedSearches:
    """The saved searches of a state database."""

    def __init__(self, state: State) -> None:
        """Use an open state database."""
        self._state = state

    def all(self) -> list[SavedSearch]:
        """Return every saved search, by name."""
        table = tables.saved_searches
        with self._state.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.name)).mappings().all()
        return [SavedSearch.model_validate(dict(row)) for row in rows]

    def get(self, name: str) -> SavedSearch:
        """Return one. Raises SavedSearchError for a name that there is not."""
        found = {saved.name: saved for saved in self.all()}
        if name not in found:
            there = ", ".join(found) or "none yet; make one with `shoalwatch saved add`"
            raise SavedSearchError(f"There is no saved search {name!r}; there are: {there}")
        return found[name]

    def add(self, saved: SavedSearch) -> None:
        """Keep a new one. Raises SavedSearchError for a name that is taken."""
        if any(other.name == saved.name for other in self.all()):
            raise SavedSearchError(
                f"There is a saved search {saved.name!r} already: choose another name, or remove "
                f"it first with `shoalwatch saved remove {saved.name}`"
            )
        with self._state.writing() as connection:
            connection.execute(insert(tables.saved_searches).values(**saved.model_dump()))

    def remove(self, name: str) -> None:
        """Forget one, and what it delivered. Raises SavedSearchError."""
        self.get(name)
        with self._state.writing() as connection:
            sent, searches = tables.delivered_articles, tables.saved_searches
            connection.execute(delete(sent).where(sent.c.search.in_((name, DIGEST + name))))
            connection.execute(delete(searches).where(searches.c.name == name))

    def delivered(self, name: str, before: datetime | None = None) -> set[str]:
        """Return the ids of articles that a search has delivered, as far back as it looks.

        With `before`, only of those first seen before that.
        """
        table = tables.delivered_articles
        with self._state.reading() as connection:
            chosen = select(table.c.article_id).where(table.c.search == name)
            if before is not None:
                chosen = chosen.where(table.c.first_seen < before)
            return set(connection.execute(chosen).scalars())

    def last_delivered(self, name: str) -> datetime | None:
        """Return the first sight of the latest article that a search has delivered."""
        table = tables.delivered_articles
        with self._state.reading() as connection:
            latest = select(func.max(table.c.first_seen)).where(table.c.search == name)
            return connection.execute(latest).scalar()

    def deliver(
        self, name: str, articles: Collection[tuple[str, datetime]], forget_before: datetime
    ) -> None:
        """Note articles (id, first sight) as delivered, and move the watermark, in one step.

        Articles first seen before `forget_before` are forgotten: no run looks back so far.
        """
        sent, searches = tables.delivered_articles, tables.saved_searches
        with self._state.writing() as connection:
            old = (sent.c.search == name) & (sent.c.first_seen < forget_before)
            connection.execute(delete(sent).where(old))
            if not articles:
                return
            rows = [
                {"search": name, "article_id": article_id, "first_seen": seen}
                for article_id, seen in articles
            ]
            connection.execute(insert(sent), rows)
            latest = max(seen for _, seen in articles)
            later = (searches.c.watermark.is_(None)) | (searches.c.watermark < latest)
            named = update(searches).where(searches.c.name == name)
            connection.execute(named.where(later).values(watermark=latest))
