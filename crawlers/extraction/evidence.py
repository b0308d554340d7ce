"""Everything a page says about itself, gathered in one pass over the parsed tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from urllib.parse import SplitResult, unquote, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.jsonld import Node

MAX_TEXT = 2_000
MAX_VALUES = 20
"""Values kept of one <meta> name: a page names up to a dozen authors, a hostile one anything."""
_SPACE = re.compile(r"[\s\u200b\ufeff\u00ad]+")
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
_NO_SPACE_BEFORE = re.compile(rf"[\s,.;:!?'’”)\]}}%{_NO_SPACES}]")
_NO_SPACE_AFTER = re.compile(rf"[\s‘“(\[{_NO_SPACES}]$")
_NOT_WORD = re.compile(r"[\W_]+")
_SITE_TYPES = {"WebSite", "NewsMediaOrganization", "Organization"}


@dataclass(slots=True)
class Evidence:
    """A page's own statements, before any choice between them.

    Attributes:
        tree: The parsed document; nothing may change it.
        url: The address that was fetched.
        meta: Contents of <meta> by lower-case name, property or itemprop, in page order.
        nodes: All JSON-LD nodes that describe this page.
        articles: Those of them that describe a news item, likeliest first.
        site_names: Names the outlet gives itself.
        host_names: Its host, its registered domain, and that domain's label.
    """

    tree: HtmlElement
    url: str
    meta: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    articles: list[Node] = field(default_factory=list)
    site_names: list[str] = field(default_factory=list)
    host_names: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """Return the first non-empty <meta> content among `names`, in their order."""
        return next((v for name in names for v in self.meta.get(name, ()) if v), None)

    def by_id(self, identifier: object) -> Node | None:
        """Find the fullest JSON-LD node with this @id."""
        same = [n for n in self.nodes if n.get("@id") == identifier and len(n) > 1]
        return max(same, key=len, default=None)


def split(url: str) -> SplitResult:
    """Split an address; one that is none (`http://[`) splits into nothing."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def tidy(text: str) -> str:
    """Unescape twice-escaped entities and fold white space, zero-width characters included."""
    if "&" in text:
        text = unescape(unescape(text))
    return _SPACE.sub(" ", text[:MAX_TEXT]).strip()


def fold(text: str) -> str:
    """Reduce a text to its letters and digits, case folded, for comparison."""
    return _NOT_WORD.sub("", text).casefold()


def text_of(element: HtmlElement, enough: int = MAX_TEXT) -> str:
    """Text of an element with folded white space; at most about `MAX_TEXT` characters of it.

    Reading ends after the part with which the folded text has more than `enough` characters. Parts
    from different elements get a space between them, except before punctuation and between
    characters of scripts that are written without spaces.
    """
    if not len(element):
        return tidy(element.text or "")
    text = ""
    for part in element.itertext():
        glued = not text or _NO_SPACE_BEFORE.match(part) or _NO_SPACE_AFTER.search(text[-2:])
        text += part if glued else f" {part}"
        if len(text) > enough and (len(text) > MAX_TEXT or len(tidy(text)) > enough):
            break
    return tidy(text)


def gather(tree: HtmlElement, url: str) -> Evidence:
    """Collect meta tags, JSON-LD and the outlet's names from a parsed page."""
    evidence = Evidence(tree, url)
    for element in tree.iter("meta"):
        content = element.get("content")
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if content and name:
            values = evidence.meta.setdefault(name.strip().lower(), [])
            if len(values) < MAX_VALUES:
                values.append(tidy(content))
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            evidence.nodes.extend(jsonld.parse(script.text))
    evidence.articles = _rank_articles(evidence)
    evidence.site_names = _site_names(evidence)
    evidence.host_names = _host_names(url)
    return evidence


def _rank_articles(evidence: Evidence) -> list[Node]:
    """Order the articles: of this address, of the page's headline, then the fullest."""
    articles = [node for node in evidence.nodes if jsonld.is_article(node)]
    if len(articles) < 2:
        return articles
    path, titles = _path(evidence.url), _stated_titles(evidence)

    def weight(node: Node) -> tuple[bool, float, int]:
        here = bool(path) and path in map(_path, jsonld.addresses(node))
        full = sum(bool(node.get(k)) for k in ("headline", "datePublished", "author"))
        return here, _share_of_title(node, titles), full

    return sorted(articles, key=weight, reverse=True)


def _path(address: str) -> str:
    return unquote(split(address).path).rstrip("/")


def _stated_titles(evidence: Evidence) -> list[str]:
    shown = islice(evidence.tree.iter("title", "h1"), MAX_VALUES)
    stated = [*evidence.meta.get("og:title", ()), *(text_of(element) for element in shown)]
    return [fold(title) for title in stated]


def _share_of_title(node: Node, titles: list[str]) -> float:
    """Return how much (0 to 1) of one of the page's titles a node's headline makes up."""
    headline = fold(tidy(jsonld.string(node.get("headline"))))
    shares = (len(headline) / len(title) for title in titles if headline and headline in title)
    return max(shares, default=0.0)


def _site_names(evidence: Evidence) -> list[str]:
    names = [
        *evidence.meta.get("og:site_name", ()),
        *evidence.meta.get("application-name", ()),
        *evidence.meta.get("apple-mobile-web-app-title", ()),
    ]
    for node in evidence.nodes:
        if "publisher" in node:
            names.append(jsonld.string(node["publisher"]))
        kinds = jsonld.types(node)
        if _SITE_TYPES.intersection(kinds) and "Person" not in kinds:
            names.extend(
                (jsonld.string(node.get("name")), jsonld.string(node.get("alternateName")))
            )
    return list(dict.fromkeys(tidy(name) for name in names if name and len(name) < 60))


def _host_names(url: str) -> list[str]:
    host = split(url).hostname or ""
    domain = extract_domain(url) or host
    return [name for name in (host.removeprefix("www."), domain, domain.partition(".")[0]) if name]
