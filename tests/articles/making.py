"""Makes articles for tests of the record, the archive and the state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from articles.identity import article_id, canonical_url, content_hash
from articles.record import Article

SEEN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def make(number: int = 1, **fields: Any) -> Article:
    url = f"https://outlet.example/news/{number}"
    title = fields.pop("title", f"Title {number}")
    text = fields.pop("text", f"Text of article {number}.")
    return Article(
        **{
            "id": article_id(canonical_url(url)),
            "url": url,
            "canonical_url": canonical_url(url),
            "source_id": "outlet",
            "content_hash": content_hash(title, text),
            "title": title,
            "text": text,
            "first_seen": SEEN,
            "fetched": SEEN,
            **fields,
        }
    )
