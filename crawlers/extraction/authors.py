"""The authors: people (or agencies) named in JSON-LD, meta tags or the visible byline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.bylines import clean_names
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
_NO_PERSON = {"Organization", "NewsMediaOrganization", "Thing", "WebSite", "WebPage", "Corporation"}
_MARK = re.compile(
    r"author|byline|writer|reporter|journalist|penulis|zuozhe|editor-?name|tac-?gia|nguoi-?viet",
    re.I,
)
_NOT_BYLINE = re.compile(
    r"related|comment|social|share|avatar|image|img|photo|bio|desc|about|icon|date|time|card-list|footer|more|widget|sidebar|follow|caption|teaser|recommend|popular",
    re.I,
)
_FURNITURE = {"nav", "footer", "aside", "form", "figcaption", "figure"}
MAX_BYLINE = 160


def find_authors(evidence: Evidence) -> list[str]:
    """List the page's authors in its own order, first author first; empty where none is named.

    JSON-LD persons come first, then meta tags, then the visible byline; the first source that
    leaves at least one name after cleaning wins. Names that are the outlet's own are no authors.
    """
    for source in (_from_json_ld, _from_meta, _from_byline):
        names = _usable(source(evidence), evidence)
        if names:
            return names
    return []


def _usable(raw: Iterator[str], evidence: Evidence) -> list[str]:
    outlet = {fold(name) for name in evidence.site_names}
    names = [name for text in raw for name in clean_names(tidy(text))]
    unique = {fold(name): name for name in reversed(names)}
    kept = [name for name in dict.fromkeys(unique[fold(name)] for name in names)]
    return [name for name in kept if fold(name) not in outlet]


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
        if not _NO_PERSON.intersection(jsonld.types(known)):
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
    elements = [e for e in _byline_elements(evidence.tree)]
    for wanted in (_is_exact, _is_named, _is_marked):
        for element in elements:
            if wanted(element):
                text = text_of(element)
                if 2 < len(text) <= MAX_BYLINE and _usable(iter([text]), evidence):
                    yield text
                    return


def _byline_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    body = tree.find(".//body")
    found = 0
    for element in (tree if body is None else body).iter(
        "a",
        "span",
        "div",
        "p",
        "address",
        "strong",
        "h3",
        "h4",
        "h5",
        "li",
        "em",
        "b",
        "small",
        "section",
    ):
        if _is_exact(element) or _is_marked(element):
            if _FURNITURE.intersection(str(a.tag) for a in element.iterancestors()):
                continue
            yield element
            found += 1
            if found >= 40:
                return


def _is_exact(element: HtmlElement) -> bool:
    return element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split()


def _is_named(element: HtmlElement) -> bool:
    label = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return _is_marked(element) and ("name" in label or element.tag == "a")


def _is_marked(element: HtmlElement) -> bool:
    label = (
        f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    )
    return bool(_MARK.search(label)) and not _NOT_BYLINE.search(label)
