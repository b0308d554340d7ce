"""Identity: which address names an article, its id, and the hash of what it says."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from html import unescape
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url
from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from articles.errors import InvalidURLError
from articles.trackers import names_no_page, without_trackers

MAX_URL = 2_048
"""Characters in an address; longer ones are session noise or an attack."""


ALIKE = 0.5
"""The share of common letter sequences from which two titles, or two texts, may be one story's.

Different stories of an outlet have 0.01 in common in their texts (the middle of 211 pairs of
recorded pages; 0.36 the most) and 0.04 in their titles (40,000 pairs of headlines; one in two
thousand over 0.5). What is kept of a story in a new version, or cut for a small screen, has more.
"""
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|amp|apos|gt|lt|quot);", re.IGNORECASE)
"""Ended by its semicolon: `&section=2` is no `§ion=2`."""
TITLE_LETTERS, TEXT_LETTERS = 3, 8
"""Letters in a sequence. Not words: Chinese, Thai, Lao and Khmer do not part them."""


@cache
def _suffixes() -> TLDExtract:
    # The list that ships with tldextract: none is downloaded at run time.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def canonical_url(url: str) -> str:
    """Return the one form of an address under which an article is known.

    Scheme and host are folded (http becomes https where no port is named and the host is no
    number, since outlets serve both), user and fragment dropped, the query sorted and rid of
    tracking parameters (`articles.trackers`), percent-encoding made uniform.

    Raises:
        InvalidURLError: no absolute http or https address with a host, or over 2,048 characters.
    """
    return _canonical(url, _tidied)


def former_canonical_url(url: str) -> str:
    """Return the form that `canonical_url` gave an address before it had trackers of its own.

    States and archives know articles under it. It drops what may name an article (`?cid=5`), so
    several articles may have the same. Raises InvalidURLError as `canonical_url` does.
    """
    return _canonical(url, normalize_url)


def _canonical(url: str, tidied: Callable[[str], str]) -> str:
    if len(url) > MAX_URL:
        raise InvalidURLError(f"Address of {len(url)} characters is over {MAX_URL}: {url[:80]}…")
    try:
        parts = urlsplit(canonicalize_url(tidied(url.strip())))
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise InvalidURLError(f"{url!r} is no web address: {problem}") from problem
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidURLError(f"{url!r} is no absolute http or https address")
    scheme = "https" if port in {None, 80, 443} and not _is_number(host) else parts.scheme
    shown = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port not in {80, 443}:
        shown = f"{shown}:{port}"
    return urlunsplit((scheme, shown, parts.path or "/", parts.query, ""))


def _tidied(url: str) -> str:
    """Return an address with host and path as courlan has them, and its query without trackers.

    courlan's own reading of queries drops what has no value and what is not in UTF-8.
    """
    parts = urlsplit(_ENTITY.sub(lambda entity: unescape(entity[0]), url))
    tidy: str = normalize_url(parts._replace(query="", fragment=""))
    query = "&".join(without_trackers(parts.query))
    return f"{tidy}?{query}" if query else tidy


def is_front_page(url: str) -> bool:
    """Whether an address (absolute, or in canonical form) has nothing that may name an article."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and names_no_page(parts.query)


def trusted_canonical(fetched: str, stated: str | None) -> str:
    """Return the canonical URL of a page, believing its rel=canonical only on its own domain.

    A page may name another address of its registered domain (for numbers and single names: of its
    host and port) as canonical; anything else would let it take over another outlet's article.
    The front page is never believed: broken templates state it on every page.
    """
    own = canonical_url(fetched)
    if not stated:
        return own
    try:
        other = canonical_url(stated)
    except InvalidURLError:
        return own
    return other if _owner(other) == _owner(own) and not is_front_page(other) else own


def registered_domain(url: str) -> str | None:
    """Return an address's registered domain (bbc.co.uk); None for numbers and bare names."""
    return _suffixes()(urlsplit(url).hostname or "").top_domain_under_public_suffix or None


def article_id(canonical: str) -> str:
    """Return the article's id: the first 32 hexadecimal digits of the canonical URL's SHA-256."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def content_hash(title: str, text: str) -> str:
    """Return a hash of what an article says, blind to white space, width and case."""
    folded = "\n".join(
        " ".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in (title, text)
    )
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plainly_another(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two articles, each as title and text, plainly tell different stories.

    Titles and texts must both differ: the second page of a story has its title, and a new version
    under another title its text.
    """
    (title, text), (other_title, other_text) = one, other
    return (
        _in_common(title, other_title, TITLE_LETTERS) < ALIKE
        and _in_common(text, other_text, TEXT_LETTERS) < ALIKE
    )


def _in_common(one: str, other: str, letters: int) -> float:
    """Return which share of the sequences of letters of the shorter text the other has too."""
    mine, theirs = _sequences(one, letters), _sequences(other, letters)
    return len(mine & theirs) / min(len(mine), len(theirs))


def _sequences(text: str, letters: int) -> set[str]:
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return {folded[at : at + letters] for at in range(max(1, len(folded) - letters + 1))}


def _owner(canonical: str) -> str:
    return registered_domain(canonical) or urlsplit(canonical).netloc


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
