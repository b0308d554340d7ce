"""Turn a parsed query and filters into a tantivy query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import tantivy
from tantivy import Occur

from search.engine import Filters
from search.mapping import FIELD_WEIGHTS, FILTER_FIELDS, milliseconds
from search.query import Node, Not, Or, Term

_Query = tantivy.Query


def _in_field(term: Term, field: str, schema: tantivy.Schema) -> _Query:
    if len(term.tokens) == 1:
        return _Query.term_query(schema, field, term.tokens[0])
    return _Query.phrase_query(schema, field, list(term.tokens))


def _of_term(term: Term, schema: tantivy.Schema) -> _Query:
    """Look in headline and body; of a field's plain and folded form the better one counts."""
    places = []
    for field, weight in FIELD_WEIGHTS:
        found = _in_field(term, f"{field}_tokens", schema)
        if term.unmarked:
            folded = _in_field(term, f"{field}_folded", schema)
            found = _Query.disjunction_max_query([found, folded])
        places.append((Occur.Should, _Query.boost_query(found, weight * term.weight)))
    return _Query.boolean_query(places)


def of_node(node: Node, schema: tantivy.Schema) -> _Query:
    """Translate one node of a parsed query."""
    if isinstance(node, Term):
        return _of_term(node, schema)
    if isinstance(node, Not):
        everything = _Query.const_score_query(_Query.all_query(), 0.0)
        return _Query.boolean_query(
            [(Occur.Must, everything), (Occur.MustNot, of_node(node.part, schema))]
        )
    occur = Occur.Should if isinstance(node, Or) else Occur.Must
    return _Query.boolean_query([(occur, of_node(part, schema)) for part in node.parts])


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
            yield moment_range(
                schema,
                field,
                None if since is None else milliseconds(since),
                None if until is None else milliseconds(until),
            )


def tantivy_query(node: Node | None, filters: Filters, schema: tantivy.Schema) -> _Query:
    """Combine words and filters; filters do not count in the score."""
    clauses = [
        (Occur.Must, _Query.const_score_query(condition, 0.0))
        for condition in _conditions(filters, schema)
    ]
    if node is not None:
        clauses.append((Occur.Must, of_node(node, schema)))
    return _Query.boolean_query(clauses) if clauses else _Query.all_query()
