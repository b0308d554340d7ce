"""Conditional requests: a document is sent again only if it is another than the one we have."""

from __future__ import annotations

from scrapy.http import Response

from articles.state import KnownPage, Validators
from crawlers.catalogue import Access
from crawlers.feeds import stamp


def conditions(known: Validators | KnownPage | None) -> dict[str, str]:
    """Return the headers that ask for a document only if it is another than the one known."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def kept_as(access: Access, url: str) -> str:
    """Return the name under which a document's validators are kept: its address, if that is all.

    The same bytes name other pages once a sitemap is read further back or a listing by another
    pattern, so the name then holds how it is read.
    """
    how = access.model_dump(exclude={"kind", "url"})
    return f"{access.kind}:{stamp(url, *how.values())}" if how else url


def validators_of(response: Response) -> Validators:
    """Return what identifies the version of a document that a server sent."""
    etag, modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    return Validators(
        etag=etag.decode("latin-1")[:500] if etag else None,
        last_modified=modified.decode("latin-1")[:100] if modified else None,
    )
