"""Runs saved searches: what is new since the last time, each article once.

An article becomes searchable some time after its first sight, and sources differ in how long that
takes. So a run looks back `LOOK_BACK` behind the watermark and leaves out what was delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from articles.saved_searches import SavedSearch, SavedSearches
from search.engine import Filters, Hit, Query, SearchEngine

LOOK_BACK = timedelta(days=3)
"""How late an article may become searchable and still be delivered."""
PAGE = 200
FIRST_RUN = timedelta(days=1)
"""How far back of its making a search looks at all."""
MOST = 1000
"""Articles that one run delivers; what is left comes with the next run."""


def new_hits(
    engine: SearchEngine, saved: SavedSearch, known: set[str], until: datetime | None = None
) -> list[Hit]:
    """Find what a saved search has not delivered yet, oldest first, at most MOST.

    With `until`, only what was first seen before that.

    Raises QueryError for a query that is no longer valid, and what `search` raises.
    """
    first = saved.made - FIRST_RUN
    start = max(first, (saved.watermark or first) - LOOK_BACK)
    window = Filters(first_seen_since=start, first_seen_until=until)
    query = Query(text=saved.query, filters=window, sort="oldest", size=PAGE)
    fresh: list[Hit] = []
    after: str | None = None
    while True:
        result = engine.search(query.model_copy(update={"after": after}))
        fresh += [hit for hit in result.hits if hit.article.id not in known]
        after = result.next
        if after is None or len(fresh) >= MOST:
            return fresh[:MOST]


def deliver(searches: SavedSearches, saved: SavedSearch, hits: Sequence[Hit]) -> None:
    """Note what was handed over; call it only once that has succeeded."""
    sent = [(hit.article.id, hit.article.first_seen) for hit in hits]
    seen: list[datetime] = [moment for _, moment in sent]
    latest = max([*seen, saved.watermark or saved.made - FIRST_RUN])
    searches.deliver(saved.name, sent, forget_before=latest - LOOK_BACK)
