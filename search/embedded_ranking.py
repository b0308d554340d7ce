"""Order the hits of a tantivy query exactly: by score or date, ties by id, from a cursor on.

By relevance the first hits (`search.ranking.CANDIDATES`) are then put in order again by recency and
repetition, which tantivy cannot multiply into a score; those behind follow in tantivy's order.

tantivy breaks ties by where a document happens to lie, which changes when segments merge. So the
hits are read in groups of equal value, each complete, and sorted here.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import tantivy

from search.embedded_query import moment_range
from search.embedded_schema import id_order
from search.engine import Sort
from search.mapping import milliseconds
from search.paging import Cursor
from search.ranking import CANDIDATES, OLDER, REPEATED, recency_borders


class Ranked(NamedTuple):
    """A hit's place: score or date in milliseconds, and where its document lies."""

    value: float
    order: int
    address: tantivy.DocAddress


def stored_record(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    """Read the article's JSON."""
    return bytes(searcher.doc(address)["record"][0])


class Ranking:
    """Reads hits of one query in one order."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        query: tantivy.Query,
        sort: Sort,
        now: datetime,
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query
        self._sort = sort
        self._borders = [(milliseconds(one), factor) for one, factor in recency_borders(now)]

    def _top(self, query: tantivy.Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
        if self._sort == "relevance":
            hits = self._searcher.search(query, limit=limit, count=False).hits
            # Six digits: the last bits of a sum of floats depend on the order of adding.
            return [(float(f"{score:.6g}"), address) for score, address in hits]
        order = tantivy.Order.Desc if self._sort == "newest" else tantivy.Order.Asc
        return list(
            self._searcher.search(
                query, limit=limit, count=False, order_by_field="when", order=order
            ).hits
        )

    def _from(self, cursor: Cursor | None) -> tantivy.Query:
        """Leave out by range what lies before a date; scores have no such range."""
        if cursor is None or self._sort == "relevance":
            return self._query
        date = int(cursor.value)
        since, until = (None, date + 1) if self._sort == "newest" else (date, None)
        rest = moment_range(self._schema, "when", since, until)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, self._query), (must, rest)])

    def _sorted(self, hits: list[tuple[float, tantivy.DocAddress]]) -> list[Ranked]:
        orders = self._searcher.fast_field_values("id_order", [address for _, address in hits])
        ranked = [
            Ranked(value, int(order or 0), address)
            for (value, address), order in zip(hits, orders, strict=True)
        ]
        sign = 1 if self._sort == "oldest" else -1
        ranked.sort(key=lambda one: (sign * one.value, one.order))
        return self._by_whole_id(ranked)

    def _by_whole_id(self, ranked: list[Ranked]) -> list[Ranked]:
        """Sort by the whole id where value and first eight bytes are equal."""
        at = 0
        while at < len(ranked):
            end = at + 1
            while end < len(ranked) and ranked[end][:2] == ranked[at][:2]:
                end += 1
            if end - at > 1:
                ranked[at:end] = sorted(ranked[at:end], key=lambda one: self._id(one.address))
            at = end
        return ranked

    def _id(self, address: tantivy.DocAddress) -> str:
        return str(self._searcher.doc(address)["id"][0])

    def _is_after(self, one: Ranked, cursor: Cursor) -> bool:
        if one.value != cursor.value:
            return (one.value > cursor.value) == (self._sort == "oldest")
        if one.order != id_order(cursor.id):
            return one.order > id_order(cursor.id)
        return self._id(one.address) > cursor.id

    def page(self, cursor: Cursor | None, size: int) -> list[Ranked]:
        """Read the next hits after the cursor, at most `size`."""
        shown = cursor.shown if cursor is not None else 0
        if self._sort != "relevance" or shown > CANDIDATES:
            return self._in_order(cursor, size)
        head = self._in_order(None, CANDIDATES)
        page = self._weighted(head)[shown : shown + size]
        if len(page) == size or len(head) < CANDIDATES:
            return page
        last = Cursor(
            query="", value=head[-1].value, id=self._id(head[-1].address), shown=len(head)
        )
        return page + self._in_order(last, size - len(page))

    def _weighted(self, head: list[Ranked]) -> list[Ranked]:
        """Multiply the scores by recency and repetition, and sort again."""
        addresses = [one.address for one in head]
        dates = self._searcher.fast_field_values("when", addresses)
        repeats = self._searcher.fast_field_values("repeats", addresses)
        weighted = [
            one._replace(value=float(f"{one.value * self._factor(date, repeated):.6g}"))
            for one, date, repeated in zip(head, dates, repeats, strict=True)
        ]
        weighted.sort(key=lambda one: (-one.value, one.order))
        return self._by_whole_id(weighted)

    def _factor(self, date: float | None, repeated: float | None) -> float:
        fresh = (factor for border, factor in self._borders if (date or 0) >= border)
        return next(fresh, OLDER) * (REPEATED if repeated else 1.0)

    def _in_order(self, cursor: Cursor | None, size: int) -> list[Ranked]:
        """Read hits after the cursor in tantivy's order, ties by id."""
        query = self._from(cursor)
        skipped = cursor.shown if cursor is not None and self._sort == "relevance" else 0
        most = int(self._searcher.num_docs) + 1  # a cursor comes from outside: it may say anything
        limit = min(skipped + size + 16, most)
        while True:
            hits = self._top(query, limit)
            complete = hits
            if len(hits) == limit:  # the last group may go on
                complete = [hit for hit in hits if hit[0] != hits[-1][0]]
            if cursor is not None:
                complete = [h for h in complete if not self._before(h[0], cursor)]
            ranked = self._sorted(complete)
            if cursor is not None:
                ranked = [one for one in ranked if self._is_after(one, cursor)]
            if len(ranked) >= size or len(hits) < limit:
                return ranked[:size]
            limit = min(limit * 4, most)

    def _before(self, value: float, cursor: Cursor) -> bool:
        return value != cursor.value and (value < cursor.value) == (self._sort == "oldest")
