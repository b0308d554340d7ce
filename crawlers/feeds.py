"""Feeds: RSS (all versions), RDF and Atom by feedparser, JSON Feed by json, as one shape."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser
import structlog
from w3lib.html import remove_tags, replace_entities

from articles.errors import ShoalwatchError
from crawlers.deadline import DeadlineError

MAX_TITLE = 1_000
MAX_SUMMARY = 4_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


log = structlog.get_logger()


class MalformedFeedError(ShoalwatchError):
    """A document that is no RSS, Atom or JSON feed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, all of it bounded, plain text."""

    address: str | None
    title: str
    summary: str
    published: datetime | None
    """Aware; None where the feed gives none that can be read with its zone."""
    stamp: str
    """Hash of title and dates: another stamp means that the outlet touched the item."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says now."""

    entries: tuple[Entry, ...]
    left_out: int


def read_feed(body: bytes, url: str, content_type: str | None, limit: int) -> Feed:
    """Return a feed's first `limit` entries and how many more there are.

    Raises:
        MalformedFeedError: the document is no feed; says what it looks like.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url, limit)
    parsed = _parsed(body, url, content_type)
    items = parsed.get("entries", [])
    if not parsed.get("version") and not items:
        raise MalformedFeedError(f"{url} is no feed but {_looks_like(body)}")
    entries = tuple(_entry(item) for item in items[:limit])
    return Feed(entries, max(0, len(items) - limit))


def _parsed(body: bytes, url: str, content_type: str | None) -> Any:
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    try:
        # As a stream: feedparser takes plain bytes for the name of a file first, and would open it.
        return feedparser.parse(BytesIO(body), response_headers=headers)
    except DeadlineError:
        raise
    except Exception as problem:
        # It raises whatever the parsers under it raise; the traceback goes to the log.
        log.exception("feed_broke_the_parser", url=url)
        raise MalformedFeedError(f"{url} broke the feed parser: {problem}") from problem


def _entry(item: Any) -> Entry:
    title = _plain(item.get("title"), MAX_TITLE)
    dates = [item.get("published"), item.get("updated")]
    parsed = item.get("published_parsed") or item.get("updated_parsed")
    return Entry(
        address=item.get("link") or None,
        title=title,
        summary=_plain(item.get("summary"), MAX_SUMMARY),
        published=_believable(lambda: datetime.fromtimestamp(calendar.timegm(parsed), UTC))
        if parsed
        else None,
        stamp=_stamp(title, *dates),
    )


def _json_feed(body: bytes, url: str, limit: int) -> Feed:
    try:
        document = json.loads(body)
        items = document["items"]
        version = document["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise MalformedFeedError(f"{url} starts like JSON but is no JSON Feed: {problem}") from None
    if "jsonfeed.org/version/" not in str(version) or not isinstance(items, list):
        raise MalformedFeedError(f"{url} is JSON, but no JSON Feed (version {str(version)[:60]!r})")
    entries = tuple(_json_entry(item, url) for item in items[:limit] if isinstance(item, dict))
    return Feed(entries, max(0, len(items) - limit))


def _json_entry(item: dict[str, Any], url: str) -> Entry:
    title = _plain(item.get("title"), MAX_TITLE)
    address = item.get("url") or item.get("external_url")
    said = str(item.get("date_published") or item.get("date_modified") or "")
    return Entry(
        address=urljoin(url, str(address)) if address else None,
        title=title,
        summary=_plain(item.get("summary") or item.get("content_text"), MAX_SUMMARY),
        published=_believable(lambda: datetime.fromisoformat(said)),
        stamp=_stamp(title, item.get("date_published"), item.get("date_modified")),
    )


def _believable(read: Callable[[], datetime]) -> datetime | None:
    """Return a date that can be read, is aware and lies between 1990 and tomorrow, else None."""
    try:
        moment = read()
        aware = moment.tzinfo is not None
        age = datetime.now(UTC) - moment if aware else None
    except (ValueError, OverflowError, OSError):
        return None
    if age is None or moment < EARLIEST or age.days < -1:
        return None
    return moment


def _plain(markup: object, limit: int) -> str:
    """Return markup as one line of plain text, at most `limit` characters."""
    if not isinstance(markup, str):
        return ""
    text = replace_entities(remove_tags(markup[: limit * 20]))
    return " ".join(text.split())[:limit]


def _stamp(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part or "") for part in parts).encode()).hexdigest()[:32]


def _looks_like(body: bytes) -> str:
    start = body[:2000].lstrip().lower()
    if not start:
        return "an empty document"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "a web page"
    return f"something that starts with {start[:40]!r}"
