"""Feeds: RSS (all versions), RDF and Atom by feedparser, JSON Feed by json, as one shape."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser
import structlog
from w3lib.html import remove_tags, remove_tags_with_content, replace_entities

from articles.errors import InvalidURLError, ShoalwatchError
from articles.identity import canonical_url
from articles.record import whole
from crawlers.catalogue import primary_subtag
from crawlers.deadline import DeadlineError
from crawlers.extraction.charset import decode
from crawlers.feed_dates import EntryDate, FeedDates
from crawlers.surrogates import whole_references

MAX_TITLE = 1_000
MAX_SUMMARY = 4_000
MAX_AUTHOR = 200
MAX_AUTHORS = 20
MAX_CONTENT = 200_000
"""Characters of an item's markup that are read; the longest text in 84 real feeds has 21,458."""
FULL_TEXT = 300
"""Characters from which what a feed says of an item is its text, not an announcement."""

_PARAGRAPH = re.compile(r"</(?:p|div|h[1-6]|li|blockquote|tr)\s*>|<br\s*/?>", re.IGNORECASE)

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
    text: str = ""
    """The article's whole text, paragraph by line, where the feed carries it."""
    authors: tuple[str, ...] = ()
    """As the feed names them, or as it names its own where the item has none."""
    modified: datetime | None = None
    """Aware; when the outlet last touched the page, where that is said. A day is its start."""

    @property
    def touched(self) -> datetime | None:
        """Its latest date."""
        return max(filter(None, (self.modified, self.published)), default=None)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says now."""

    entries: tuple[Entry, ...]
    left_out: int
    """Entries beyond the limit, and sitemaps of an index beyond those that are read."""
    refused_dates: dict[str, int] = field(default_factory=dict)
    """Dates that cannot be believed or read, by reason: future, before_1990, unreadable."""
    older: int = 0
    """Entries of a sitemap that were passed over for their age."""
    further: tuple[str, ...] = ()
    """Addresses of documents that go on where this one ends: sitemaps of an index, next pages."""
    children: tuple[str, ...] = ()
    """Addresses of all the sitemaps that an index names; those in `further` are read."""


def read_feed(
    body: bytes,
    url: str,
    content_type: str | None,
    limit: int,
    languages: Sequence[str] = (),
    now: datetime | None = None,
    country: str | None = None,
) -> Feed:
    """Return a feed's first `limit` entries and how many more there are.

    Args:
        body: The document.
        url: Its address, which relative links go by.
        content_type: As the server declares it; the bytes may disprove its charset, and their own.
        limit: Entries read at the most.
        languages: The outlet's languages, for dates with names of months.
        now: The moment of the crawl, to know the future by; this moment if not given.
        country: The outlet's country (ISO 3166-1 alpha-2), to read its dates by.

    Raises:
        MalformedFeedError: the document is no feed; says what it looks like.
    """
    body = whole_references(decode(body, content_type).encode())
    if body.lstrip(b" \t\r\n").startswith(b"{"):
        return _json_feed(body, url, limit, partial(_dates, url, languages, now, country))
    body, cut = _shortened(body, limit)
    parsed = _parsed(body, url)
    items = parsed.get("entries", [])
    if not parsed.get("version") and not items:
        raise MalformedFeedError(f"{url} is no feed but {looks_like(body)}")
    about = parsed.get("feed", {})
    dates = _dates(url, languages, now, country, about.get("language"))
    further = [link.get("href", "") for link in about.get("links", []) if link.get("rel") == "next"]
    read = [_entry(item, dates) for item in items[:limit]]
    return _feed(read, max(0, len(items) - limit) + cut, further)


def _shortened(body: bytes, limit: int) -> tuple[bytes, int]:
    """Return a feed without its items beyond the limit, and how many these are.

    Read whole, a feed of 200,000 items ran into the deadline of 10 CPU seconds.
    """
    for close in (b"</item>", b"</entry>"):
        over = body.count(close) - limit
        if over > 0:
            end = 0
            for _ in range(limit):
                end = body.index(close, end) + len(close)
            return body[:end] + body[body.rindex(close) + len(close) :], over
    return body, 0


def _feed(read: list[tuple[Entry, EntryDate]], over: int, further: list[str]) -> Feed:
    refused: Counter[str] = Counter(date.refused for _, date in read if date.refused)
    following = tuple(address for address in further[:1] if address)
    entries = tuple(entry for entry, _ in read)
    return Feed(entries, max(0, over), dict(refused), further=following)


def _parsed(body: bytes, url: str) -> Any:
    # The header goes before what the document declares, and is right: we have made it UTF-8.
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        # As a stream: feedparser takes plain bytes for the name of a file first, and would open it.
        return feedparser.parse(BytesIO(body), response_headers=headers)
    except DeadlineError:
        raise
    except Exception as problem:
        # It raises whatever the parsers under it raise; the traceback goes to the log.
        log.exception("feed_broke_the_parser", url=url)
        raise MalformedFeedError(f"{url} broke the feed parser: {problem}") from problem


def _entry(item: Any, dates: FeedDates) -> tuple[Entry, EntryDate]:
    title = plain(item.get("title"), MAX_TITLE)
    said = [item.get("published"), item.get("updated")]
    date = dates.read(
        said[0] or said[1], item.get("published_parsed") or item.get("updated_parsed")
    )
    contents = [part.get("value") or "" for part in item.get("content", [])]
    entry = Entry(
        # FeedBurner's proxy stands in `link` and counts readers; the outlet's own address is behind
        address=item.get("feedburner_origlink") or item.get("link") or _address_in(item.get("id")),
        title=title,
        summary=plain(item.get("summary"), MAX_SUMMARY),
        published=date.moment,
        stamp=stamp(title, *said),
        modified=dates.read(said[1]).moment if said[1] != said[0] else None,
        text=_full_text(max([*contents, item.get("summary") or ""], key=len)),
        authors=_authors(item),
    )
    return entry, date


def _named(authors: object) -> tuple[str, ...]:
    """Return the names of authors, each given by an object that has one, or by its name."""
    given = authors if isinstance(authors, list) else [authors]
    names = (each.get("name") if isinstance(each, dict) else each for each in given[:MAX_AUTHORS])
    return tuple(dict.fromkeys(filter(None, (plain(name, MAX_AUTHOR) for name in names))))


def _dates(
    url: str,
    languages: Sequence[str],
    now: datetime | None,
    country: str | None,
    stated: object,
) -> FeedDates:
    """Return a reader of dates: in the outlet's languages, that which the feed states first."""
    if not isinstance(stated, str):
        return FeedDates(url, *languages, now=now, country=country)
    own = primary_subtag(stated)
    ordered = sorted(languages, key=lambda tag: primary_subtag(tag) != own)
    return FeedDates(url, *ordered, stated, now=now, country=country)


def _json_feed(body: bytes, url: str, limit: int, dates_in: Callable[[object], FeedDates]) -> Feed:
    """Return a JSON Feed; `dates_in` makes a reader of dates for the language that it states."""
    try:
        # Real characters first: as an escape, `\\ud83d` alone, a half would come through.
        document = json.loads(whole(json.dumps(json.loads(body), ensure_ascii=False)))
        items = document["items"]
        version = document["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise MalformedFeedError(f"{url} starts like JSON but is no JSON Feed: {problem}") from None
    if "jsonfeed.org/version/" not in str(version) or not isinstance(items, list):
        raise MalformedFeedError(f"{url} is JSON, but no JSON Feed (version {str(version)[:60]!r})")
    stated, following = document.get("language"), document.get("next_url")
    dates = dates_in(stated)
    own = _authors(document)
    # What is no object has no address: it is counted as such.
    objects = (item if isinstance(item, dict) else {} for item in items[:limit])
    read = [_json_entry(item, url, dates, own) for item in objects]
    further = [absolute(url, following)] if isinstance(following, str) else []
    return _feed(read, len(items) - limit, further)


def _json_entry(
    item: dict[str, Any], url: str, dates: FeedDates, own: tuple[str, ...]
) -> tuple[Entry, EntryDate]:
    """Return an item of a JSON Feed; `own` are the feed's authors, whose items without any are."""
    title = plain(item.get("title"), MAX_TITLE)
    address = item.get("url") or item.get("external_url") or _address_in(item.get("id"))
    date = dates.read(item.get("date_published") or item.get("date_modified"))
    content = item.get("content_html") or item.get("content_text")
    entry = Entry(
        address=absolute(url, str(address)) if address else None,
        title=title,
        summary=plain(item.get("summary") or item.get("content_text"), MAX_SUMMARY),
        published=date.moment,
        stamp=stamp(title, item.get("date_published"), item.get("date_modified")),
        text=_full_text(content if isinstance(content, str) else ""),
        authors=_authors(item) or own,
        modified=dates.read(item.get("date_modified")).moment,
    )
    return entry, date


def _address_in(identity: object) -> str | None:
    """Return an item's identity where it is its address, as the format advises."""
    if not isinstance(identity, str) or not identity.lower().startswith(("http://", "https://")):
        return None
    return identity if is_web_address(identity) else None


def _authors(about: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors of an item or a feed: a list, or one by itself (JSON Feed before 1.1)."""
    return _named(about.get("authors")) or _named(about.get("author"))


def _full_text(markup: str) -> str:
    """Return the text that a feed carries, a paragraph a line; nothing for an announcement."""
    if len(markup) < FULL_TEXT:
        return ""
    bare = remove_tags_with_content(markup[:MAX_CONTENT], ("script", "style", "iframe"))
    plain = replace_entities(remove_tags(_PARAGRAPH.sub("\n", bare)))
    text = "\n".join(filter(None, (" ".join(line.split()) for line in plain.split("\n"))))
    return text if len(text) >= FULL_TEXT else ""


def plain(markup: object, limit: int) -> str:
    """Return markup as one line of plain text, at most `limit` characters."""
    if not isinstance(markup, str):
        return ""
    text = replace_entities(remove_tags(markup[: limit * 20]))
    return " ".join(text.split())[:limit]


def absolute(base: str, address: str) -> str:
    """Return an address as seen from another; as it is where it is none, to be refused as such."""
    try:
        return urljoin(base, address)
    except ValueError:  # 'http://[::1'
        return address


def is_web_address(address: str) -> bool:
    """Whether a document can be asked for at an address: not at `file:`, nor at a broken one."""
    try:
        canonical_url(address)
    except InvalidURLError:
        return False
    return True


def stamp(*parts: object) -> str:
    """Return a hash of what a document says of an item, to see that it says something else."""
    return hashlib.sha256("\n".join(str(part or "") for part in parts).encode()).hexdigest()[:32]


def looks_like(body: bytes) -> str:
    """Return what a document that could not be read looks like, for people."""
    start = body[:2000].lstrip().lower()
    if not start:
        return "an empty document"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "a web page"
    return f"something that starts with {start[:40]!r}"
