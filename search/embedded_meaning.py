"""What a search by meaning asks of the embedded engine, at one look at its index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tantivy
from tantivy import Occur

from articles.record import Article
from search.embedded_nearest import nearest
from search.embedded_query import of_node, tantivy_query
from search.engine import Result
from search.meaning import Candidate, Question
from search.requests import Asked

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EmbeddedMeaning:
    """Keeps the promise of `search.meaning.MeaningEngine` on one searcher."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        rows: Path,
        read: Callable[[tantivy.Searcher, Sequence[tantivy.DocAddress]], list[Article]],
        answer: Callable[[Asked], Result],
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._rows = rows
        self._read = read
        self._answer = answer

    def _condition(self, question: Question) -> tantivy.Query:
        return tantivy_query(question.condition, question.filters, self._schema)

    def _candidates(self, addresses: Sequence[tantivy.DocAddress]) -> list[Candidate]:
        found = list(addresses)
        dates = self._searcher.fast_field_values("when", found)
        repeats = self._searcher.fast_field_values("repeats", found)
        return [
            Candidate(
                str(self._searcher.doc(address)["id"][0]),
                _EPOCH + timedelta(milliseconds=int(date or 0)),
                bool(repeated),
            )
            for address, date, repeated in zip(found, dates, repeats, strict=True)
        ]

    def best_words(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the question's words the articles that fulfil its conditions."""
        if question.words is None:
            return []
        condition = tantivy.Query.const_score_query(self._condition(question), 0.0)
        words = of_node(question.words, self._schema)
        wanted = tantivy.Query.boolean_query([(Occur.Must, words), (Occur.Must, condition)])
        hits = self._searcher.search(wanted, limit=limit, count=False).hits
        return self._candidates([address for _, address in hits])

    def nearest(self, question: Question, limit: int) -> Sequence[Candidate]:
        """Rank by the cosine of the embeddings the articles that fulfil the conditions."""
        wanted = self._condition(question)
        near = nearest(self._searcher, self._schema, wanted, self._rows, question.vector, limit)
        return self._candidates([one.address for one in near])

    def these(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles with these ids."""
        if not ids:
            return {}
        wanted = tantivy.Query.term_set_query(self._schema, "id", list(ids))
        hits = self._searcher.search(wanted, limit=len(ids), count=False).hits
        found = self._read(self._searcher, [address for _, address in hits])
        return {article.id: article for article in found}

    def answer(self, asked: Asked) -> Result:
        """Answer an ordinary query."""
        return self._answer(asked)
