"""Text and addresses from outside made fit to print: one line, bounded, without hidden controls."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_SPACE = re.compile(r"\s+")
# Joiners (U+200C, U+200D) are letters' business in Khmer, Burmese and Arabic script: they stay.
_KEPT_CONTROLS = frozenset("\u200c\u200d")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

MAX_TITLE = 300
MAX_SUMMARY = 420
MAX_EVIDENCE = 420
MAX_NAME = 80
MAX_LINK = 2_048


def clean(text: str, limit: int) -> str:
    """Return the text on one line of at most `limit` characters, cut with an ellipsis.

    Control characters, bidirectional overrides (which can make a line read backwards), lone
    surrogates and unassigned code points are dropped; white space is folded to single spaces.
    """
    head = text[: 8 * limit + 1_000]
    spaced = _SPACE.sub(" ", head)
    shown = "".join(
        char
        for char in spaced
        if char in _KEPT_CONTROLS or unicodedata.category(char) not in _HIDDEN
    ).strip()
    if len(shown) <= limit and len(head) == len(text):
        return shown
    return shown[: limit - 1].rstrip() + "…"


def safe_link(url: str) -> str | None:
    """Return the address if a reader may be sent there, else None.

    Only absolute http and https addresses with a host, without user names (which make one host
    look like another), white space or control characters, of at most 2,048 characters.
    """
    if len(url) > MAX_LINK or clean(url, MAX_LINK) != url or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    return url


def host_of(url: str | None) -> str:
    """Return the host that a safe link leads to, or an empty string."""
    return (urlsplit(url).hostname or "")[:MAX_NAME] if url else ""
