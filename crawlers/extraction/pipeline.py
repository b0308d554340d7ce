"""The one way from bytes to an extracted page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urljoin

from lxml.etree import (
    ElementDefaultClassLookup,
    HTMLParser,
    LxmlError,
    ParserError,
    strip_elements,
)
from lxml.html import HtmlElement, document_fromstring

from crawlers.extraction.authors import find_authors
from crawlers.extraction.body import find_text
from crawlers.extraction.charset import decode
from crawlers.extraction.dates import find_dates
from crawlers.extraction.evidence import Evidence, gather, split
from crawlers.extraction.jsonld import string
from crawlers.extraction.language import find_language
from crawlers.extraction.page import ExtractedPage, ExtractionError
from crawlers.extraction.titles import find_title

MAX_BYTES = 8_000_000
"""Largest page read. The largest of 395 recorded pages has 2.9 MB; beyond this it is a download."""

MAX_TAGS = 50_000
"""Tags of a page, about: each takes 300 bytes in the parser and again in each of trafilatura's
copies, so that the 2,000,000 of `<p>x` that fit into `MAX_BYTES` (8 kB on the wire) took over
3 GB. The fullest of 395 recorded pages has 8,375 (`<` in its bytes, of scripts too)."""

MIN_TEXT = 25
"""Characters of the shortest article: a page with less is a menu, a video or a consent wall (the
shortest of 395 recorded bodies has 369; a Chinese flash item has about 40)."""

_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|meta|title|article|div|p|h1|span|table)\b", re.IGNORECASE
)
_FEED = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b")
_CONTROL = bytes({*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F})
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_CLASSES = ElementDefaultClassLookup(element=HtmlElement)
"""One class for all elements, by C code. lxml.html asks a Python function for each of a page's
elements each time it is met, which took 18% of extraction (2,000,000 calls for 395 pages)."""
_UNSEEN = ("script", "style", "svg", "template", "iframe")
"""Elements that show nobody a word. Without them trafilatura's copies and searches of the tree
take 9% less of extraction's time; the text of 395 recorded pages stays the same."""
LONG_TAG = 8_000
"""Characters of a tag from which its attributes are counted."""
_LONG_TAG = re.compile(rf"<(\w+)[^<>]{{{LONG_TAG},}}>")
MAX_ATTRIBUTES = 500
"""Attributes of one tag, about: libxml2's parsing time grows with their square (8,000 take 0.3 s,
100,000 minutes); the fullest tag of 395 recorded pages holds 216 equal signs."""

_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")


def extract(
    html: bytes,
    url: str,
    content_type: str | None = None,
    now: datetime | None = None,
    country: str | None = None,
) -> ExtractedPage:
    """Extract the article of a news page.

    Args:
        html: The page as received, decompressed.
        url: The address it was fetched from.
        content_type: The HTTP Content-Type header, where known; its charset is a hint only.
        now: When the page was had, to refuse dates after it; this moment if not given.
        country: The outlet's country (ISO 3166-1 alpha-2), where known, to read its dates by.

    Returns:
        The article. A page may lack a title, authors or a date; it never lacks text.

    Raises:
        ExtractionError: There is no article in it; `reason` is `empty`, `too_large`, `not_html` or
            `no_text`.
    """
    tree = _parse(html, content_type)
    evidence = gather(tree, url)
    strip_elements(tree, *_UNSEEN, with_tail=False)
    title = find_title(evidence)
    text = find_text(evidence, title)
    if len(text) < MIN_TEXT:
        raise ExtractionError("no_text", f"no article text was found in the page at {url}")
    language = find_language(evidence, text)
    dates = find_dates(evidence, language, now or datetime.now(UTC), country)
    return ExtractedPage(
        title=title,
        text=text,
        authors=find_authors(evidence, text, language),
        published=dates.published,
        published_from=dates.published_from,
        updated=dates.updated,
        language=language,
        canonical=_canonical(evidence),
        description=_description(evidence),
        site_name=_site_name(evidence),
    )


def _parse(html: bytes, content_type: str | None) -> HtmlElement:
    if not html.strip(b" \t\r\n\x00"):
        raise ExtractionError("empty", "the page has no content")
    if len(html) > MAX_BYTES:
        raise ExtractionError(
            "too_large", f"the page has {len(html):,} bytes; at most {MAX_BYTES:,} are read"
        )
    if (tags := html.count(b"<")) > MAX_TAGS:
        raise ExtractionError(
            "too_large", f"the page has {tags:,} tags; at most {MAX_TAGS:,} are read"
        )
    if html.startswith(_BINARY):
        raise ExtractionError("not_html", "the page is a file of another kind, not HTML")
    text = decode(html, content_type)
    if any(len(part) > LONG_TAG and part.find(">") >= LONG_TAG for part in text.split("<")):
        text = _LONG_TAG.sub(_without_attributes, text)
    if not _MARKUP.search(text) or _FEED.match(text):
        raise ExtractionError("not_html", "the page is no HTML page (a feed, JSON or plain text)")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    plain = text.encode("utf-8", "replace").translate(None, _CONTROL)
    for byte_sequence in _NO_CHARACTERS:
        plain = plain.replace(byte_sequence, b"")
    try:
        return document_fromstring(plain, parser=parser)
    except (LxmlError, ParserError, ValueError) as error:
        raise ExtractionError("not_html", f"the page cannot be parsed as HTML ({error})") from error


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}>" if tag[0].count("=") > MAX_ATTRIBUTES else tag[0]


def _canonical(evidence: Evidence) -> str | None:
    for link in evidence.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return _absolute(evidence.url, link.get("href"))
    return None


def _absolute(base: str, address: str) -> str | None:
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return None
    parts = split(joined)
    return joined if parts.scheme in {"http", "https"} and parts.hostname else None


def _description(evidence: Evidence) -> str | None:
    declared = evidence.first("description", "og:description", "twitter:description")
    if declared:
        return declared
    return next((d for n in evidence.articles if (d := string(n.get("description")))), None)


def _site_name(evidence: Evidence) -> str | None:
    publishers = (string(node.get("publisher")) for node in evidence.nodes)
    declared = (evidence.first("og:site_name"), *publishers, evidence.first("application-name"))
    return next((n for n in declared if n and not n.startswith(("http", "@"))), None)
