"""What saved searches tell in the morning digest: each article once, told again if not mailed.

The digest keeps its own account of what it has told, beside the analyst's (`saved run`). It is
written when the mail server has taken the digest for everybody, so a morning without mail loses
nothing. What was first seen on the digest's own day is shown whether told or not: made again, the
digest of a day is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from articles.saved_searches import DIGEST, SavedSearch, SavedSearches
from digests.searches import SearchFindings
from search.engine import QueryError, SearchEngine
from shoalwatch.saved import LOOK_BACK, new_hits

ALL = "*"
"""Stands for every saved search in the settings."""


class DigestSearches:
    """The saved searches of one digest, first seen before `end`; `start` is its day's midnight."""

    def __init__(self, kept: SavedSearches, names: Sequence[str], start: datetime, end: datetime):
        self._kept = kept
        self._names = names
        self._start = start
        self._end = end
        self._told: dict[str, list[tuple[str, datetime]]] = {}

    def findings(self, engine: SearchEngine) -> list[SearchFindings]:
        """Run the searches; one that cannot be run is told as such. Raises SearchError."""
        return list(self._findings(engine))

    def _findings(self, engine: SearchEngine) -> Iterator[SearchFindings]:
        there = {saved.name: saved for saved in self._kept.all()}
        for name in there if ALL in self._names else self._names:
            saved = there.get(name)
            if saved is None:
                yield SearchFindings(name, "", problem="there is no saved search of this name")
                continue
            try:
                yield self._run(engine, saved)
            except QueryError as error:
                reason = str(error).splitlines()[0]
                yield SearchFindings(name, saved.query, problem=reason)

    def _run(self, engine: SearchEngine, saved: SavedSearch) -> SearchFindings:
        account = DIGEST + saved.name
        last = self._kept.last_delivered(account)
        mark = None if last is None else min(last, self._start)
        known = self._kept.delivered(account, before=self._start)
        marked = saved.model_copy(update={"watermark": mark})
        found = [hit.article for hit in new_hits(engine, marked, known, self._end)]
        self._told[account] = [(one.id, one.first_seen) for one in found]
        return SearchFindings(saved.name, saved.query, found)

    def note(self, before: datetime) -> None:
        """Note what was told as delivered, but for what was first seen after that moment.

        `before` is when the first reader's mail went out: what came later is told tomorrow, rather
        a second time to some than never to others.
        """
        for account, told in self._told.items():
            known = self._kept.delivered(account)
            fresh = [(one, seen) for one, seen in told if one not in known and seen < before]
            self._kept.deliver(account, fresh, forget_before=self._start - 2 * LOOK_BACK)
