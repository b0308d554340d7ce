"""What a search by meaning asks of Elasticsearch: kNN and words apart, without its paid RRF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from articles.record import Article
from search.elasticsearch_query import elasticsearch_query, of_node
from search.engine import Result
from search.meaning import Candidate, Question
from search.requests import Asked

NEIGHBOURS = 1000
"""Vectors that each shard looks at for the nearest ones; more finds more of the true ones."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEEN: dict[str, Any] = {
    "source": False,
    "fields": [{"field": "when", "format": "epoch_millis"}, {"field": "near_duplicate_of"}],
}


class ElasticsearchMeaning:
    """Keeps the promise of `search.meaning.MeaningEngine` with a client."""

    def __init__(
        self,
        client: Elasticsearch,
        index: str,
        read: Callable[[dict[str, Any]], Article],
        answer: Callable[[Asked], Result],
        shown: dict[str, Any],
    ) -> None:
        self._client = client
        self._index = index
        self._read = read
        self._answer = answer
        self._shown = shown

    def _candidates(self, answer: Any) -> list[Candidate]:
        return [
            Candidate(
                hit["_id"],
                _EPOCH + timedelta(milliseconds=int(hit["fields"]["when"][0])),
                "near_duplicate_of" in hit["fields"],
            )
            for hit in answer["hits"]["hits"]
        ]

    def best_words(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the question's words the articles that fulfil its conditions."""
        if question.words is None:
            return []
        wanted = {
            "bool": {
                "must": [of_node(question.words)],
                "filter": [elasticsearch_query(question.condition, question.filters)],
            }
        }
        return self._candidates(
            self._client.search(
                index=self._index,
                query=wanted,
                size=limit,
                sort=[{"_score": "desc"}, {"id": "asc"}],
                search_type="dfs_query_then_fetch",
                **_SEEN,
            )
        )

    def nearest(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the cosine of the embeddings the articles that fulfil the conditions."""
        near = {
            "field": "embedding",
            "query_vector": question.vector.tolist(),
            "k": limit,
            "num_candidates": NEIGHBOURS,
            "filter": elasticsearch_query(question.condition, question.filters),
        }
        answer = self._client.search(index=self._index, knn=near, size=limit, **_SEEN)
        return self._candidates(answer)

    def these(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles with these ids."""
        if not ids:
            return {}
        answer = self._client.search(
            index=self._index, query={"ids": {"values": list(ids)}}, size=len(ids), **self._shown
        )
        return {hit["_id"]: self._read(hit) for hit in answer["hits"]["hits"]}

    def answer(self, asked: Asked) -> Result:
        """Answer an ordinary query."""
        return self._answer(asked)
