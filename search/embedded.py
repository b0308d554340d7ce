"""The embedded engine: tantivy in a folder, no server, one writer and any number of readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
import tantivy

from articles.record import Article
from search.embedded_counting import counts
from search.embedded_folder import TANTIVY, Generation, IndexFolder, unusable
from search.embedded_meaning import EmbeddedMeaning
from search.embedded_query import tantivy_query
from search.embedded_ranking import Ranked, Ranking
from search.embedded_reading import Held, articles_at
from search.embedded_reindex import Rebuild
from search.embedded_schema import schema
from search.embedded_writing import committing, put_all
from search.engine import (
    Filters,
    Health,
    Hit,
    Query,
    Result,
    SearchError,
)
from search.highlight import snippet
from search.knowledge import Knowledge, Reading
from search.meaning import answer_by_meaning
from search.nodes import Node, Word, other_names, wanted_words
from search.paging import cursor_of, token_after
from search.questions import is_question, read_question
from search.requests import complain, is_unicode, prepared

_log = structlog.get_logger()
_T = TypeVar("_T")


class EmbeddedEngine:
    """Keeps the promise of `search.engine.SearchEngine` in one folder.

    Opening creates an empty index where there is none. Raises IndexBrokenError or
    IndexFormatError for a folder that cannot be used; `EmbeddedEngine.remade` empties it.
    """

    def __init__(
        self, path: Path, timezone: str = "UTC", knowledge: Knowledge | None = None
    ) -> None:
        self._knowledge = knowledge or Knowledge()
        self._folder = IndexFolder(path)
        self._zone = ZoneInfo(timezone)
        self._schema = schema()
        self._lock = threading.Lock()
        current = self._folder.current()
        if current is None:
            with self._folder.writing(wait=10.0):
                current = self._folder.current() or self._folder.create()
        self._current = current
        self._index = self._opened(current)

    @classmethod
    def remade(
        cls, path: Path, timezone: str = "UTC", knowledge: Knowledge | None = None
    ) -> EmbeddedEngine:
        """Open an empty index in place of whatever is in the folder, even a damaged one."""
        folder = IndexFolder(path)
        with folder.writing():
            folder.create()
        return cls(path, timezone, knowledge)

    def _opened(self, current: Generation) -> tantivy.Index:
        folder = self._folder.data(current.generation)
        try:
            index = tantivy.Index.open(str(folder))
            index.config_reader(reload_policy="Manual")
            index.reload()
        except (ValueError, OSError) as error:
            raise self._broken(error) from error
        return index

    def _broken(self, cause: BaseException) -> SearchError:
        return unusable(self._folder.path, cause)

    def _searcher(self) -> tantivy.Searcher:
        """Look at what was last committed, by this or any other process."""
        with self._lock:
            current = self._folder.current()
            if current is None:
                raise self._broken(FileNotFoundError("current.json has gone"))
            if current != self._current:
                self._index, self._current = self._opened(current), current
            try:
                self._index.reload()
            except ValueError as error:
                raise self._broken(error) from error
            return self._index.searcher()

    def _guarded(self, ask: Callable[[], _T]) -> _T:
        """Turn tantivy's errors, and its panics over damaged files, into IndexBrokenError."""
        try:
            return ask()
        except (ValueError, OSError) as error:
            raise self._broken(error) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # pyo3 does not export the class
                raise
            raise self._broken(error) from error

    @property
    def generation(self) -> str:
        """Token of the folder's current index; another one means that it was made anew."""
        current = self._folder.current()
        return self._current.generation if current is None else current.generation

    @property
    def _vectors(self) -> Path:
        return self._folder.data(self._current.generation) / "embeddings.f32"

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        """Write under the folder's lock; commit at the end, or leave everything as it was."""
        with self._folder.writing():
            self._searcher()  # follow a generation that another process made current
            with committing(self._index, self._guarded) as writer:
                yield writer

    def index(self, articles: Iterable[Article]) -> int:
        """Insert or replace by id in one commit; visible to searches on return.

        An error that ends the articles leaves the index as it was. Raises IndexingError, after
        writing all others, for articles that cannot be stored.
        """
        with self._writer() as writer:
            held = Held(self._searcher(), self._schema)
            written, refused = put_all(writer, self._vectors, articles, self._guarded, held)
        _log.info("articles_indexed", engine="embedded", count=written, refused=len(refused))
        complain(f"The search index in {self._folder.path}", refused, written)
        return written

    @classmethod
    def reindexed(
        cls,
        path: Path,
        articles: Iterable[Article] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Build the index in a folder anew, also one of another version; returns how many.

        See `search.embedded_reindex`. Raises IndexLockedError while another process writes.
        """
        return Rebuild(IndexFolder(path), say).run(articles)

    def reindex(
        self,
        articles: Iterable[Article] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Build the index anew while it is searched, and swap; returns how many there are."""
        return self.reindexed(self._folder.path, articles, say)

    def roll_back(self) -> None:
        """Search the index that was there before the last reindex again."""
        Rebuild(self._folder).roll_back()

    def delete(self, ids: Sequence[str]) -> int:
        """Remove by id; returns how many were there."""
        known = list(filter(is_unicode, ids))
        if not known:
            return 0
        with self._writer() as writer:
            wanted = tantivy.Query.term_set_query(self._schema, "id", known)
            there = self._total(self._searcher(), wanted)
            writer.delete_documents_by_query(wanted)
        return there

    def reset(self) -> None:
        """Put an empty index in the place of this one."""
        with self._folder.writing():
            self._folder.create()
        self._searcher()

    @staticmethod
    def _total(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
        found = searcher.search(query, limit=1, count=True)
        return int(found.count or 0)  # type: ignore[attr-defined]  # not in tantivy's stubs

    def _articles(
        self, searcher: tantivy.Searcher, addresses: Sequence[tantivy.DocAddress]
    ) -> list[Article]:
        """Read the articles at these addresses, each with its embedding."""
        return articles_at(searcher, addresses, self._vectors)

    def get(self, article_id: str) -> Article | None:
        """Return the article with that id, or None."""
        if not is_unicode(article_id):
            return None

        def ask() -> Article | None:
            searcher = self._searcher()
            wanted = tantivy.Query.term_query(self._schema, "id", article_id)
            hits = searcher.search(wanted, limit=1, count=False).hits
            return self._articles(searcher, [hits[0][1]])[0] if hits else None

        return self._guarded(ask)

    def count(self, filters: Filters | None = None) -> int:
        """Count the articles that the filters let through."""
        wanted = tantivy_query(None, filters or Filters(), self._schema)
        return self._guarded(lambda: self._total(self._searcher(), wanted))

    def search(self, query: Query) -> Result:
        """Answer a query."""
        asked = prepared(query, self._knowledge, self._zone)
        if not is_question(query):
            return self._guarded(lambda: self._answer(*asked))
        question = read_question(asked, Reading(self._knowledge, self._zone, asked.now), self.get)
        return self._guarded(lambda: answer_by_meaning(self._meaning(), asked, question))

    def _meaning(self) -> EmbeddedMeaning:
        return EmbeddedMeaning(
            self._searcher(),
            self._schema,
            self._vectors,
            self._articles,
            lambda asked: self._answer(*asked),
        )

    def _answer(self, query: Query, node: Node | None, now: datetime) -> Result:
        wanted = tantivy_query(node, query.filters, self._schema)
        searcher = self._searcher()
        cursor = cursor_of(query)
        total = self._total(searcher, wanted)
        ranked: list[Ranked] = []
        if query.size and total:
            ranking = Ranking(searcher, self._schema, wanted, query.sort, now)
            ranked = ranking.page(cursor, query.size + 1)
        hits = self._hits(searcher, query, ranked[: query.size], wanted_words(node))
        more: str | None = None
        if len(ranked) > query.size and hits:
            shown = (cursor.shown if cursor else 0) + query.size
            more = token_after(query, ranked[query.size - 1].value, hits[-1].article.id, shown)
        counted = counts(searcher, wanted, query, self._zone)
        return Result(
            total=total,
            hits=tuple(hits),
            next=more,
            facets=counted.facets,
            timeline=counted.timeline,
            expanded=other_names(node),
        )

    def _hits(
        self,
        searcher: tantivy.Searcher,
        query: Query,
        ranked: Sequence[Ranked],
        words: Sequence[Word],
    ) -> list[Hit]:
        articles = self._articles(searcher, [one.address for one in ranked])
        return [
            Hit(
                article=article,
                score=one.value if query.sort == "relevance" else 0.0,
                snippet=snippet(article, words) if query.snippets else None,
            )
            for one, article in zip(ranked, articles, strict=True)
        ]

    def health(self) -> Health:
        """Say how many articles there are, or what is wrong with the folder."""
        facts: dict[str, Any] = {"engine": "embedded", "version": f"tantivy {TANTIVY}"}
        try:
            held = self._guarded(lambda: self._searcher().num_docs)
        except SearchError as error:
            return Health(ok=False, articles=0, message=str(error), **facts)
        place = f"{held:,} articles in {self._folder.path}"
        return Health(ok=True, articles=held, message=place, **facts)

    def close(self) -> None:
        """Nothing is held between calls; here for the promise's sake."""
