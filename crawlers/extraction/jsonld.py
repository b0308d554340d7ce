"""The page's own structured data (schema.org as JSON-LD), broken or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

MAX_SCRIPT_CHARACTERS = 1_000_000
MAX_NODES = 500
MAX_DEPTH = 12

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)+|(?://)?\s*(?:-->|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_STRING_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|description|inLanguage)"\s*:\s*'
    r'"((?:[^"\\]|\\.){1,2000})"'
)
_AUTHOR_FIELD = re.compile(
    r'"author"\s*:\s*[\[{][^\]}]{0,500}?"name"\s*:\s*"((?:[^"\\]|\\.){1,200})"'
)
_ARTICLE = re.compile(r"(?:article|posting|reportage|report|review|liveblog)$", re.IGNORECASE)


def parse(script: str) -> list[Node]:
    """Parse one JSON-LD script into its nodes, outermost first.

    Broken JSON is mended (comments, trailing commas, raw control characters); what still does not
    parse is searched for the fields that matter. Never raises.
    """
    text = _WRAPPING.sub("", script[:MAX_SCRIPT_CHARACTERS]).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return list(_nodes(json.loads(attempt, strict=False), 0))[:MAX_NODES]
        except (ValueError, RecursionError):
            continue
    return _salvage(text)


def is_article(node: Node) -> bool:
    """Tell whether a node describes a news item (NewsArticle and its kin), by its @type."""
    return any(_ARTICLE.search(kind) for kind in types(node))


def types(node: Node) -> list[str]:
    """List a node's @type values without their vocabulary prefix."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [v.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for v in values if isinstance(v, str)]


def string(value: object) -> str:
    """Return the text of a JSON-LD value: a string, the first of a list, or a node's name."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return unescape(value).strip() if isinstance(value, str) else ""


def stamp(value: object) -> str:
    """Return the text of a date, which some outlets write as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else string(value)


def addresses(node: Node) -> list[str]:
    """List the addresses under which a node says that it is published."""
    listed: list[object] = []
    for value in (node.get("url"), node.get("mainEntityOfPage"), node.get("@id")):
        listed += value if isinstance(value, list) else [value]
    named = (v.get("@id") or v.get("url") if isinstance(v, dict) else v for v in listed)
    return [address for address in named if isinstance(address, str)]


def _nodes(value: object, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:MAX_NODES]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "@id" in value or "headline" in value:
            yield value
        # items of a list (related stories) are other articles and stay out
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "author", "publisher"):
            if isinstance(value.get(key), dict | list):
                yield from _nodes(value[key], depth + 1)


def _salvage(text: str) -> list[Node]:
    node: Node = {}
    for key, value in _STRING_FIELD.findall(text):
        node.setdefault(key, _unquote(value))
    if author := _AUTHOR_FIELD.search(text):
        node["author"] = {"@type": "Person", "name": _unquote(author[1])}
    return [{"@type": "Article", **node}] if node else []


def _unquote(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value
