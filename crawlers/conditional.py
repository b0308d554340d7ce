"""Conditional requests: a document is sent again only if it is another than the one we have."""

from __future__ import annotations

from scrapy.http import Response

from articles.state import KnownPage, Validators


def conditions(known: Validators | KnownPage | None) -> dict[str, str]:
    """Return the headers that ask for a document only if it is another than the one known."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def validators_of(response: Response) -> Validators:
    """Return what identifies the version of a document that a server sent."""
    etag, modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    return Validators(
        etag=etag.decode("latin-1")[:500] if etag else None,
        last_modified=modified.decode("latin-1")[:100] if modified else None,
    )
