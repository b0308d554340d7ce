"""Turn a parsed query and filters into a tantivy query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import tantivy
from tantivy import Occur

from search.engine import Filters
from search.mapping import FIELD_WEIGHTS, FILTER_FIELDS, milliseconds
from search.nodes import (
    Byline,
    Condition,
    Forms,
    Fuzzy,
    Level,
    Node,
    Not,
    OneOf,
    Or,
    Period,
    Same,
    Term,
    Word,
)

_Query = tantivy.Query


def _phrase(tokens: Sequence[str], field: str, schema: tantivy.Schema) -> _Query:
    if len(tokens) == 1:
        return _Query.term_query(schema, field, tokens[0])
    return _Query.phrase_query(schema, field, list(tokens))


def _of_term(term: Term, schema: tantivy.Schema) -> _Query:
    """Look in headline and body; of a field's plain and folded form the better one counts."""
    places = []
    for field, weight in FIELD_WEIGHTS:
        found = _phrase(term.tokens, f"{field}_tokens", schema)
        if term.unmarked:
            folded = _phrase(term.tokens, f"{field}_folded", schema)
            found = _Query.disjunction_max_query([found, folded])
        places.append((Occur.Should, _Query.boost_query(found, weight * term.weight)))
    return _Query.boolean_query(places)


def _of_fuzzy(word: Fuzzy, schema: tantivy.Schema) -> _Query:
    """Match near words, all alike: how near they are does not count, in neither engine."""
    places = []
    for field, weight in FIELD_WEIGHTS:
        forms = [
            _Query.fuzzy_term_query(schema, f"{field}_{form}", word.word, distance=word.edits)
            for form in ("tokens", "folded")
        ]
        best = _Query.disjunction_max_query(forms)
        places.append((Occur.Should, _Query.boost_query(best, weight)))
    return _Query.boolean_query(places)


def _of_forms(node: Forms, schema: tantivy.Schema) -> _Query:
    places = []
    for field, weight in FIELD_WEIGHTS:
        found = _Query.term_set_query(schema, f"{field}_tokens", list(node.words))
        places.append((Occur.Should, _Query.const_score_query(found, weight)))
    languages = _Query.term_set_query(schema, FILTER_FIELDS["language"], list(node.languages))
    return _Query.boolean_query(
        [
            (Occur.Must, _Query.const_score_query(languages, 0.0)),
            (Occur.Must, _Query.boolean_query(places)),
        ]
    )


def _condition(node: Condition, schema: tantivy.Schema) -> _Query:
    if isinstance(node, Level):
        node = node.terms
    if isinstance(node, OneOf):
        found = _Query.term_set_query(schema, node.field, list(node.values))
    elif isinstance(node, Byline):
        found = _phrase(node.tokens, "author_tokens", schema)
    else:
        found = _period(schema, "when", node.since, node.until)
    return _Query.const_score_query(found, 0.0)


def _of_words(node: Word, schema: tantivy.Schema) -> _Query:
    if isinstance(node, Term):
        return _of_term(node, schema)
    return _of_fuzzy(node, schema) if isinstance(node, Fuzzy) else _of_forms(node, schema)


def of_node(node: Node, schema: tantivy.Schema) -> _Query:
    """Translate one node of a parsed query."""
    if isinstance(node, Word):
        return _of_words(node, schema)
    if isinstance(node, OneOf | Byline | Period | Level):
        return _condition(node, schema)
    if isinstance(node, Not):
        everything = _Query.const_score_query(_Query.all_query(), 0.0)
        return _Query.boolean_query(
            [(Occur.Must, everything), (Occur.MustNot, of_node(node.part, schema))]
        )
    parts = [of_node(part, schema) for part in node.parts]
    if isinstance(node, Same):
        return _Query.disjunction_max_query(parts)
    occur = Occur.Should if isinstance(node, Or) else Occur.Must
    return _Query.boolean_query([(occur, part) for part in parts])


def moment_range(
    schema: tantivy.Schema, field: str, since: int | None, until: int | None
) -> _Query:
    """Match moments from `since` to before `until`, in milliseconds since the epoch."""
    return _Query.range_query(
        schema,
        field,
        tantivy.FieldType.Integer,
        lower_bound=since,
        upper_bound=None if until is None else until - 1,
    )


def _period(
    schema: tantivy.Schema, field: str, since: datetime | None, until: datetime | None
) -> _Query:
    return moment_range(
        schema,
        field,
        None if since is None else milliseconds(since),
        None if until is None else milliseconds(until),
    )


def _conditions(filters: Filters, schema: tantivy.Schema) -> Iterator[_Query]:
    chosen = {
        "category": filters.categories,
        "sentiment": filters.sentiments,
        "country": filters.countries,
        "language": tuple(tag.lower() for tag in filters.languages),
        "source": filters.sources,
    }
    for facet, values in chosen.items():
        if values:
            yield _Query.term_set_query(schema, FILTER_FIELDS[facet], list(values))
    periods: dict[str, tuple[datetime | None, datetime | None]] = {
        "when": (filters.since, filters.until),
        "first_seen": (filters.first_seen_since, filters.first_seen_until),
    }
    for field, (since, until) in periods.items():
        if since is not None or until is not None:
            yield _period(schema, field, since, until)


def tantivy_query(node: Node | None, filters: Filters, schema: tantivy.Schema) -> _Query:
    """Combine words and filters; filters do not count in the score."""
    clauses = [
        (Occur.Must, _Query.const_score_query(condition, 0.0))
        for condition in _conditions(filters, schema)
    ]
    if node is not None:
        clauses.append((Occur.Must, of_node(node, schema)))
    return _Query.boolean_query(clauses) if clauses else _Query.all_query()
