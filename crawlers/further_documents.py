"""Further documents: next pages of a feed and sitemaps of an index, and which of them are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crawlers.feeds import Entry, Feed, absolute, is_web_address
from crawlers.outcomes import TOO_DEEP

MAX_NEXT_PAGES = 4
"""Further pages of a feed that are read in one run."""
MAX_INDEX_DEPTH = 3
"""Levels of a sitemap index that are read: the protocol has one, some outlets two or three."""


def read_on(
    kind: str, feed: Feed, place: tuple[str, int], met_before: Callable[[Entry], bool]
) -> tuple[Feed, str | None]:
    """Return what a document names with only those further documents that are to be asked for.

    The sitemaps of an index are all read. The next page of a feed is, unless everything that this
    one names was met before: behind a page with anything new there may be more of it, and what is
    known may stand there because it is pinned or another feed named it.

    Args:
        kind: The way of access.
        feed: What the document names.
        place: Its address, and how many documents led to it.
        met_before: Whether an entry was known before this run, or before the first of those that
            have left the feed unfinished.

    Returns:
        The document with absolute addresses in `further`, and in `left_out` those that are not
        asked for: too many, too deep or no web addresses. And why it ends here, if it should not.
    """
    if not feed.further:
        return feed, None
    url, depth = place
    usable = [entry for entry in feed.entries if is_web_address(entry.address or "")]
    if kind == "feed" and usable and all(map(met_before, usable)):
        return replace(feed, further=()), None
    addresses = tuple(absolute(url, each) for each in feed.further)
    if depth >= (MAX_NEXT_PAGES if kind == "feed" else MAX_INDEX_DEPTH):
        reason = None if kind == "feed" else TOO_DEEP
        return replace(feed, further=(), left_out=feed.left_out + len(addresses)), reason
    asked = tuple(filter(is_web_address, addresses))
    left_out = feed.left_out + len(addresses) - len(asked)
    return replace(feed, further=asked, left_out=left_out), None
