"""Builds a new generation in Elasticsearch beside the searched one, and swaps without loss.

Writes reach both from the first moment on (`search.elasticsearch_writing`). What is copied never
replaces what is there already, since that is newer. After the copy the ids of both are compared and
the differences mended (an article that was deleted while it was copied would come back); only when
they agree do the aliases move, in one step. Interrupted anywhere, the old generation is searched,
and the next call goes on with what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from articles.record import Article
from search.elasticsearch_index import ArticleIndex, Generation
from search.elasticsearch_writing import CHUNK, Writing
from search.engine import EngineUnavailableError, SearchError

ROUNDS = 10
"""How often the two generations are compared before we give up: each round is shorter."""


class Reindexing:
    """One rebuild. `say` is told of each step: begun, copied, agreed, swapped."""

    def __init__(
        self,
        client: Elasticsearch,
        index: ArticleIndex,
        read: Callable[[dict[str, Any]], Article],
        say: Callable[[str], None],
    ) -> None:
        self._client = client
        self._index = index
        self._read = read
        self._say = say

    def run(self, articles: Iterable[Article] | None) -> int:
        """Rebuild from these articles, or from the old generation; returns how many there are.

        Raises SearchError when articles are refused: nothing is swapped then.
        """
        generation = self._index.begin()
        self._say("begun")
        seen: set[str] = set()
        given = self._old_articles() if articles is None else iter(articles)
        while chunk := list(islice(given, CHUNK)):
            self._copy_latest(generation, chunk, seen)
        self._say("copied")
        count = self._agree(None if articles is None else seen)
        self._say("agreed")
        self._index.swap()
        self._say("swapped")
        return count

    def _copy_latest(self, generation: Generation, chunk: list[Article], seen: set[str]) -> None:
        """Copy a chunk; an id that was copied before is replaced by its later version."""
        fresh: list[Article] = []
        later: list[Article] = []
        for article in chunk:
            (later if article.id in seen else fresh).append(article)
            seen.add(article.id)
        self._copy(generation, fresh)
        self._copy(generation, later, replace=True)

    def _copy(self, generation: Generation, chunk: list[Article], *, replace: bool = False) -> None:
        writing = Writing(self._client, self._index)
        writing.copy(generation, chunk, replace=replace)
        if writing.refused:
            article_id, reason = next(iter(writing.refused.items()))
            raise SearchError(
                f"The new index refuses {len(writing.refused)} articles, the first is {article_id} "
                f"({reason}); the old one is searched as before. Repair those articles in the "
                "archive, or delete them, and run `shoalwatch engine reindex` again"
            )

    def _agree(self, wanted: set[str] | None) -> int:
        """Mend differences until the new generation has what it must have."""
        for _ in range(ROUNDS):
            layout = self._index.layout()
            if layout.building is None:
                break
            there = set(self._ids(layout.building))
            must = wanted if wanted is not None else set(self._ids(layout.current))
            missing = must - there
            extra = set() if wanted is not None else there - must
            if not missing and not extra:
                return len(there)
            self._mend(layout.building, missing, extra)
        raise EngineUnavailableError(
            "The old and the new index did not come to hold the same articles, because writes "
            "outran the copy: run `shoalwatch engine reindex` again when less is written"
        )

    def _mend(self, building: Generation, missing: set[str], extra: set[str]) -> None:
        ids = sorted(missing)
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            answer = self._client.search(
                index=self._index.alias,
                query={"ids": {"values": some}},
                size=len(some),
                fields=[{"field": "embedding"}],
            )
            self._copy(building, [self._read(hit) for hit in answer["hits"]["hits"]])
        writing = Writing(self._client, self._index)
        writing.forget(building, sorted(extra))

    def _ids(self, generation: Generation | None) -> Iterator[str]:
        if generation is not None:
            self._client.indices.refresh(index=generation.pattern)
            yield from (hit["_id"] for hit in self._all(generation.pattern, source=False))

    def _old_articles(self) -> Iterator[Article]:
        current = self._index.layout().current
        if current is not None:
            self._client.indices.refresh(index=current.pattern)
            fields = [{"field": "embedding"}]
            for hit in self._all(current.pattern, fields=fields):
                yield self._read(hit)

    def _all(self, indices: str, **shown: Any) -> Iterator[dict[str, Any]]:
        """Read every document as it was at one moment, by id."""
        moment = self._client.open_point_in_time(index=indices, keep_alive="10m")["id"]
        try:
            after: list[Any] | None = None
            while True:
                answer = self._client.search(
                    pit={"id": moment, "keep_alive": "10m"},
                    sort=[{"id": "asc"}],
                    size=CHUNK,
                    search_after=after,
                    track_total_hits=False,
                    **shown,
                )
                hits = answer["hits"]["hits"]
                yield from hits
                if len(hits) < CHUNK:
                    return
                after = hits[-1]["sort"]
        finally:
            self._client.options(ignore_status=404).close_point_in_time(id=moment)
