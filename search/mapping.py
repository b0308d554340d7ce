"""What is searchable of an article, derived from the record: one table for both engines.

`derived` computes the values that are not fields of the record (the joined tags, the sorting date,
the segmented text); `elasticsearch_mapping` reads the types of the record's own fields from
`Article`. A field added to the record is thus in the mapping without a word here, and one of a type
that has no rule stops the tests.
"""

from __future__ import annotations

import types
from datetime import datetime
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from articles.record import EMBEDDING_WIDTH, Article
from search.segmentation import SEGMENTATION_VERSION, indexed_text

MAPPING_VERSION = 5
"""Raised whenever an index made before could not hold or find what one made now does."""

FORMAT = f"{MAPPING_VERSION}.{SEGMENTATION_VERSION}"
"""Kept in every index: mapping and segmentation version."""

MAX_AUTHOR, MAX_AUTHORS = 200, 50
"""Characters of a name, and names of a byline, that are searched."""

MAX_INDEXED = 200_000
"""Characters of a text that are searched; a longer one is kept whole but found by its start."""

FACET_FIELDS = {
    "category": "categories",
    "sentiment": "sentiment",
    "country": "countries",
    "language": "base_language",
    "source": "source_id",
}
"""Field behind each facet. Languages are counted by their base: zh-Hant and zh-Hans are Chinese."""

FILTER_FIELDS = {
    **FACET_FIELDS,
    "language": "language_ranges",
    "place": "places",
    "story": "story_id",
    "unsure": "unsure",
}
"""Field behind each filter of whole values, of `Filters` and of the query language."""

MOMENT_FIELDS = ("when", "first_seen")
"""Dates that are filtered and sorted by, both cut to milliseconds (Elasticsearch's precision)."""

TOKEN_FIELDS = ("title_tokens", "title_folded", "body_tokens", "body_folded", "author_tokens")
"""Segmented text. `*_folded` holds the tokens without Latin marks, where that differs; authors are
only kept so: a byline loses its marks more often than any other text."""

FIELD_WEIGHTS = (("title", 3.0), ("body", 1.0))
"""How much a match counts in the headline and below it: a headline names what the item is about.
A starting point, not measured; both engines use it, so their rankings stay comparable."""


class Derived(NamedTuple):
    """Searchable values of an article that are not fields of the record."""

    when: datetime
    categories: tuple[str, ...]
    base_language: str
    language_ranges: tuple[str, ...]
    tag_levels: tuple[str, ...]
    title_tokens: str
    title_folded: str
    body_tokens: str
    body_folded: str
    author_tokens: str


NOT_RECORD = [*Derived._fields, "embedding"]
"""Fields of a stored document that are left out when the record is read back."""


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, cut down; exact, unlike a product of floats."""
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1000 + moment.microsecond // 1000


def language_ranges(tag: str) -> tuple[str, ...]:
    """List what finds a language tag: zh-Hant-TW is found by zh, zh-hant and zh-hant-tw.

    Basic filtering of RFC 4647 section 3.3.1, by whole subtags and without regard to case.
    """
    parts = tag.lower().split("-")
    return tuple("-".join(parts[:end]) for end in range(1, len(parts) + 1))


ANY_CATEGORY = "any"
LEVELS = 1000
"""Steps in which a tag's probability is compared: a thousandth."""


def tag_level(category: str, thousandths: int) -> str:
    """Name the term of a tag with this probability; terms, so that both engines agree exactly.

    A number beside each category would need nested documents, which tantivy does not have.
    """
    return f"{category}/{thousandths:04d}"


def _tag_levels(article: Article) -> tuple[str, ...]:
    return tuple(
        tag_level(category, int(tag.probability * LEVELS + 1e-6))
        for tag in article.tags
        for category in (tag.category, ANY_CATEGORY)
    )


def derived(article: Article) -> Derived:
    """Compute the values that are searched but not kept in the record."""
    text = article.text[:MAX_INDEXED]
    summary = "" if article.summary in text else article.summary[:MAX_INDEXED]
    title = indexed_text(article.title[:MAX_INDEXED])
    body = indexed_text(text, summary)
    authors = indexed_text(*(name[:MAX_AUTHOR] for name in article.authors[:MAX_AUTHORS]))
    ranges = language_ranges(article.language[:MAX_AUTHOR])
    return Derived(
        when=article.when,
        categories=article.categories,
        base_language=ranges[0],
        language_ranges=ranges,
        tag_levels=_tag_levels(article),
        title_tokens=title.tokens,
        title_folded=title.folded,
        body_tokens=body.tokens,
        body_folded=body.folded,
        author_tokens=authors.folded or authors.tokens,
    )


_SHOWN: dict[str, Any] = {"type": "text", "index": False}
# Longer values are kept but not searched: a page's nonsense must not make Elasticsearch, which
# takes 32,766 bytes, refuse the article.
_KEYWORD: dict[str, Any] = {"type": "keyword", "ignore_above": 8191}
_BY_NAME: dict[str, dict[str, Any]] = {
    "title": _SHOWN,
    "text": _SHOWN,
    "summary": _SHOWN,
    "embedding": {
        "type": "dense_vector",
        "dims": EMBEDDING_WIDTH,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "int8_hnsw"},
    },
}
"""Fields whose use their Python type does not tell; the segmented text is searched instead."""


def _unwrapped(annotation: Any) -> Any:
    """Strip `Annotated`, `None` and the repetition of a tuple from a type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _unwrapped(next(a for a in arguments if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _unwrapped(annotation.__origin__)
    if origin is tuple:
        return _unwrapped(arguments[0])
    return annotation


def _property(name: str, annotation: Any) -> dict[str, Any]:
    """Give the Elasticsearch type of one field. Raises TypeError for a type without a rule."""
    kind = _unwrapped(annotation)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if get_origin(kind) is dict:
        return {"type": "flattened"}
    if get_origin(kind) is Literal:
        return _KEYWORD
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {"type": "nested" if name == "tags" else "object", **_properties(kind)}
    if kind is str:
        return _KEYWORD
    simple = {int: "integer", float: "float", AwareDatetime: "date"}
    if kind not in simple:
        raise TypeError(f"search.mapping has no Elasticsearch type for {name}: {annotation}")
    return {"type": simple[kind]}


def _properties(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "properties": {
            name: _property(name, field.annotation) for name, field in model.model_fields.items()
        }
    }


def elasticsearch_mapping() -> dict[str, Any]:
    """The strict mapping: every field of the record, the derived ones, and nothing else.

    The segmented text is searched but left out of `_source`: it can be made again from the record.
    """
    tokens = {"type": "text", "analyzer": "whitespace", "index_options": "positions"}
    properties = {
        **_properties(Article)["properties"],
        "when": {"type": "date"},
        **dict.fromkeys(("categories", "base_language", "language_ranges", "tag_levels"), _KEYWORD),
        **dict.fromkeys(TOKEN_FIELDS, tokens),
    }
    return {
        "dynamic": "strict",
        "_source": {"excludes": list(TOKEN_FIELDS)},
        "properties": properties,
    }
