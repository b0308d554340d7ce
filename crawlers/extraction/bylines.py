"""From a byline as printed to the names in it."""

from __future__ import annotations

import re

from crawlers.extraction import lead_words
from crawlers.extraction.han_bylines import han_names
from crawlers.extraction.korean_bylines import korean_names

MAX_NAMES = 12
MAX_NAME = 60
MAX_WORDS = 6
"""Words in the longest name believed: 'Maria del Carmen de la Cruz'; more is a sentence."""

_BY = (
    r"(?:(?:analysis|opinion|column|review|story|words|text|article|posts?|written|reported|reporting|"
    r"posted|published|compiled|contributed|view all posts)\s+)?by\s*[:：]?\s+"
)
_LABEL = (
    rf"(?:{lead_words.AUTHORS}|{lead_words.INTERVIEWERS}|{lead_words.TEXTS}|"
    rf"{lead_words.BY}|{lead_words.ORDINARY_BY})"
    rf"(?:{lead_words.COLON}|\s+[-–]\s+)"
)
_WORD = (
    rf"(?:{lead_words.BY}|作者|记者|記者|撰文|文|글|penulis|pewarta|tác giả|автор)\s+|"
    # these may be a name's first part: 'Di Maria' stays
    rf"(?:{lead_words.ORDINARY_BY})\s+(?=\S+\s+\S)|"
    r"(?:记者|記者|本报记者|本報記者)(?=\w)"
)
_ARABIC_PLACE = r"[\u0621-\u064a\s]{2,24}:\s*(?=[\u0621-\u064a])"
_LEAD = re.compile(rf"^\s*(?:{_BY}|{_LABEL}|{_WORD}|{_ARABIC_PLACE})", re.IGNORECASE)
_EDITOR = re.compile(
    r"^(?:edited|editing|edit|editors?|redaktur|biên tập|responsible|"
    r"责任编辑|責任編輯|责编|編輯|编辑|"
    r"校对|来源|來源|source|sumber|nguồn|ที่มา|photo(?:graph(?:y|s)?)?|foto|ảnh|图|圖|写真|사진)"
    r"(?:\s+by)?\s*[:：/／ ]",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:;|、|／|/|&|\s(?:and|und|et|y|e|en|ve|og|и|dan|và|与|和)\s|，|,)\s*")
_STOP = re.compile(
    r"\s*(?:[|•│]|\s[-–—]\s|\b(?:published|updated|posted|last updated|last modified|as told to|"
    r"contributions? from|(?:editor|penyunting|redaktur)\s*:|copyright)|\sin\s(?!')|"
    r"\b(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|"
    r"\bon\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|"
    r"\d{1,2}[:：]\d{2}|\b\d{1,2}\s+\w+\s+(?:19|20)\d\d|(?:19|20)\d\d\b|\d{1,2}[/.]\d{1,2}[/.]|"
    r"发布|更新|发表|發布|時間|时间)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\(?[\w.+-]+@[\w-]+\.[\w.]+\)?")
_HANDLE = re.compile(
    r"^@|^(?-i:[a-z][a-z0-9-]*)$|^\w*admin\w*$|creative commons|https?:|www\.|/|"
    # an initial is no host: 'H.MINH'
    r"\w{2}\.(?:com|net|org|cn|my|id|vn|th|ph|sg|jp|kr)\b|facebook|twitter|_|"
    r"^\S{2,}\.[a-z]{2,4}$",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\s*[(（\[【][^)）\]】]*[)）\]】]\s*")
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|contributor|columnist|producer|writer|journalist|officer|"
    r"analyst|head of|chief|director|professor|editorial|photographer|bureau|redaktur|wartawan|"
    r"phóng viên|ministr(?:y|ies)|business|md|ms|rdn?|phd|esq)\b\.?",
    re.IGNORECASE,
)
_WITH_AGENCY = re.compile(
    r"\s+(?i:avec|mit|con|com|with)\s+(?:[A-Z]{2,8}\b|(?i:agenc\w+|reuters|xinhua|efe|ansa|lusa)).*$"
)
_AGENCY_TAIL = re.compile(
    r"\s+(?:(?:the )?associated press|reuters|afp|ap|bloomberg|usa today|for .*|contributor)$",
    re.IGNORECASE,
)
_ROLE_TAIL = re.compile(
    r"\s+(?:@\w+|archive page|(?:(?:staff|senior|chief|business|city|globe|sports?|political|data|"
    r"opinion|special|editorial|contributing|associate|deputy|managing|news|freelance|science)\s+)*"
    r"(?:writer|columnist|correspondent|reporter|contributor|journalist|producer))$",
    re.IGNORECASE,
)
"""A role set in an element of its own behind the name, so that no comma parts them."""
_EAST_ASIAN_ROLE = re.compile(
    r"(?:[实實]习|见习|特约|特約|本[报報])?(?:记者|記者|论说委员|論説委員)$|\s?(?:선임|인턴|수습)?(?:기자|특파원|논설위원)$"
)
_GENERATION = {"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"}
_NOTHING = {
    "admin", "administrator", "editor", "editors", "author", "authors", "by", "none", "null",
    "unknown", "anonymous", "n/a", "redaksi", "redaction", "staff", "staff reports", "webmaster",
    "staff report", "from staff reports",
    "undefined", "guest", "newsroom", "reporter", "staff writer", "staff reporter", "news desk",
    "web desk", "online desk", "editorial", "小编", "本站", "佚名", "管理员", "本网",
    "กองบรรณาธิการ", "pv", "view author archive", "see full bio",
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")


def clean_names(byline: str) -> list[str]:
    """Split a byline into names, without its introduction, roles, dates, addresses and handles.

    Editors, photographers and sources named in their own right are left out. Empty where the
    byline is an address, a handle or a sentence.
    """
    text = _EMAIL.sub(" ", byline).strip(" \t,;|-–—•·:：")
    if _HANDLE.match(text) or _EDITOR.match(text):
        return []
    reporters = han_names(text)
    if reporters is not None:
        return reporters
    if reporters := korean_names(text):
        return reporters
    text = _without_lead(text)
    stop = _STOP.search(text)
    if stop and stop.start() >= 2:
        text = text[: stop.start()]
    text = _PARENTHESES.sub(" ", text).strip()
    parts = [_clean(part) for part in _SPLIT.split(text)]
    if len(parts) == 2 and parts[1] in _GENERATION:
        parts = [f"{parts[0]} {parts[1]}"]
    if not parts or not _is_name(parts[0]):
        return []
    more = [p for p in parts[1:] if _is_name(p) and not _ROLE.search(p) and not _is_acronym(p)]
    return [parts[0], *more][:MAX_NAMES]


def _without_lead(text: str) -> str:
    previous = None
    while previous != text:
        previous, text = text, _LEAD.sub("", text, count=1).strip()
    return text


def _clean(part: str) -> str:
    part = _without_lead(part.strip()).strip(" \t,;|-–—•·:：")
    part = _WITH_AGENCY.sub("", _EAST_ASIAN_ROLE.sub("", part).strip())
    for tail in (_AGENCY_TAIL, _ROLE_TAIL):
        shorter = tail.sub("", part)
        if len(shorter.split()) >= 2:
            part = shorter
    if part.isupper() and len(part.split()) > 1:
        part = part.title()
    return part.rstrip(".") if part.endswith("Jr.") else part


def _is_acronym(part: str) -> bool:
    return part.isupper() and len(part) <= 6 and part.isascii() and " " not in part


def _is_name(part: str) -> bool:
    if not 2 <= len(part) <= MAX_NAME or part.casefold() in _NOTHING or not _LETTER.search(part):
        return False
    if _HANDLE.search(part) or any(ch.isdigit() for ch in part):
        return False
    return len(part.split()) <= MAX_WORDS
