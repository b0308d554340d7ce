"""The article's text, by trafilatura, and by the page's own JSON-LD where that gives little.

Measured on 395 recorded pages (benchmarks/extraction_scores.py), mean 4-gram F1 of the body:
trafilatura's defaults .923, comments off .930, precision .942; with the two rules below .946.
"""

from __future__ import annotations

import re
import warnings

from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence
from crawlers.extraction.titles import fold

with warnings.catch_warnings():
    # its downloader, which we never use, warns that PySocks is not there
    warnings.simplefilter("ignore")
    import trafilatura

SHORT = 600
"""Characters under which a precise extraction is checked against fuller ones. At 1000 and more the
fuller ones bring related stories in on pages that are short by nature."""

FULLER = 2.0
"""How many times longer a fuller extraction must be to replace a short precise one."""

SURE = 1_500
"""Characters from which trafilatura's own rules are believed without its second and third readers
(readability, jusText). Measured on 395 recorded pages: alone they take 3.2 s of CPU time instead of
5.6 and say the same on 386; the nine others all come out shorter than this: F1 stays .9416."""

_TAG = re.compile(r"<[^>]{1,300}>")


def find_text(evidence: Evidence, title: str | None) -> str:
    """Extract the article's text without its headline; empty where there is none.

    Paragraphs are separated by line breaks. trafilatura runs with its precision settings, because
    comments and related stories cost more than a lost caption; where that leaves little, the
    JSON-LD articleBody, then trafilatura's balanced settings replace it if they hold twice as
    much.
    """
    text = _by_trafilatura(evidence, precise=True, fast=True)
    if len(text) < SURE:
        text = _by_trafilatura(evidence, precise=True)
    if len(text) < SHORT:
        text = _fuller(text, _declared_body(evidence))
    if len(text) < SHORT:
        text = _fuller(text, _by_trafilatura(evidence, precise=False))
    return _without_headline(text, title)


def _by_trafilatura(evidence: Evidence, *, precise: bool, fast: bool = False) -> str:
    tree: HtmlElement = evidence.tree
    extracted: str | None = trafilatura.extract(
        tree, url=evidence.url, include_comments=False, favor_precision=precise, fast=fast
    )
    return extracted or ""


def _fuller(text: str, other: str) -> str:
    return other if len(other) > FULLER * len(text) else text


def _declared_body(evidence: Evidence) -> str:
    bodies = (jsonld.string(node.get("articleBody")) for node in evidence.articles)
    return _TAG.sub("\n", max(bodies, key=len, default="")).strip()


def _without_headline(text: str, title: str | None) -> str:
    """Drop leading lines that only repeat the headline."""
    lines = text.split("\n")
    while title and len(lines) > 1 and fold(lines[0]) == fold(title):
        lines.pop(0)
    return "\n".join(lines).strip()
