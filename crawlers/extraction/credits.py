"""Credits: the author's name where no mark-up tells it, in the forms that the press prints.

Agencies and papers of East Asia sign in the text itself: a dateline in brackets that names the
reporter, a signed last line, or a line that only says 'reporter: name'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawlers.extraction import lead_words
from crawlers.extraction.datelines import dateline_author
from crawlers.extraction.evidence import Evidence, text_of
from crawlers.extraction.han_bylines import HAN, han_names, is_person
from crawlers.extraction.korean_bylines import dateline_names, korean_names

NEAR = 40
"""Elements after the headline in which an unmarked 'By …' is a byline."""
MAX_CREDIT = 90
"""Characters of the longest line that is only a credit."""
MAX_LINES = 400
"""Short elements looked at: a hostile page has any number of them."""

MAX_HAN_CREDIT = 40
MAX_INTRODUCED = 40
"""Characters of the longest name believed behind 'by' in a script without capitals."""

_KANJI_NAME = r"[\u4e00-\u9fff々]{1,4}[ \u3000]?[\u4e00-\u9fffぁ-ん々ァ-ンー]{1,5}"
_DATELINE = re.compile(
    r"[（(〔【\[［](?P<inside>[^（(〔【\[［）)〕】\]］]{0,40}?(?:[记記]者|通[讯訊][员員])"
    r"[^（(〔【\[［）)〕】\]］]{2,60})[）)〕】\]］]"
)
_HAN_SENTENCE = re.compile(r"[。！？!?…「」“”]")
_HAN_GLUED = re.compile(r"[记記]者(?P<name>[\u4e00-\u9fff]{2,})")
_REPORTS_END = re.compile(r"(?:報導|报导|报道|報道|[电電])\W*$")
_SIGNED = re.compile(rf"(?:[【（(](?P<names>{_KANJI_NAME})[】）)])$")
_LABELLED = re.compile(
    rf"(?:(?:{lead_words.AUTHORS}|[\u4e00-\u9fff]{{2,6}}[记記]者|oleh|โดย|撰文|文|글)\s*[:：|｜丨/／]|"
    rf"(?:bài|tin)[^:]{{0,10}}ảnh\s*:)\s*(?P<names>\S.{{1,60}})",
    re.IGNORECASE,
)
_BY_WORD = re.compile(
    r"(?P<lead>(?:(?:written|posted|published|reported|story|words|ditulis|publicado|publié|escrito)"
    rf"\s+)?(?:{lead_words.BY})\s*[:：៖]?\s+|(?:{lead_words.TEXTS})\s*[:：៖]\s*)"
    r"(?!(?:the (?:numbers|way)|invitation)\b)(?P<names>[^!?]{4,})",
    re.IGNORECASE,
)
_ORDINARY_BY_WORD = re.compile(
    rf"(?P<lead>(?:{lead_words.ORDINARY_BY})\s+)(?P<names>[^!?]{{4,}})", re.IGNORECASE
)
_VIETNAMESE_NAME = re.compile(
    r"(?:[A-ZÀ-ỸĐ][a-zà-ỹđ]+(?:\s[A-ZÀ-ỸĐ][a-zà-ỹđ]+){1,3}|[A-ZÀ-ỸĐ]{2,}(?:\s[A-ZÀ-ỸĐ]{2,}){1,3}|"
    r"(?:[A-ZĐ]\.\s?){1,2}[A-ZÀ-ỸĐ][A-ZÀ-Ỹa-zà-ỹĐđ]+)"
)
_VIETNAMESE_SOURCE = re.compile(r"\(?theo\s", re.IGNORECASE)
_TWO_CAPITALS = re.compile(r"[^\W\d_a-z][\w.'’-]+\s(?:[a-z']{1,3}\s){0,3}[^\W\d_a-z]\w+")
_PARENTHESIS_END = re.compile(r"\s*\([^()]{1,60}\)$")
_TAGS = ("p", "div", "span", "li", "em", "i", "small", "strong", "address")
_FURNITURE = {"nav", "footer", "aside", "form", "figcaption", "figure", "header"}


def text_credits(text: str, language: str | None) -> Iterator[str]:
    """Yield the names in an article's own text: its opening dateline, then its signed last line."""
    opening, lines = text[:240], [line.strip() for line in text.split("\n") if line.strip()]
    if match := _DATELINE.search(opening):
        yield from han_names(match["inside"]) or ()
    else:
        yield from dateline_names(opening)
    last = lines[-1] if lines else ""
    primary = (language or "").split("-")[0]
    if primary == "ko":
        yield from dateline_names(last[-MAX_CREDIT:])
    elif primary == "ja" and (match := _SIGNED.search(last[-MAX_CREDIT:])):
        yield match["names"]
    elif primary == "vi" and (name := _vietnamese_signature(lines)):
        yield name


def _vietnamese_signature(lines: list[str]) -> str | None:
    """Return the name that a text ends with; the source may be named below or behind it."""
    signed = [line for line in lines[-2:] if not _VIETNAMESE_SOURCE.match(line)]
    name = _PARENTHESIS_END.sub("", signed[-1]) if signed else ""
    return name if len(lines) > 2 and _VIETNAMESE_NAME.fullmatch(name) else None


def line_credits(evidence: Evidence, language: str | None) -> Iterator[str]:
    """Yield the short lines of a page that are nothing but a credit, in page order."""
    body = evidence.tree.find(".//body")
    after_heading = NEAR + 1
    seen = 0
    ordinary = (language or "").split("-")[0] in lead_words.ORDINARY_BY_LANGUAGES
    by_words = (_BY_WORD, _ORDINARY_BY_WORD) if ordinary else (_BY_WORD,)
    for element in (evidence.tree if body is None else body).iter("h1", *_TAGS):
        after_heading = 0 if element.tag == "h1" else after_heading + 1
        if element.tag == "h1" or element.find(".//p") is not None:
            continue
        text = text_of(element)
        if not 3 <= len(text) <= MAX_CREDIT:
            continue
        seen += 1
        if seen > MAX_LINES:
            return
        near = after_heading <= NEAR
        credit = _signature(element, text) or (dateline_author(text) if near else None)
        credit = credit or _credit(text) or (_introduced(text, by_words) if near else None)
        if credit and not _in_furniture(element):
            yield credit


def _signature(element: HtmlElement, text: str) -> str | None:
    name = _PARENTHESIS_END.sub("", text)
    return name if _VIETNAMESE_NAME.fullmatch(name) and _is_at_the_right(element) else None


def _credit(text: str) -> str | None:
    if len(text) <= MAX_HAN_CREDIT and HAN.search(text) and _is_han_credit(text):
        return ", ".join(han_names(text) or ()) or None
    if match := _LABELLED.match(text):
        return match["names"]
    return ", ".join(korean_names(text)) or None


def _is_han_credit(text: str) -> bool:
    """Tell a line that is only a byline from a sentence on a reporter."""
    if _HAN_SENTENCE.search(text):
        return False
    glued = _HAN_GLUED.search(text)
    return not glued or bool(_REPORTS_END.search(text)) or is_person(glued["name"])


def _introduced(text: str, by_words: Iterable[re.Pattern[str]]) -> str | None:
    """Return what stands behind 'By' or 'Text:', where it begins as a name does.

    A lead word in small letters may be a preposition in a sentence: two capitals must follow it.
    """
    match = next((match for form in by_words if (match := form.match(text))), None)
    if match is None:
        return None
    names = match["names"]
    if not names[0].isupper():
        plain = names[0].isalpha() and not names[0].islower()
        return names if plain and len(names) <= MAX_INTRODUCED else None
    sure = match["lead"][0].isupper() and not match["lead"].rstrip().endswith((":", "："))
    return names if sure or _TWO_CAPITALS.match(names) else None


def _is_at_the_right(element: HtmlElement) -> bool:
    """Whether a line is set at the right, where Vietnamese papers sign."""
    style = f"{element.get('style') or ''} {element.get('align') or ''}".replace(" ", "")
    return style == "right" or "text-align:right" in style


def _in_furniture(element: HtmlElement) -> bool:
    return bool(_FURNITURE.intersection(str(a.tag) for a in element.iterancestors()))
