"""The Elasticsearch engine: the same promise, kept by a cluster through the official client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from elasticsearch import Elasticsearch

from articles.record import Article
from search.calendar_buckets import MAX_BUCKETS, TOO_MANY
from search.elasticsearch_client import connect
from search.elasticsearch_errors import BLOCK, read_only, translated
from search.elasticsearch_index import ArticleIndex
from search.elasticsearch_meaning import ElasticsearchMeaning
from search.elasticsearch_query import WHOLE_ARTICLE, elasticsearch_query, request
from search.elasticsearch_reindex import Reindexing
from search.elasticsearch_writing import Writing
from search.engine import (
    Bucket,
    EngineUnavailableError,
    Filters,
    Health,
    Hit,
    Query,
    QueryError,
    Result,
    SearchError,
    TimeBucket,
)
from search.highlight import snippet
from search.knowledge import Knowledge, Reading
from search.meaning import answer_by_meaning
from search.nodes import Word, other_names, wanted_words
from search.paging import cursor_of, token_after
from search.questions import is_question, read_question
from search.requests import Asked, complain, is_unicode, prepared, sorted_buckets
from search.settings import SearchSettings

ENGINE = "elasticsearch"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = structlog.get_logger()


def _article(hit: dict[str, Any]) -> Article:
    source = hit["_source"]
    article = Article.model_validate({n: source[n] for n in Article.model_fields if n in source})
    vector = hit.get("fields", {}).get("embedding")
    if vector is None:
        return article
    return article.model_copy(update={"embedding": np.asarray(vector, dtype=np.float32)})


class ElasticsearchEngine:
    """Keeps the promise of `search.engine.SearchEngine` in an Elasticsearch 8.19 or 9.

    Nothing is asked of the server before the first call, so that `health` can say that it is down.
    Raises SettingsError for settings that contradict each other.
    """

    def __init__(
        self,
        settings: SearchSettings,
        timezone: str = "UTC",
        knowledge: Knowledge | None = None,
    ) -> None:
        self._knowledge = knowledge or Knowledge()
        client, self._where = connect(settings)
        self._client: Elasticsearch = client
        self._zone = ZoneInfo(timezone)
        self._index = ArticleIndex(client, settings.search_index, self._where)
        self._ready = False

    @contextmanager
    def _asking(self) -> Iterator[Elasticsearch]:
        """Give the client, with the index there and errors translated."""
        with translated(self._where):
            if not self._ready:
                self._index.ensure()
                self._ready = True
            yield self._client

    @property
    def generation(self) -> str:
        """Token of the index behind the alias; another one means that it was made anew."""
        with self._asking():
            mark = self._index.meta()
            if mark is None:  # deleted under us
                self._index.ensure()
                mark = self._index.meta() or {}
        return str(mark.get("generation", ""))

    def index(self, articles: Iterable[Article]) -> int:
        """Insert or replace by id; visible to searches on return.

        Raises IndexingError, after writing all others, when the server refuses some.
        """
        with self._asking() as client:
            writing = Writing(client, self._index)
            writing.write(articles)
            self._index.refresh()
        refused = len(writing.refused)
        _log.info("articles_indexed", engine=ENGINE, count=writing.written, refused=refused)
        self._complain(writing.refused, writing.written)
        return writing.written

    def _complain(self, refused: dict[str, str], written: int) -> None:
        for reason in refused.values():
            if BLOCK in reason:
                raise read_only(self._where, reason)
        complain(f"Elasticsearch at {self._where}", refused, written)

    def delete(self, ids: Sequence[str]) -> int:
        """Remove by id; returns how many were there."""
        with self._asking() as client:
            writing = Writing(client, self._index)
            there = writing.delete(list(dict.fromkeys(filter(is_unicode, ids))))
            self._index.refresh()
        self._complain(writing.refused, there)
        return there

    def reindex(
        self,
        articles: Iterable[Article] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Build the index anew while it is searched and written, and swap; returns how many."""
        with translated(self._where):
            if self._index.meta() is None:
                self._index.ensure()
            count = Reindexing(self._client, self._index, _article, say).run(articles)
        self._ready = True
        return count

    def any_generation(self) -> str | None:
        """Token of the index behind the alias, of whatever version; None without one."""
        with translated(self._where):
            mark = self._index.meta()
        return None if mark is None else str(mark["generation"])

    def roll_back(self) -> None:
        """Search the index that was there before the last reindex again."""
        with translated(self._where):
            self._index.roll_back()
        self._ready = False

    def reset(self) -> None:
        """Put an empty index in the place of this one."""
        with translated(self._where):
            self._index.replace()
        self._ready = True

    def get(self, article_id: str) -> Article | None:
        """Return the article with that id, or None."""
        if not is_unicode(article_id):
            return None
        with self._asking() as client:
            answer = client.search(
                index=self._index.alias,
                query={"ids": {"values": [article_id]}},
                size=1,
                **WHOLE_ARTICLE,
            )
        hits = answer["hits"]["hits"]
        return _article(hits[0]) if hits else None

    def count(self, filters: Filters | None = None) -> int:
        """Count the articles that the filters let through."""
        wanted = elasticsearch_query(None, filters or Filters())
        with self._asking() as client:
            return int(client.count(index=self._index.alias, query=wanted)["count"])

    def search(self, query: Query) -> Result:
        """Answer a query."""
        asked = prepared(query, self._knowledge, self._zone)
        if not is_question(query):
            return self._answer(asked)
        question = read_question(asked, Reading(self._knowledge, self._zone, asked.now), self.get)
        with self._asking() as client:
            meaning = ElasticsearchMeaning(
                client, self._index.alias, _article, self._answer, WHOLE_ARTICLE
            )
            return answer_by_meaning(meaning, asked, question)

    def _answer(self, asked: Asked) -> Result:
        query = asked.query
        cursor = cursor_of(asked.query)
        wanted = request(asked, cursor, self._zone.key)
        with self._asking() as client:
            answer = client.search(index=self._index.alias, **wanted)
        if answer["_shards"]["failed"]:
            raise EngineUnavailableError(
                f"Elasticsearch at {self._where} could ask only {answer['_shards']['successful']} "
                f"of {answer['_shards']['total']} shards: look at its cluster health"
            )
        shown = (cursor.shown if cursor else 0) + query.size
        return self._result(asked, dict(answer.body), shown)

    def _result(self, asked: Asked, answer: dict[str, Any], shown: int) -> Result:
        query, words = asked.query, wanted_words(asked.node)
        raw = answer["hits"]["hits"]
        page = raw[: query.size]
        more: str | None = None
        if len(raw) > query.size and page:
            more = token_after(query, float(page[-1]["sort"][0]), page[-1]["_id"], shown)
        counted = answer.get("aggregations", {})
        return Result(
            total=int(answer["hits"]["total"]["value"]),
            hits=tuple(_hit(query, one, words) for one in page),
            next=more,
            facets={name: _facet(counted[name]) for name in query.facets},
            timeline=self._timeline(counted.get("timeline", {}).get("buckets", [])),
            expanded=other_names(asked.node),
        )

    def _timeline(self, buckets: Sequence[dict[str, Any]]) -> tuple[TimeBucket, ...]:
        if len(buckets) > MAX_BUCKETS:
            raise QueryError(TOO_MANY)
        return tuple(
            TimeBucket(
                start=(_EPOCH + timedelta(milliseconds=one["key"])).astimezone(self._zone),
                count=one["doc_count"],
            )
            for one in buckets
        )

    def health(self) -> Health:
        """Say the server's version, the cluster's colour and how many articles there are."""
        facts: dict[str, Any] = {"engine": ENGINE, "version": "unknown", "articles": 0}
        try:
            with self._asking() as client:
                quick = client.options(request_timeout=5, max_retries=0)
                nodes = quick.nodes.info(filter_path="nodes.*.version").get("nodes", {})
                versions = sorted({str(node["version"]) for node in nodes.values()})
                facts["version"] = ", ".join(versions) or "unknown"
                colour = quick.cluster.health(index=self._index.alias, timeout="3s")["status"]
                facts["articles"] = int(quick.count(index=self._index.alias)["count"])
        except SearchError as error:
            return Health(ok=False, message=str(error), **facts)
        where = f"{facts['articles']:,} articles in {self._index.alias} at {self._where}"
        return Health(ok=colour != "red", message=f"cluster {colour}, {where}", **facts)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _facet(answer: dict[str, Any]) -> tuple[Bucket, ...]:
    return sorted_buckets((str(b["key"]), int(b["doc_count"])) for b in answer["buckets"])


def _hit(query: Query, raw: dict[str, Any], words: Sequence[Word]) -> Hit:
    article = _article(raw)
    return Hit(
        article=article,
        score=float(raw["sort"][0]) if query.sort == "relevance" else 0.0,
        snippet=snippet(article, words) if query.snippets else None,
    )
