"""Writes hits as an Atom feed (RFC 4287), for feed readers.

By the standard library's ElementTree, which escapes; only characters that XML cannot hold are
dropped here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from articles.record import Article
from search.engine import Hit
from shoalwatch.found import tags_of

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_atom(name: str, hits: Sequence[Hit], outlets: Mapping[str, str]) -> str:
    """Return a feed with an entry for each hit; entries keep their id from run to run."""
    Xml.register_namespace("", _NAMESPACE)
    feed = Xml.Element(_tag("feed"))
    _put(feed, "title", f"Shoalwatch: {name}")
    _put(feed, "id", f"urn:shoalwatch:saved:{name}")
    changed = max((_changed(hit.article) for hit in hits), default=datetime.fromtimestamp(0, UTC))
    _put(feed, "updated", changed.isoformat())
    _put(_put(feed, "author"), "name", "Shoalwatch")
    for hit in hits:
        _entry(feed, hit, outlets)
    text = Xml.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _entry(feed: Xml.Element, hit: Hit, outlets: Mapping[str, str]) -> None:
    article = hit.article
    entry = _put(feed, "entry")
    _put(entry, "title", article.title)
    _put(entry, "id", f"urn:shoalwatch:article:{article.id}")
    _put(entry, "updated", _changed(article).isoformat())
    if article.published is not None:
        _put(entry, "published", article.published.isoformat())
    _put(entry, "link").set("href", _clean(article.url))
    _put(_put(entry, "author"), "name", outlets.get(article.source_id, article.source_id))
    for category in article.categories:
        _put(entry, "category").set("term", _clean(category))
    found = html.unescape(re.sub("</?mark>", "", hit.snippet.text)) if hit.snippet else ""
    _put(entry, "summary", f"{found}\n{tags_of(article)}".strip())


def _changed(article: Article) -> datetime:
    return max(article.first_seen, article.updated or article.first_seen)


def _put(parent: Xml.Element, name: str, text: str = "") -> Xml.Element:
    made = Xml.SubElement(parent, _tag(name))
    made.text = _clean(text) or None
    return made


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
