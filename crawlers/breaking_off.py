"""Documents that break off: a feed or sitemap whose generator died, or that a cache holds in part.

Readers of feeds forgive it, so that half a feed looks like a short one.
"""

from __future__ import annotations

import re

HEAD = 10_000
"""Bytes in which a document's root element is looked for."""

_BEFORE_ROOT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)[^>]*?(/?)>")


def breaks_off(document: bytes) -> bool:
    """Whether an XML document lacks the end of its root element; False for what is no XML."""
    head = document[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return False
    root = _ROOT.search(_BEFORE_ROOT.sub(b"", head))
    return root is not None and not root[2] and b"</" + root[1] not in document
