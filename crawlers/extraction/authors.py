"""The authors: people (or agencies) named in JSON-LD, meta tags or the visible byline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile

from lxml.html import HtmlElement

from crawlers.extraction import jsonld, lead_words
from crawlers.extraction.bylines import clean_names
from crawlers.extraction.credits import line_credits, text_credits
from crawlers.extraction.evidence import Evidence, fold, text_of, tidy
from crawlers.extraction.houses import Houses, is_person

_META_AUTHORS = (
    # these name the writer where "author" names the house
    "content_author",
    "dtk:author",
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
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|by|byline|staff|reporters?|contributors?|columnists?|journalists?|profiles?|"
    r"penulis|pewarta|tac-gia|writers?|autor(?:es|en|as?|i)?|autore|auteurs?|yazar)"
    r"/[^/?#]+/?(?:$|[?#])",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"author|byline|writer|reporter|journalist|penulis|pewarta|zuozhe|editor-?name|tac-?gia|"
    r"nguoi-?viet|(?:autor(?:es|en|as?|e|i)?|auteurs?|yazar)(?-i:(?![a-z]))|(?<![a-z])firma(?![a-z])",
    re.IGNORECASE,
)
_MAY_MARK = re.compile(
    r"aut|byline|writer|report|journal|penulis|pewarta|zuozhe|editor|tac-?gia|nguoi|yazar|firma"
)
"""What every mark holds, in small letters: ignoring case costs several times as much."""
_BY = re.compile(
    rf"(?:written )?(?:(?:{lead_words.BY}|penulis|pewarta)(?:\s|[:：៖])|"
    rf"(?:{lead_words.AUTHORS}|{lead_words.TEXTS}){lead_words.COLON}|記者|记者|作者|โดย)",
    re.IGNORECASE,
)
_ONLY_BY = re.compile(
    rf"\W*(?:written )?(?:{lead_words.BY}|{lead_words.AUTHORS}|{lead_words.TEXTS})?\W*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[,;、&]\s*)?(?:(?:and|und|et|y|e|dan|và|与|和)\b)?\s*", re.IGNORECASE)
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
    and unmarked credit lines; the first source that names a person wins. A house, a desk or an
    agency is named only where no source names a person, and the outlet itself never.
    """
    houses = Houses(evidence)
    fallback: list[str] = []
    for source, shown in _sources(evidence, text, language):
        names = _usable(source, houses)
        if people := list(dropwhile(houses.resembles, names)):
            return people
        # an agency that the byline shows too is the author: what stands beside it is a place
        if shown and names and names[0] in fallback and not houses.resembles_own(names[0]):
            return names
        fallback = fallback or names
    return fallback


def _sources(
    evidence: Evidence, text: str, language: str | None
) -> Iterator[tuple[list[str], bool]]:
    """Yield each source's bylines, the surest first, and whether a reader sees them."""
    yield list(_from_json_ld(evidence)), False
    for name in _META_AUTHORS:
        yield evidence.meta.get(name, []), False
    for byline in _from_byline(evidence):
        yield byline, True
    yield list(text_credits(text, language)), True
    for line in line_credits(evidence, language):
        yield [line], True


def _usable(bylines: list[str], houses: Houses) -> list[str]:
    names = [houses.cut_from(n) for byline in bylines for n in clean_names(tidy(byline))]
    unique = list({fold(name): name for name in reversed(names)}.values())[::-1]
    return [name for name in unique if not houses.owns(name)]


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
        if is_person(known):
            name = known.get("name")
            yield from (
                [jsonld.string(n) for n in name]
                if isinstance(name, list)
                else [jsonld.string(name)]
            )


def _from_byline(evidence: Evidence) -> Iterator[list[str]]:
    """Yield the marked bylines, those of the surest kind first; what stands together is one."""
    marked = list(_byline_elements(evidence.tree))
    for wanted in ("exact", "led", "linked", "named", "marked"):
        left = [
            (element, names)
            for kind, element in marked
            if kind == wanted and (names := _printed(element))
        ]
        while left:
            first = left[0][0]
            together = [pair for pair in left if pair[0] is first or _side_by_side(first, pair[0])]
            yield [name for _, names in together for name in names]
            left = [pair for pair in left if pair not in together]


def _printed(element: HtmlElement) -> list[str]:
    text = text_of(element)
    return (_led_links(element, text) or [text]) if 2 < len(text) <= MAX_BYLINE else []


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
    label = f"{element.get('class', '')} {element.get('id', '')} {element.get('data-testid', '')}"
    if not _MAY_MARK.search(label.lower()) or not _MARK.search(label) or _NOT_BYLINE.search(label):
        return None
    if _BY.match(text_of(element)):
        return "led"
    return "named" if "name" in label.lower() or element.tag == "a" else "marked"
