"""Invented articles and source reports for the digest's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from articles.identity import article_id, content_hash
from articles.record import Article, Span, Tag
from digests.content import SourceReport

DAY = date(2026, 11, 24)
CATEGORIES = {
    "south_china_sea": "South China Sea",
    "terrorism": "Terrorism",
    "policy_divergence": "Policy divergence",
}
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def article(number: int, title: str | None = None, **parts: Any) -> Article:
    """Make a tagged English article; any part of the record can be given."""
    url = parts.pop("url", f"https://outlet.example/{number}")
    title = f"Item of news {number}" if title is None else title
    text = parts.pop("text", f"The first sentence of {number}. The second sentence.")
    category = parts.pop("category", "terrorism")
    tag = Tag(
        category=category,
        probability=parts.pop("probability", 0.9),
        evidence=parts.pop("evidence", Span(field="text", start=0, end=text.find(".") + 1)),
    )
    published = parts.pop("published", NOON)
    defaults: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source_id": "outlet",
        "content_hash": content_hash(title, text),
        "language": "en",
        "published": published,
        "published_from": "none" if published is None else "meta",
        "first_seen": NOON,
        "fetched": NOON,
        "tags": (tag,),
        "sentiment": "negative",
        "sentiment_probability": 0.8,
        "countries": ("PH", "CN"),
        "model_version": "tagger-1",
    }
    return Article(title=title, text=text, **(defaults | parts))


def source(name: str = "Outlet", **parts: Any) -> SourceReport:
    """Make the report of a source that works, unless told otherwise."""
    defaults: dict[str, Any] = {
        "source_id": name.lower(),
        "name": name,
        "status": "ok",
        "articles": 1,
        "languages": ("en",),
    }
    return SourceReport(**(defaults | parts))
