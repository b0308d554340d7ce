"""The opaque token that leads from one page of hits to the next.

It names the last hit shown (its score or date, and its id), not a page number, so that a page read
later goes on after that hit even when articles came or went meanwhile. It also carries a digest of
the query it belongs to, so that it cannot be used with another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from search.engine import Query, QueryError


class Cursor(BaseModel):
    """The last hit shown: `value` is its score, or its date in milliseconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    query: str
    value: float
    id: str
    shown: int = Field(ge=0)
    """Hits up to and including this one; a hint for engines that must count from the top."""


def _digest(query: Query) -> str:
    asked = query.model_dump_json(include={"text", "similar_to", "filters", "sort"})
    return hashlib.sha256(asked.encode()).hexdigest()[:12]


def token_after(query: Query, value: float, article_id: str, shown: int) -> str:
    """Make `Result.next` for a page that ends with this hit."""
    cursor = Cursor(query=_digest(query), value=value, id=article_id, shown=shown)
    return base64.urlsafe_b64encode(cursor.model_dump_json().encode()).decode().rstrip("=")


def cursor_of(query: Query) -> Cursor | None:
    """Read `Query.after`. Raises QueryError for a token that is damaged or of another query."""
    if query.after is None:
        return None
    try:
        padded = query.after[:1000] + "=" * (-len(query.after[:1000]) % 4)
        cursor = Cursor.model_validate_json(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValidationError, binascii.Error, UnicodeEncodeError):
        raise QueryError(
            f"'after' is no page token of this engine: {query.after[:40]!r}; "
            "use the `next` of the page before, unchanged"
        ) from None
    if cursor.query != _digest(query):
        raise QueryError(
            "'after' belongs to another search: keep the text, filters and sort of the page before "
            "or leave it out to start again"
        )
    return cursor
