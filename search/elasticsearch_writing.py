"""Writes articles to Elasticsearch in bulk: to every generation, with nothing dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk
from pydantic_core import PydanticSerializationError

from articles.record import Article
from search.elasticsearch_index import ArticleIndex, Generation, month_of
from search.mapping import derived
from search.requests import NOT_UNICODE

CHUNK = 500
"""Articles in one bulk request (at most 10 MB, whichever comes first)."""

_Action = dict[str, Any]


def document(article: Article) -> _Action:
    """Make the document of an article. Raises PydanticSerializationError for torn Unicode."""
    values = derived(article)
    made: _Action = json.loads(article.model_dump_json(exclude_none=True))
    made.update(values._asdict())
    made["when"] = values.when.isoformat()
    if article.embedding is not None:
        made["embedding"] = np.asarray(article.embedding, dtype=np.float32).tolist()
    return made


class Writing:
    """Bulk writes to one index's generations; `refused` says why by id."""

    def __init__(self, client: Elasticsearch, index: ArticleIndex) -> None:
        self._client = client
        self._index = index
        self.refused: dict[str, str] = {}
        self.written = 0

    def send(self, actions: Iterable[_Action]) -> Iterator[tuple[bool, _Action]]:
        """Send actions; yields (done, answer) for each. Waits out 429 and 503 (3.5 s)."""
        sent = streaming_bulk(
            self._client.options(retry_on_status=(429, 502, 503, 504)),
            actions,
            chunk_size=CHUNK,
            max_chunk_bytes=10_000_000,
            max_retries=3,
            initial_backoff=0.5,
            timeout="10s",
            retry_on_status=(429, 503),
            raise_on_error=False,
        )
        for done, answer in sent:
            yield done, next(iter(answer.values()))

    def write(self, articles: Iterable[Article]) -> None:
        """Insert or replace by id, in the searched generation and in one that is being built.

        Which there are is looked up before and after each chunk: one that was begun in between
        gets the chunk too, so that a rebuild misses nothing, whatever it has copied already.
        """
        remaining = iter(articles)
        while chunk := list(islice(remaining, CHUNK)):
            documents = self._documents(chunk)
            reached: set[int] = set()
            if self._index.layout().current is None:  # deleted under us
                self._index.ensure()
            while missing := [g for g in self._index.layout().written if g.number not in reached]:
                for generation in missing:
                    self._put(generation, documents, counted=not reached)
                    reached.add(generation.number)

    def _documents(self, chunk: Sequence[Article]) -> list[tuple[Article, _Action]]:
        made = []
        for article in chunk:
            try:
                made.append((article, document(article)))
            except PydanticSerializationError:
                self.refused[article.id] = NOT_UNICODE
        return made

    def _put(
        self, generation: Generation, documents: Sequence[tuple[Article, _Action]], *, counted: bool
    ) -> None:
        for done, answer in self.send(self._actions(generation, documents, "index")):
            self.written += done and counted
            if not done:
                self.refused[str(answer["_id"])] = refusal(answer)

    def _actions(
        self, generation: Generation, documents: Sequence[tuple[Article, _Action]], kind: str
    ) -> Iterator[_Action]:
        names = {month_of(article) for article, _ in documents}
        indices = {month: self._index.index_for(generation, month) for month in sorted(names)}
        for article, made in documents:
            yield {
                "_op_type": kind,
                "_index": indices[month_of(article)],
                "_id": article.id,
                "_source": made,
            }

    def copy(
        self, generation: Generation, articles: Sequence[Article], *, replace: bool = False
    ) -> None:
        """Add those articles that a generation lacks; without `replace`, what it has stays."""
        documents, kind = self._documents(articles), "index" if replace else "create"
        for done, answer in self.send(self._actions(generation, documents, kind)):
            self.written += done
            if not done and answer.get("status") != 409:
                self.refused[str(answer["_id"])] = refusal(answer)

    def delete(self, ids: Sequence[str]) -> int:
        """Remove by id wherever an id is; returns how many were there for searches."""
        there: set[str] = set()
        layout = self._index.layout()
        for generation in layout.written:
            gone = self.forget(generation, ids)
            there |= gone if generation == layout.current else set()
        return len(there)

    def forget(self, generation: Generation, ids: Sequence[str]) -> set[str]:
        """Remove by id from one generation; returns the ids that were there."""
        actions = (
            {"_op_type": "delete", "_index": name, "_id": one}
            for name, one in list(self._places(generation, ids))
        )
        gone: set[str] = set()
        for done, answer in self.send(actions):
            if done:
                gone.add(str(answer["_id"]))
            elif answer.get("status") != 404:
                self.refused[str(answer["_id"])] = refusal(answer)
        return gone

    def _places(self, generation: Generation, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Find in which month each id is."""
        self._client.indices.refresh(index=generation.pattern)
        for start in range(0, len(ids), 1000):
            some = list(ids[start : start + 1000])
            answer = self._client.search(
                index=generation.pattern,
                query={"ids": {"values": some}},
                size=len(some),
                source=False,
            )
            yield from ((hit["_index"], hit["_id"]) for hit in answer["hits"]["hits"])


def refusal(answer: _Action) -> str:
    """Say why an article was refused."""
    error = answer.get("error")
    if isinstance(error, dict):
        return f"{error.get('type')}: {str(error.get('reason'))[:300]}"
    return str(error or answer.get("result") or f"status {answer.get('status')}")[:300]
