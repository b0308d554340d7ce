"""Bot walls: pages that say 200 (or 403, 429, 503) and hold a challenge instead of an article.

Recognised are the marks that the makers of such walls document or always leave, on a page without
text of its own: an article page may carry the same script beside its text. What is no known wall
and has no mark is not guessed at: it ends as `no_text` or `too_short`, as any empty page does.
"""

from __future__ import annotations

import re

from scrapy.http import Response
from w3lib.html import remove_tags, remove_tags_with_content

LOOKED_AT = 200_000
"""Bytes of a page that are looked at; recorded challenge pages have 1,000 to 60,000."""
ARTICLE_TEXT = 800
"""Characters of visible text from which a page is read as a page, whatever scripts it carries."""
BARE_TEXT = 400
"""Characters of visible text below which the words of a challenge are believed without a mark."""

HEADERS = {"cf-mitigated": b"challenge", "x-amzn-waf-action": b""}
"""Headers of Cloudflare's and AWS WAF's challenges, by their documentation, with their value."""

MARKS = (
    b"_cf_chl_opt",  # Cloudflare
    b"/cdn-cgi/challenge-platform/h/",
    b"cf-browser-verification",
    b"_incapsula_resource",  # Imperva Incapsula
    b"/_sec/cp_challenge/",  # Akamai
    b"sec-if-cpt-container",
    b"bm-verify=",
    b"captcha-delivery.com",  # DataDome
    b"window._pxappid",  # HUMAN (PerimeterX)
    b"px-captcha",
    b"sucuri_cloudproxy_js",
    b"awswafcookiedomainlist",
    b"acw_sc__v2",  # Alibaba Cloud
    b"ddos-guard/js-challenge",
)
WORDS = re.compile(
    r"checking (?:if the site connection is secure|your browser)|just a moment\.\.\.|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?human|are you a robot|"
    r"enable javascript and cookies to continue|pardon our interruption|"
    r"安全验证|人机验证|訪問驗證|访问验证",
    re.IGNORECASE,
)
_SCREEN = tuple(
    words.encode()
    for words in (
        "checking if the site connection",
        "checking your browser",
        "just a moment...",
        "you are human",
        "you are a human",
        "are you a robot",
        "enable javascript and cookies",
        "pardon our interruption",
        "安全验证",
        "人机验证",
        "訪問驗證",
        "访问验证",
    )
)
"""One of these is in each match of WORDS. Looking for them one by one takes a tenth of the time of
the expression, which took a fifth of a crawl process's."""
SCREENED = frozenset({200, 202, 403, 405, 429, 503})
"""Statuses under which walls answer."""


def is_bot_wall(response: Response, text_read: int = 0) -> bool:
    """Whether a response is a challenge to browsers, not the page that was asked for.

    What so many characters of article text were read from (`text_read`) is none, unless its headers
    announce one: such pages need not be looked through.
    """
    if response.status not in SCREENED:
        return False
    for name, value in HEADERS.items():
        sent = response.headers.get(name)
        if sent is not None and value in sent.lower():
            return True
    start = b"" if text_read >= ARTICLE_TEXT else response.body[:LOOKED_AT].lower()
    if b"<script" not in start:
        return False
    marked = any(mark in start for mark in MARKS)
    # The visible text is looked at last: making it takes ten times as long as all before.
    if not (marked or any(words in start for words in _SCREEN)):
        return False
    shown = _visible(start)
    if len(shown) >= ARTICLE_TEXT:
        return False
    return marked or (len(shown) < BARE_TEXT and WORDS.search(shown) is not None)


def _visible(page: bytes) -> str:
    markup = page.decode("utf-8", "replace")
    bare = remove_tags_with_content(markup, ("script", "style", "noscript", "svg"))
    return " ".join(remove_tags(bare).split())
