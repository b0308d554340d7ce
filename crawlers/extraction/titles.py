"""The headline: chosen by agreement between the page's heading, its meta data and its <title>."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice
from typing import TypeAlias
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence, fold, split, text_of, tidy

MAX_TITLE = 300
"""Longest headline believed; a longer one is a paragraph in a heading's clothes."""

MAX_DECLARED = 20
MAX_LESSER = 100
"""Lesser headings looked at for the declared title; a front page's list of stories has more."""
MAX_PARTS = 20

Heading: TypeAlias = tuple[HtmlElement, str]
"""A heading's element and its text."""

_SEPARATOR = re.compile(
    r"\s*[|｜丨¦‖_]+\s*|\s+(?:[-–—~·•»«›:/]|::)\s+|\s*--\s*|\s*[–—]{1,2}\s*|(?<=\w)-(?=\w)|:(?=\S)|\s*：\s*"
)
_HARD = re.compile(r"\s*[|｜丨¦‖_]+\s*")
_OUTLET_END = re.compile(
    r"(?:网|網|报|報|新闻|新聞|在线|線上|日报|日報|频道|頻道|卫视|電視|ニュース|オンライン|뉴스|일보|신문|"
    r"방송|ออนไลน์|\b(?:News|Online|Daily|Times|Herald|Tribune|Gazette|TV)|\w\.(?:com|net|org|id|vn|my))$"
)
"""Endings of outlets' names: they tell a name that the page declares nowhere else."""

_FURNITURE = {"nav", "footer", "aside", "form", "dialog"}
_HEADLINE_CLASS = re.compile(r"headline|title", re.IGNORECASE)
_DECK_CLASS = re.compile(r"sub-?_?(?:title|head)|deck|\bdek\b|standfirst|kicker", re.IGNORECASE)
_CHAIN = re.compile(r"(\s(?:[-–—|·•»/:＞>]|::|--)\s|--)")
_TITLE_CASE = re.compile(
    r"(?:The )?(?:[A-Z][\w.'’&-]*|of|and|the|di)(?: (?:[A-Z][\w.'’&-]*|of|and|the|di)){0,3}"
)
_META_TITLES = (
    "og:title",
    "twitter:title",
    "headline",
    "dc.title",
    "parsely-title",
    "sailthru.title",
)
_ARTICLE = re.compile(r"(?:the|an?|le|la|les|el|los|las|il|der|die|das)\s+", re.IGNORECASE)
_CUT_SHORT = re.compile(r"(?:\.\.\.|…)$")
_MASTHEAD_CLASS = re.compile(r"(?<![a-z])(?:logo|site-?_?(?:title|name))(?![a-z])", re.IGNORECASE)
_FRONT_PAGE = re.compile(r"/?(?:[a-z]{2}/?)?(?:index\.\w+|home)?/?")
_DECK_TAGS = {"span", "small", "time", "div", "p", "h2", "h3", "h4"}
"""Elements in a heading that may hold what is no part of it: <em> and <a> hold its words."""


def find_title(evidence: Evidence) -> str | None:
    """Choose the page's headline, without the outlet's name; None where the page states none.

    The visible heading wins where anything else on the page supports it, because og:title and
    JSON-LD are often rewritten for sharing and search. A heading that only names the outlet or a
    section is passed over.
    """
    declared = [c for c in _declared(evidence) if _is_headline(c, evidence)]
    heading = _heading(evidence, declared)
    if heading is None:
        return _whole(declared) if declared else None
    element, text = heading
    return _without_deck(element, declared) or _without_kicker(text, declared)


def _whole(declared: list[str]) -> str:
    """Return the likeliest declared title; the one that goes on where that is cut short."""
    first = declared[0]
    if not _CUT_SHORT.search(first):
        return first
    longer = (c for c in declared if len(c) > len(first) and fold(c).startswith(fold(first)))
    return next(longer, first)


def _declared(evidence: Evidence) -> list[str]:
    raw = [jsonld.string(node.get("headline")) for node in evidence.articles]
    raw += [value for name in _META_TITLES for value in evidence.meta.get(name, ())]
    title = evidence.tree.find(".//head/title")
    if title is None:
        title = evidence.tree.find(".//title")
    raw += [text_of(title)] if title is not None else []
    tidied = dict.fromkeys(tidy(value) for value in raw if value)
    raw = [value for value in tidied if len(value) <= 2 * MAX_TITLE][:MAX_DECLARED]
    return [c for c in (strip_site(value, evidence, raw) for value in raw) if c]


def strip_site(title: str, evidence: Evidence, others: Iterable[str] = ()) -> str:
    """Cut the outlet's and section's names off a title, at its separators.

    What stands before a separator is the headline where another source gives exactly that, or where
    what follows is a name of the outlet; after `|` and `_` a short rest goes in any case, elsewhere
    one that ends as outlets' names do. The host's name counts only behind a spaced or hard
    separator: 'China-ASEAN trade' on china.example is a headline.
    """
    title = _without_chain(title.strip(" |｜丨_"))
    declared = {fold(name) for name in evidence.site_names} | _sections(evidence)
    hosts = {fold(name) for name in evidence.host_names}
    whole = {fold(other) for other in others} - {fold(title)}
    alone = not whole
    for match in reversed(list(_SEPARATOR.finditer(title))):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if not head or not tail:
            continue
        hard = bool(_HARD.fullmatch(match[0]))
        names = declared if len(match[0].strip()) == len(match[0]) == 1 else declared | hosts
        named = fold(head) in whole or _is_name(tail, names)
        if named or _is_short_rest(match, head, tail) or (alone and _is_credit(match, head, tail)):
            return strip_site(head, evidence, others)
        if fold(tail) in whole or _is_name(head, names if hard else declared):
            return strip_site(tail, evidence, others)
    return title.strip()


def _is_short_rest(match: re.Match[str], head: str, tail: str) -> bool:
    if len(tail) > 30 or len(head) < 1.5 * len(tail):
        return False
    spaced = match[0] != match[0].strip()
    outlet = _OUTLET_END.search(tail)
    return bool(_HARD.fullmatch(match[0])) or bool(outlet and (spaced or not tail.isascii()))


def _is_credit(match: re.Match[str], head: str, tail: str) -> bool:
    """Tell whether a title that stands alone ends with a name behind a spaced dash.

    Short, each word with a capital, and much shorter than what stands before ('… - The Shore
    Post'): a clause of the headline has words without.
    """
    dash = match[0] != match[0].strip() and match[0].strip() in {"-", "–", "—"}
    return dash and len(head) >= 1.5 * len(tail) and bool(_TITLE_CASE.fullmatch(tail))


def _without_chain(title: str) -> str:
    """Cut a chain of sections off: 'Headline : Economy : News : Outlet'.

    That is two or more short parts behind the same spaced separator, after a longer first one.
    """
    marks = list(_CHAIN.finditer(title))
    if len(marks) < 2 or len({mark[1].strip() for mark in marks}) > 1:
        return title
    head, *rest = (part.strip() for part in _CHAIN.split(title)[::2])
    short = all(part and len(part) <= 20 and len(part) < len(head) for part in rest)
    return head if short and len(head) >= (10 if head.isascii() else 6) else title


def _is_name(text: str, known: set[str]) -> bool:
    folded = fold(text)
    if not folded or folded in known:
        return True
    return any(
        len(name) >= 4
        and len(folded) <= 2.5 * len(name)
        and (folded.startswith(name) or folded.endswith(name))
        for name in known
    )


def _sections(evidence: Evidence) -> set[str]:
    named = evidence.meta.get("article:section", []) + evidence.meta.get("section", [])
    return {fold(section) for section in named if section}


def _is_headline(text: str, evidence: Evidence) -> bool:
    folded = fold(text)
    if len(folded) < 3 or len(text) > MAX_TITLE or folded.isdigit():
        return False
    own_names = (*evidence.site_names, *evidence.host_names)
    return folded not in {fold(name) for name in own_names} | _sections(evidence)


def _heading(evidence: Evidence, declared: list[str]) -> Heading | None:
    headings = list(_headings(evidence, ("h1", "h2")))
    scored = [(_support(heading[1], declared), heading) for heading in headings]
    best, heading = max(scored, key=lambda item: item[0], default=(0.0, None))
    if heading and (best >= 0.5 or not declared):
        return heading
    # a lesser heading only where it says what is declared: related stories stand in them too
    exact = _exact(evidence, declared)
    alone = exact or _alone([(e, t) for e, t in headings if e.tag == "h1"], evidence)
    if alone:
        return alone
    lesser = _headings(evidence, ("h3",))
    return next((h for h in lesser if _support(h[1], declared) >= 0.8), None)


def _exact(evidence: Evidence, declared: list[str]) -> Heading | None:
    """Find the <h2> or <h3> that says just what is declared, whatever its class."""
    wanted = {fold(title) for title in declared}
    for element in islice(evidence.tree.iter("h2", "h3"), MAX_LESSER):
        text = text_of(element, MAX_TITLE)
        is_deck = _DECK_CLASS.search(element.get("class") or "")
        if fold(text) in wanted and not is_deck and not _in_furniture(element):
            return element, text
    return None


def _alone(headings: list[Heading], evidence: Evidence) -> Heading | None:
    """Choose the one <h1> of some length in the article's own part, though nothing agrees with it.

    It is a magazine's print title beside the one made for search engines; among several the one
    that is marked as the headline. What closes <title> is the outlet's name.
    """
    titles = [fold(text_of(title)) for title in evidence.tree.iter("title")][:1]
    own = [
        (element, text)
        for element, text in headings
        if _is_sentence(text)
        and not _in_furniture(element)
        and not any(fold(text) != t and t.endswith(fold(text)) for t in titles)
    ]
    if len(own) > 1:
        own = [(e, t) for e, t in own if _is_marked(e)]
    return own[0] if len(own) == 1 else None


def _is_marked(element: HtmlElement) -> bool:
    label = element.get("class") or ""
    classed = bool(_HEADLINE_CLASS.search(label)) and not _DECK_CLASS.search(label)
    return element.get("itemprop") == "headline" or classed


def _headings(evidence: Evidence, tags: tuple[str, ...]) -> Iterator[Heading]:
    """Headings that may be the headline: of these tags, or marked as it by schema.org."""
    seen: set[str] = set()
    body = evidence.tree.find(".//body")
    root = evidence.tree if body is None else body
    for element in root.iter(*tags, "div", "p", "span"):
        marked = element.get("itemprop") == "headline"
        label = element.get("class") or ""
        classed = element.tag in tags and _HEADLINE_CLASS.search(label)
        if not (element.tag == "h1" or marked or (classed and not _DECK_CLASS.search(label))):
            continue
        text = text_of(element)
        if text and text not in seen:
            seen.add(text)
            if _is_headline(text, evidence) and not _is_masthead(element, text, evidence):
                yield element, text
        if len(seen) >= 20:
            return


def _is_masthead(element: HtmlElement, text: str, evidence: Evidence) -> bool:
    """Tell whether an <h1> is the outlet's logo, or nothing but a link to its front page."""
    if element.tag != "h1":
        return False
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    link = element.find(".//a[@href]")
    return bool(_MASTHEAD_CLASS.search(label)) or (
        link is not None
        and _leads_to_front_page(link.get("href"), evidence)
        and text_of(link) == text
    )


def _leads_to_front_page(href: str, evidence: Evidence) -> bool:
    try:
        target = split(urljoin(evidence.url, href.strip()))
    except ValueError:
        return False
    return (
        target.scheme in {"http", "https"}
        and not target.query
        and target.path != split(evidence.url).path
        and bool(_FRONT_PAGE.fullmatch(target.path))
    )


def _support(text: str, declared: list[str]) -> float:
    """Likeness (0 to 1) of a heading to the most similar declared title."""
    folded = fold(text)
    return max((_likeness(folded, fold(other)) for other in declared), default=0.0)


def _likeness(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if short in long:
        return 0.6 + 0.4 * len(short) / len(long) if len(short) >= 8 else 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _in_furniture(element: HtmlElement) -> bool:
    ancestors = [str(a.tag) for a in element.iterancestors()]
    return bool(_FURNITURE.intersection(ancestors)) and "article" not in ancestors


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= 3 or len(fold(text)) >= 12


def _without_deck(heading: HtmlElement, declared: list[str]) -> str | None:
    """Return the declared title that a heading prints before a deck or date of its own element."""
    while len(heading) == 1 and not (heading.text or "").strip() and _ends(heading[0]):
        heading = heading[0]
    titles = {fold(title): title for title in reversed(declared)}
    before = heading.text or ""
    for child in islice(heading, MAX_PARTS):
        if child.tag in _DECK_TAGS and fold(before) in titles:
            is_last = all(part.tag in _DECK_TAGS and _ends(part) for part in child.itersiblings())
            whole = fold(text_of(heading)) in titles
            return titles[fold(before)] if is_last and _ends(child) and not whole else None
        before += "".join(child.itertext()) + (child.tail or "")
    return None


def _ends(child: HtmlElement) -> bool:
    return not (child.tail or "").strip()


def _without_kicker(heading: str, declared: list[str]) -> str:
    """Drop a kicker ('Opinion', 'LIVE |') that the heading has and the declared title has not."""
    for other in declared:
        if fold(other) == fold(heading):
            return heading
    for other in declared:
        if _CUT_SHORT.search(other) or len(fold(other)) < 8 or not heading.endswith(other):
            continue
        dropped = heading.removesuffix(other)
        if len(dropped) <= max(12, len(other) // 3) and not _ARTICLE.fullmatch(dropped):
            return other
    return heading
