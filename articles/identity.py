"""Identity: which address names an article, its id, and the hash of what it says."""

from __future__ import annotations

import hashlib
import ipaddress
import unicodedata
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url
from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from articles.errors import InvalidURLError

MAX_URL = 2_048
"""Characters in an address; longer ones are session noise or an attack."""


@cache
def _suffixes() -> TLDExtract:
    # The list that ships with tldextract: none is downloaded at run time.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def canonical_url(url: str) -> str:
    """Return the one form of an address under which an article is known.

    Scheme and host are folded (http becomes https where no port is named and the host is no
    number, since outlets serve both), user and fragment dropped, the query sorted and rid of
    tracking parameters (courlan's list), percent-encoding made uniform.

    Raises:
        InvalidURLError: no absolute http or https address with a host, or over 2,048 characters.
    """
    if len(url) > MAX_URL:
        raise InvalidURLError(f"Address of {len(url)} characters is over {MAX_URL}: {url[:80]}…")
    try:
        parts = urlsplit(canonicalize_url(normalize_url(url.strip())))
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
    return other if _owner(other) == _owner(own) and urlsplit(other).path != "/" else own


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


def _owner(canonical: str) -> str:
    return registered_domain(canonical) or urlsplit(canonical).netloc


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
