"""The authors: people (or agencies) named in JSON-LD, meta tags or the visible byline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.bylines import clean_names
from crawlers.extraction.credits import line_credits, text_credits
from crawlers.extraction.evidence import Evidence, text_of, tidy
from crawlers.extraction.titles import fold

_META_AUTHORS = (
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "byl",
    "byline",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dcsext.author",
    "citation_author",
    "cxenseparse:author",
    "mrf:authors",
    "article_author",
    "creator",
)
_OUTLETS = {"Organization", "NewsMediaOrganization", "WebSite", "WebPage", "Corporation"}
_STAFF = re.compile(
    r"\s*\b(?:staff|team|desk|correspondents?|reporters?|editors?|editorial|bureau|writers?|"
    r"news|online|redaksi|redazione|redaction|wire services?|reports?)\b\s*",
    re.IGNORECASE,
)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|by|byline|staff|reporters?|contributors?|columnists?|journalists?|profiles?|"
    r"penulis|tac-gia|writers?)/[^/?#]+/?(?:$|[?#])",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"author|byline|writer|reporter|journalist|penulis|zuozhe|editor-?name|tac-?gia|nguoi-?viet",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:written )?by\b|oleh\b|penulis\b|โดย|记者|記者|作者", re.IGNORECASE)
_ONLY_BY = re.compile(rf"\W*(?:{_BY.pattern})?\W*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:[,;、&]\s*)?(?:(?:and|und|et|y|e|dan|và|与|和)\b)?\s*", re.IGNORECASE)
_TITLE_END = re.compile(r"\s+[-–—|]\s+")
_NOT_BYLINE = re.compile(
    r"related|comment|social|share|avatar|image|img|photo|bio|desc|about|icon|date|time|card-list|footer|more|widget|sidebar|follow|caption|teaser|recommend|popular|licen[cs]e|copyright",
    re.IGNORECASE,
)
_FURNITURE = {"nav", "footer", "aside", "form", "figcaption", "figure"}
_BYLINE_TAGS = (
    "a", "span", "div", "p", "address", "strong", "h3", "h4", "h5", "li", "em", "b", "small",
    "section",
)  # fmt: skip
MAX_BYLINE = 160
MAX_BYLINES = 40
"""Byline-like elements looked at: those of the story come before those of related stories."""


def find_authors(evidence: Evidence, text: str, language: str | None) -> list[str]:
    """List the page's authors in its own order, first author first; empty where none is named.

    JSON-LD persons come first, then meta tags, the marked byline, the credits within the text,
    and unmarked credit lines; the first source that leaves at least one name after cleaning wins.
    Names that are the outlet's own are no authors.
    """
    sources = (
        _from_json_ld(evidence),
        _from_meta(evidence),
        _from_byline(evidence),
        text_credits(text, language),
        _first_line(evidence),
    )
    for source in sources:
        names = _usable(source, evidence)
        if names:
            return names
    return []


def _usable(raw: Iterator[str], evidence: Evidence) -> list[str]:
    own_names = (*evidence.site_names, *evidence.host_names)
    outlet = {fold(name) for name in own_names} | set(_organisations(evidence))
    names = [_without_outlet(n, evidence) for text in raw for n in clean_names(tidy(text))]
    unique = list({fold(name): name for name in reversed(names)}.values())[::-1]
    # 'Outlet staff' is the outlet again
    return [n for n in unique if fold(n) not in outlet and fold(_STAFF.sub(" ", n)) not in outlet]


def _without_outlet(name: str, evidence: Evidence) -> str:
    """Cut the outlet's name off a person's ('Mei Tan Shore Post'), if two words are left."""
    for outlet in (*evidence.site_names, *_closing_title(evidence)):
        shorter = name.removesuffix(outlet).rstrip(" .,-–—")
        if shorter != name.rstrip(" .,-–—") and len(shorter.split()) >= 2:
            return shorter
    return name


def _closing_title(evidence: Evidence) -> list[str]:
    """List the outlet's name as it closes <title>, for a page that declares none."""
    title = evidence.tree.find(".//head/title")
    parts = _TITLE_END.split(title.text or "") if title is not None else []
    return [parts[-1].strip()] if len(parts) > 1 and len(parts[-1].strip()) > 3 else []


def _first_line(evidence: Evidence) -> Iterator[str]:
    for line in line_credits(evidence):
        if _usable(iter([line]), evidence):
            yield line
            return


def _organisations(evidence: Evidence) -> Iterator[str]:
    for node in evidence.articles:
        authors = node.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and not _is_person(author):
                yield fold(jsonld.string(author.get("name")))


def _is_person(node: jsonld.Node) -> bool:
    """Tell a person from an outlet or agency by @type; an untyped or odd one by its name."""
    kinds = set(jsonld.types(node))
    if "Person" in kinds:
        return True
    name = jsonld.string(node.get("name"))
    return not kinds & _OUTLETS and not ("Thing" in kinds and name.isupper())


def _from_json_ld(evidence: Evidence) -> Iterator[str]:
    for node in evidence.articles:
        for key in ("author", "creator"):
            names = list(_names(node.get(key), evidence))
            if names:
                yield from names
                return


def _names(value: object, evidence: Evidence) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:30]:
            yield from _names(item, evidence)
    elif isinstance(value, str):
        linked = evidence.by_id(value)
        yield jsonld.string(linked.get("name")) if linked else value
    elif isinstance(value, dict):
        known = value if value.get("name") else evidence.by_id(value.get("@id")) or value
        if _is_person(known):
            name = known.get("name")
            yield from (
                [jsonld.string(n) for n in name]
                if isinstance(name, list)
                else [jsonld.string(name)]
            )


def _from_meta(evidence: Evidence) -> Iterator[str]:
    for name in _META_AUTHORS:
        values = evidence.meta.get(name, [])
        if _usable(iter(values), evidence):
            yield from values
            return


def _from_byline(evidence: Evidence) -> Iterator[str]:
    marked = list(_byline_elements(evidence.tree))
    for wanted in ("exact", "led", "linked", "named", "marked"):
        first: HtmlElement | None = None
        for kind, element in marked:
            if kind != wanted or (first is not None and not _side_by_side(first, element)):
                continue
            text = text_of(element)
            names = _led_links(element, text) or [text]
            if 2 < len(text) <= MAX_BYLINE and _usable(iter(names), evidence):
                first = element if first is None else first
                yield from names
        if first is not None:
            return


def _led_links(element: HtmlElement, text: str) -> list[str]:
    """List the names that are the links of a byline: what follows them is a role or a place.

    Only where the first link follows the 'By' at once, and the others an 'and' or a comma.
    """
    names: list[str] = []
    end = 0
    for link in element.iterchildren("a"):
        name = text_of(link)
        start = text.find(name, end)
        between = text[end:start]
        rule = _AND if names else _ONLY_BY
        if not name or start < 0 or not rule.fullmatch(between):
            break
        names.append(name)
        end = start + len(name)
    return names


def _side_by_side(first: HtmlElement, other: HtmlElement) -> bool:
    """Tell whether two byline elements stand in one byline (the same parent or grandparent)."""
    above = [first.getparent(), first.getparent().getparent()]
    return any(
        a is not None and a in (other.getparent(), other.getparent().getparent()) for a in above
    )


def _byline_elements(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Elements that may hold the byline, each with how surely, in page order."""
    body = tree.find(".//body")
    root = tree if body is None else body
    headline_seen = root.find(".//h1") is None
    found = 0
    for element in root.iter("h1", *_BYLINE_TAGS):
        headline_seen = headline_seen or element.tag == "h1"
        kind = _kind(element, headline_seen)
        if kind is None or _FURNITURE.intersection(str(a.tag) for a in element.iterancestors()):
            continue
        yield kind, element
        found += 1
        if found >= MAX_BYLINES:
            return


def _kind(element: HtmlElement, headline_seen: bool) -> str | None:
    if element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split():
        return "exact"
    if element.tag == "a" and headline_seen and _AUTHOR_LINK.search(element.get("href") or ""):
        return "linked"
    label = " ".join(element.get(name) or "" for name in ("class", "id", "data-testid"))
    if not _MARK.search(label) or _NOT_BYLINE.search(label):
        return None
    if _BY.match(text_of(element)):
        return "led"
    return "named" if "name" in label.lower() or element.tag == "a" else "marked"
