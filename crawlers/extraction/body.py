"""The article's text, by trafilatura, and by the page's own JSON-LD where that gives little.

Measured on 395 recorded pages (benchmarks/extraction_scores.py), mean 4-gram F1 of the body:
trafilatura's defaults .923, comments off .930, precision .942; with the two rules below .946;
with the paragraphs of `paragraphs.py` and the rule for whole stories .950.
"""

from __future__ import annotations

import re
import warnings
from configparser import ConfigParser
from copy import deepcopy
from functools import lru_cache

from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence, fold
from crawlers.extraction.paragraphs import weight, with_paragraphs

with warnings.catch_warnings():
    # its downloader, which we never use, warns that PySocks is not there
    warnings.simplefilter("ignore")
    import trafilatura
    from trafilatura.settings import DEFAULT_CONFIG
    from trafilatura.xpaths import BODY_XPATH

SHORT = 600
"""Weight (`paragraphs.weight`: characters of Latin text) under which a precise extraction is
checked against fuller ones. At 1000 and more the fuller ones bring related stories in on pages that
are short by nature."""

FULLER = 2.0
"""How many times longer a fuller extraction must be to replace a short precise one."""

SURE = 1_500
"""Weight from which trafilatura's own rules are believed without its second and third readers
(readability, jusText). Measured on 395 recorded pages: alone they take 3.2 s of CPU time instead of
5.6 and say the same on 386; the nine others all come out shorter than this: F1 stays .9416."""

WHOLE = 0.8
"""Share of a frame's characters from which a short extraction is the whole of it, and needs no
fuller reading, which would add what stands beside it. The rest are captions, credits and tags."""

MIN_WHOLE = 300
"""Weight of the least text that is a whole story, not the one teaser that stands in a frame."""

MIN_EXTRACTED_SIZE = 250
"""trafilatura's own setting, in characters, of how much it wants before it looks elsewhere."""

FRAMES = BODY_XPATH[:2]
"""trafilatura's expressions that find a story by names of its own, or as an `<article>`; the later
ones find the whole middle of a page."""

_TAG = re.compile(r"<[^>]{1,300}>")


def find_text(evidence: Evidence, title: str | None) -> str:
    """Extract the article's text without its headline; empty where there is none.

    Paragraphs are separated by line breaks. trafilatura runs with its precision settings, because
    comments and related stories cost more than a lost caption; where that leaves little, the
    JSON-LD articleBody, then trafilatura's balanced settings replace it if they hold twice as
    much; a text that is the whole of the story's frame gives way to the articleBody only.
    """
    least = _least(title)
    tree = with_paragraphs(evidence.tree, FRAMES)
    text = _by_trafilatura(tree, evidence.url, least, precise=True, fast=True)
    whole = MIN_WHOLE <= weight(text) < SURE and _is_whole(tree, text)
    if weight(text) < SURE and not whole:
        text = _by_trafilatura(tree, evidence.url, least, precise=True)
    if weight(text) < SHORT:
        text = _fuller(text, _declared_body(evidence))
    if weight(text) < SHORT and not whole:
        text = _fuller(text, _by_trafilatura(tree, evidence.url, least, precise=False))
    return _without_headline(text, title)


def _is_whole(tree: HtmlElement, text: str) -> bool:
    frames = (frame for expression in FRAMES for frame in expression(tree)[:1])
    size = _size(text)
    return any(size >= WHOLE * _size(frame.text_content()) for frame in frames)


def _size(text: str) -> int:
    return len("".join(text.split()))


@lru_cache(maxsize=256)
def _config(least: int) -> ConfigParser:
    """Trafilatura's settings, with another least size of an extraction."""
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(least)
    return config


def _least(title: str | None) -> int:
    """Characters in the script of a headline that say as much as trafilatura wants in Latin."""
    return round(MIN_EXTRACTED_SIZE * len(title) / weight(title)) if title else MIN_EXTRACTED_SIZE


def _by_trafilatura(
    tree: HtmlElement, url: str, least: int, *, precise: bool, fast: bool = False
) -> str:
    extracted: str | None = trafilatura.extract(
        tree,
        url=url,
        include_comments=False,
        favor_precision=precise,
        fast=fast,
        config=_config(least),
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
