"""From a byline as printed to the names in it."""

from __future__ import annotations

import re

MAX_NAMES = 12
MAX_NAME = 60

_LEAD = re.compile(
    r"^\s*(?:(?:written|reported|posted|published|reporting|edited|compiled|story|words|text|article|"
    r"contributed|translated)?\s*by\s*[:：]?\s+|by\s*[:：]\s*|written by|authors?\s*[:：]|from\s+(?=[A-Z])|"
    r"oleh\s*[:：]?\s*|penulis\s*[:：]?\s*|reporter\s*[:：]\s*|"
    r"di\s+(?=[A-Z])|von\s+|par\s+|por\s+|bởi\s+|tác giả\s*[:：]?|ni\s+(?=[A-Z])|nina\s+(?=[A-Z])|"
    r"作者\s*[:：]?|记者\s*[:：]?|記者\s*[:：]?|撰文\s*[:：]?|文\s*[/／:：]\s*|编辑\s*[:：]|責任編輯\s*[:：]|"
    r"责任编辑\s*[:：]|来源\s*[:：]|來源\s*[:：]|โดย\s*[:：]?|ผู้เขียน\s*[:：]?|"
    r"執筆\s*[:：]?|文\s*=\s*|기자\s*[:：])",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|、|／|/| \| |\||•|·(?=\s)|&| and | und | et | y | e (?=[A-Z])| dan | và | at (?=[A-Z])|と|，|,)\s*"
)
_STOP = re.compile(
    r"\s*(?:[|•]|\s[-–—]\s|\b(?:published|updated|posted|last updated|last modified|on\s+(?:jan|feb|mar|apr|may|"
    r"jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)|as told to)\b|\d{1,2}:\d{2}|\b(?:19|20)\d\d\b|"
    r"\d{1,2}[/.]\d{1,2}[/.]|发布|更新|发表|發布|時間|时间)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_HANDLE = re.compile(
    r"^@|https?:|www\.|\.(?:com|net|org|cn|my|id|vn|th|ph|sg|jp)\b|facebook|twitter", re.IGNORECASE
)
_PARENTHESES = re.compile(r"\s*[(（\[【][^)）\]】]*[)）\]】]\s*")
_ROLE = re.compile(
    r"\b(?:staff writer|staff reporter|senior (?:reporter|writer|editor|correspondent)|reporter|correspondent|editor|"
    r"contributor|columnist|producer|writer|journalist|officer|analyst|head of|chief|director|professor|"
    r"editorial|photographer|bureau|redaktur|wartawan|phóng viên)\b",
    re.IGNORECASE,
)
_SUFFIX_WORDS = re.compile(
    r"\s+(?:the associated press|associated press|reuters|afp|ap|bloomberg|for the .*|staff|contributor)$",
    re.IGNORECASE,
)
_CJK_ROLE = re.compile(
    r"(?:本報|本报|实习|實習|特约|特約)?(?:记者|記者|编辑|編輯|기자|특파원|記者団)(?:\s|$)|^(?:记者|記者|编辑|編輯)\s*"
)
_NOTHING = {
    "admin", "administrator", "editor", "editors", "author", "by", "none", "null", "unknown", "anonymous",
    "n/a", "redaksi", "redaction", "staff", "webmaster", "undefined", "guest", "newsroom", "reporter",
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")


def clean_names(byline: str) -> list[str]:
    """Split a byline into names, without its introduction, roles, dates, addresses and handles.

    Agencies stay where the byline names nobody else. Empty where nothing in it is a name.
    """
    text = _EMAIL.sub(" ", byline).strip(" \t,;|-–—•·:：")
    previous = None
    while previous != text:
        previous, text = text, _LEAD.sub("", text, count=1).strip()
    text = _PARENTHESES.sub(" ", text).strip()
    stop = _STOP.search(text)
    if stop and stop.start() >= 2:
        text = text[: stop.start()]
    parts = [_clean(part) for part in _SPLIT.split(text)]
    if len(parts) == 2 and parts[1] in {"Jr", "Jr.", "Sr.", "II", "III", "MD", "PhD", "Ph.D."}:
        parts = [f"{parts[0]} {parts[1]}"]
    named = [part for index, part in enumerate(parts) if _is_name(part, first=index == 0)]
    return named[:MAX_NAMES]


def _clean(part: str) -> str:
    part = _LEAD.sub("", part.strip()).strip(" \t,;|-–—•·:：")
    part = _CJK_ROLE.sub("", part).strip()
    shorter = _SUFFIX_WORDS.sub("", part)
    if len(shorter.split()) >= 2:
        part = shorter
    if part.isupper() and len(part.split()) > 1:
        part = part.title()
    return part.rstrip(".") if part.endswith("Jr.") else part


def _is_name(part: str, *, first: bool) -> bool:
    if not 2 <= len(part) <= MAX_NAME or part.casefold() in _NOTHING or not _LETTER.search(part):
        return False
    if _HANDLE.search(part) or any(ch.isdigit() for ch in part) or len(part.split()) > 6:
        return False
    return first or not _ROLE.search(part)
