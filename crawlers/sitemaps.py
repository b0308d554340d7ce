"""Sitemaps: indexes, news sitemaps, plain ones and lists in text, gzipped or not, as a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

from lxml import etree
from scrapy.exceptions import ResponseDataLossError

from crawlers.ampersands import EscapedAmpersands
from crawlers.compression import GZIP_MAGIC, UnpackedTooLargeError, unpacked
from crawlers.extraction.charset import decode
from crawlers.feed_dates import FeedDates
from crawlers.feeds import (
    MAX_TITLE,
    Entry,
    Feed,
    MalformedFeedError,
    absolute,
    looks_like,
    plain,
    stamp,
)
from crawlers.sitemap_index import Child, children_to_read
from crawlers.surrogates import whole_references

MAX_UNPACKED = 52_428_800
"""Bytes of an unpacked sitemap: the protocol's own bound (sitemaps.org, 50 MB)."""
MAX_ITEMS = 100_000
"""Items of a document that are looked at: twice the protocol's own bound (sitemaps.org)."""
SITEMAP_STAMP = "sitemap:"
"""Before the stamps of sitemap entries: they are not comparable with those of a feed's."""

_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Item:
    """A `url` or `sitemap` element: its address and what it says of its dates and title."""

    kind: str
    address: str
    modified: datetime | None
    published: datetime | None
    title: str
    stamp: str
    refused: tuple[str, ...] = ()
    """Why its dates are not believed."""

    @property
    def touched(self) -> datetime | None:
        """Its latest date."""
        return max(filter(None, (self.modified, self.published)), default=None)


def read_sitemap(
    body: bytes,
    url: str,
    since: datetime,
    limit: int,
    now: datetime,
    country: str | None = None,
) -> Feed:
    """Return the pages that a sitemap names since a moment, newest first, and its sitemaps.

    It may be XML or plain text with an address a line.

    A page or sitemap without a date is not left out for its age: nothing says that it is old. Of
    many sitemaps some are returned, others in other runs (`crawlers.sitemap_index`).

    Args:
        body: The document, plain or gzip.
        url: Its address.
        since: Pages and sitemaps last touched before are passed over (`Feed.older` counts them).
        limit: Pages returned at the most.
        now: The moment of the crawl, aware.
        country: The outlet's country (ISO 3166-1 alpha-2), to read its dates by.

    Raises:
        MalformedFeedError: the document is no sitemap; says what it looks like.
    """
    document = _unpacked(body, url)
    if not document.isascii():  # nearly all are; the others may be in another encoding than told
        document = decode(document).encode()
    document = whole_references(document)
    listed = _list(document, url, limit)
    if listed is not None:
        return listed
    items, over, root = _items(document, FeedDates(url, now=now, country=country))
    if root not in {"urlset", "sitemapindex"}:
        raise MalformedFeedError(f"{url} is no sitemap but {looks_like(body)}")
    pages, older = _fresh((item for item in items if item.kind == "url"), since)
    maps = (item for item in items if item.kind == "sitemap")
    children = [Child(absolute(url, item.address), item.touched) for item in maps]
    further, older_maps = children_to_read(children, since, now)
    return Feed(
        entries=tuple(_entry(item, url) for item in pages[:limit]),
        left_out=over + len(pages[limit:]) + len(children) - older_maps - len(further),
        refused_dates=Counter(reason for item in items for reason in item.refused),
        older=older + older_maps,
        further=tuple(further),
        children=tuple(child.address for child in children),
    )


def _fresh(items: Iterable[_Item], since: datetime) -> tuple[list[_Item], int]:
    """Return the items that are not too old, newest first, and how many are."""
    fresh, older = [], 0
    for item in items:
        if item.touched is None or item.touched >= since:
            fresh.append(item)
        else:
            older += 1
    return sorted(fresh, key=lambda item: item.touched or _OLDEST, reverse=True), older


def _entry(item: _Item, url: str) -> Entry:
    return Entry(
        address=absolute(url, item.address) if item.address else None,
        title=item.title,
        summary="",
        published=item.published,
        stamp=SITEMAP_STAMP + item.stamp,
        modified=item.modified,
    )


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return unpacked(body, "gzip", MAX_UNPACKED)
    except UnpackedTooLargeError:
        raise MalformedFeedError(f"{url} is a gzip file that is longer than 50 MB") from None
    except ResponseDataLossError as problem:
        raise MalformedFeedError(f"{url} is a gzip file that is not whole: {problem}") from None


def _list(document: bytes, url: str, limit: int) -> Feed | None:
    """Return a sitemap that is plain text, an address a line; None for one of another kind.

    Its first line tells. A line that is no address is an entry all the same, to be refused as one.
    """
    # Line by line: as a list, 50 MB of short lines are a gigabyte.
    lines = filter(None, map(bytes.strip, BytesIO(document)))
    first = next(lines, b"")
    if not first.lower().startswith((b"http://", b"https://")):
        return None
    addresses = [line.decode("utf-8", "replace") for line in (first, *islice(lines, limit - 1))]
    items = (_Item("url", address, None, None, "", stamp("", "", "")) for address in addresses)
    return Feed(tuple(_entry(item, url) for item in items), left_out=sum(1 for _ in lines))


def _items(document: bytes, dates: FeedDates) -> tuple[list[_Item], int, str]:
    """Return a document's items, how many more there are, and the name of its root element."""
    # No entities, no DTD, nothing from the network, and libxml2's own bounds on depth and size.
    parser = etree.iterparse(
        EscapedAmpersands(document),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    items: list[_Item] = []
    over, root = 0, ""
    try:
        for event, element in parser:
            name = _local(element)
            root = root or name
            if event == "end" and name in {"url", "sitemap"}:
                if len(items) < MAX_ITEMS:
                    items.append(_item(element, name, dates))
                else:
                    over += 1
                element.clear()
                _forget_before(element)
    except etree.XMLSyntaxError:
        pass  # what was read before the fault counts; a document without a root is refused above
    return items, over, root


def _forget_before(element: etree._Element) -> None:
    """Drop what stands before an item: emptied elements alone took 300 MB of a 50 MB sitemap."""
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _item(element: etree._Element, kind: str, dates: FeedDates) -> _Item:
    said = dict(_said(element))
    modified, published = said.get("lastmod", ""), said.get("publication_date", "")
    title = plain(said.get("title"), MAX_TITLE)
    dated, first = dates.read(modified), dates.read(published)
    return _Item(
        kind=kind,
        address=said.get("loc", ""),
        modified=dated.moment,
        published=first.moment,
        title=title,
        stamp=stamp(title, modified, published),
        refused=tuple(date.refused for date in (dated, first) if date.refused),
    )


def _said(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what an item says of itself: not of its images and videos, which have titles too."""
    for child in element:
        name = _local(child)
        if name in {"loc", "lastmod"}:
            yield name, (child.text or "").strip()
        elif name == "news":
            yield from ((_local(each), (each.text or "").strip()) for each in child)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
