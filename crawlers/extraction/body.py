"""The article's text, by trafilatura, and by the page's own JSON-LD where that gives little."""

from __future__ import annotations

import trafilatura

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence

MIN_TEXT = 200
"""Characters under which trafilatura's result is compared with the JSON-LD articleBody."""


def find_text(evidence: Evidence) -> str:
    """Extract the article's text, paragraphs separated by line breaks; empty where there is none."""
    text = trafilatura.extract(evidence.tree, url=evidence.url, include_comments=False) or ""
    if len(text) >= MIN_TEXT:
        return text
    declared = max(
        (jsonld.string(n.get("articleBody")) for n in evidence.articles), key=len, default=""
    )
    return declared if len(declared) > 2 * len(text) else text
