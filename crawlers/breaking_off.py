"""Documents that break off: a feed or sitemap whose generator died, or that a cache holds in part.

Readers of feeds forgive it, so that half a feed looks like a short one.
"""

from __future__ import annotations

import re

HEAD = 10_000
"""Bytes in which a document's root element is looked for."""

_BEFORE_ROOT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)[^>]*?(/?)>")


_END_OF_ITEM = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry|url|sitemap|channel)\s*>\s*\Z")
_TAIL = 1_000


def breaks_off(document: bytes) -> bool:
    """Whether an XML document lacks the end of its root element; False for what is no XML.

    One that ends right behind an item passes: some outlets' feeds never have their last tags.
    """
    head = document[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return False
    root = _ROOT.search(_BEFORE_ROOT.sub(b"", head))
    if root is None or root[2] or b"</" + root[1] in document:
        return False
    return _END_OF_ITEM.search(document[-_TAIL:]) is None
