"""Turn a parsed query and filters into Elasticsearch's query language, the same as for tantivy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from search.engine import FACETS, Filters, Interval, Query, Sort
from search.mapping import FACET_FIELDS, FIELD_WEIGHTS, FILTER_FIELDS, NOT_RECORD, milliseconds
from search.nodes import (
    And,
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
from search.paging import Cursor
from search.ranking import OLDER, REPEATED, recency_borders
from search.requests import MAX_FACET_VALUES, Asked

_DSL = dict[str, Any]
WHOLE_ARTICLE: _DSL = {"source_excludes": NOT_RECORD, "fields": [{"field": "embedding"}]}
"""Arguments with which hits bring the whole record and its embedding."""


def _phrase(tokens: Sequence[str], field: str) -> _DSL:
    if len(tokens) == 1:
        return {"term": {field: {"value": tokens[0]}}}
    return {"match_phrase": {field: {"query": " ".join(tokens)}}}


def _of_term(term: Term) -> _DSL:
    """Look in headline and body; of a field's plain and folded form the better one counts."""
    places = []
    for field, weight in FIELD_WEIGHTS:
        forms = [_phrase(term.tokens, f"{field}_tokens")]
        if term.unmarked:
            forms.append(_phrase(term.tokens, f"{field}_folded"))
        places.append({"dis_max": {"queries": forms, "boost": weight * term.weight}})
    return {"bool": {"should": places, "minimum_should_match": 1}}


def _of_fuzzy(word: Fuzzy) -> _DSL:
    """Match near words, all alike: how near they are does not count, in neither engine."""
    places = []
    for field, weight in FIELD_WEIGHTS:
        asked = {"value": word.word, "fuzziness": word.edits, "rewrite": "constant_score"}
        forms = [{"fuzzy": {f"{field}_{form}": asked}} for form in ("tokens", "folded")]
        places.append({"dis_max": {"queries": forms, "boost": weight}})
    return {"bool": {"should": places, "minimum_should_match": 1}}


def _of_forms(node: Forms) -> _DSL:
    places = [
        {
            "constant_score": {
                "filter": {"terms": {f"{field}_tokens": list(node.words)}},
                "boost": weight,
            }
        }
        for field, weight in FIELD_WEIGHTS
    ]
    languages = {"terms": {FILTER_FIELDS["language"]: list(node.languages)}}
    return {"bool": {"filter": [languages], "should": places, "minimum_should_match": 1}}


def _period(field: str, since: datetime | None, until: datetime | None) -> _DSL | None:
    bounds = {"gte": since, "lt": until}
    given = {name: milliseconds(moment) for name, moment in bounds.items() if moment is not None}
    return {"range": {field: {**given, "format": "epoch_millis"}}} if given else None


def _condition(node: Condition) -> _DSL:
    if isinstance(node, Level):
        node = node.terms
    if isinstance(node, OneOf):
        found: _DSL = {"terms": {node.field: list(node.values)}}
    elif isinstance(node, Byline):
        found = _phrase(node.tokens, "author_tokens")
    else:
        found = _period("when", node.since, node.until) or {"match_all": {}}
    return {"bool": {"filter": [found]}}


def _of_words(node: Word) -> _DSL:
    if isinstance(node, Term):
        return _of_term(node)
    return _of_fuzzy(node) if isinstance(node, Fuzzy) else _of_forms(node)


def of_node(node: Node) -> _DSL:
    """Translate one node of a parsed query."""
    if isinstance(node, Word):
        return _of_words(node)
    if isinstance(node, OneOf | Byline | Period | Level):
        return _condition(node)
    if isinstance(node, Not):
        return {"bool": {"must_not": [of_node(node.part)], "filter": [{"match_all": {}}]}}
    return _combined(node)


def _combined(node: And | Or | Same) -> _DSL:
    parts = [of_node(part) for part in node.parts]
    if isinstance(node, Same):
        return {"dis_max": {"queries": parts}}
    if isinstance(node, Or):
        return {"bool": {"should": parts, "minimum_should_match": 1}}
    return {"bool": {"must": parts}}


def conditions(filters: Filters) -> list[_DSL]:
    """Translate filters into clauses that do not count in the score."""
    chosen = {
        "category": filters.categories,
        "sentiment": filters.sentiments,
        "country": filters.countries,
        "language": tuple(tag.lower() for tag in filters.languages),
        "source": filters.sources,
    }
    clauses: list[_DSL] = [
        {"terms": {FILTER_FIELDS[facet]: list(chosen[facet])}} for facet in FACETS if chosen[facet]
    ]
    periods = (
        _period("when", filters.since, filters.until),
        _period("first_seen", filters.first_seen_since, filters.first_seen_until),
    )
    return clauses + [period for period in periods if period is not None]


def elasticsearch_query(node: Node | None, filters: Filters) -> _DSL:
    """Combine words and filters."""
    query: _DSL = {"filter": conditions(filters)}
    if node is not None:
        query["must"] = [of_node(node)]
    return {"bool": query}


def weighted(query: _DSL, now: datetime) -> _DSL:
    """Multiply the scores of a query by recency and repetition."""
    older: _DSL = {"filter": {"match_all": {}}, "weight": OLDER}
    recent: list[_DSL] = [
        {
            "filter": {"range": {"when": {"gte": milliseconds(border), "format": "epoch_millis"}}},
            "weight": factor,
        }
        for border, factor in recency_borders(now)
    ]
    fresh = {"query": query, "functions": [*recent, older], "score_mode": "first"}
    repeated = {"filter": {"exists": {"field": "near_duplicate_of"}}, "weight": REPEATED}
    return {"function_score": {"query": {"function_score": fresh}, "functions": [repeated]}}


def _order(sort: Sort) -> list[_DSL]:
    if sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    return [{"when": {"order": "desc" if sort == "newest" else "asc"}}, {"id": "asc"}]


def _aggregations(query: Query, interval: Interval | None, timezone: str) -> _DSL:
    asked: _DSL = {
        name: {"terms": {"field": FACET_FIELDS[name], "size": MAX_FACET_VALUES}}
        for name in query.facets
    }
    if interval is not None:
        asked["timeline"] = {
            "date_histogram": {
                "field": "when",
                "calendar_interval": interval,
                "time_zone": timezone,
                "min_doc_count": 0,
            }
        }
    return asked


def request(asked: Asked, cursor: Cursor | None, timezone: str) -> _DSL:
    """Build the arguments of the client's `search`."""
    query = asked.query
    wanted = elasticsearch_query(asked.node, query.filters)
    if query.sort == "relevance":
        wanted = weighted(wanted, asked.now)
    sent: _DSL = {
        "query": wanted,
        "size": query.size + 1 if query.size else 0,
        "sort": _order(query.sort),
        "track_total_hits": True,
        "search_type": "dfs_query_then_fetch",
        **WHOLE_ARTICLE,
    }
    if cursor is not None:
        value = cursor.value if query.sort == "relevance" else int(cursor.value)
        sent["search_after"] = [value, cursor.id]
    aggregations = _aggregations(query, query.timeline, timezone)
    if aggregations:
        sent["aggregations"] = aggregations
    return sent
