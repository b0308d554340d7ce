"""References to surrogates: some generators of XML write a character as its two halves."""

from __future__ import annotations

import re

from articles.record import whole

_REFERENCES = re.compile(
    rb"(?:&(?:amp;)?#(?:x0*d[89a-f][0-9a-f]{2}"
    rb"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));)+",
    re.IGNORECASE,
)
"""References to U+D800 to U+DFFF, one behind the other."""
_NUMBER = re.compile(rb"#(x?)([0-9a-f]+);", re.IGNORECASE)


def whole_references(markup: bytes) -> bytes:
    """Return UTF-8 markup without references to surrogates, which no parser of XML reads.

    Some generators write an emoji as two of them: `&#55357;&#56832;`.
    """
    return _REFERENCES.sub(_character, markup)


def _character(references: re.Match[bytes]) -> bytes:
    numbers = _NUMBER.findall(references[0])
    halves = (chr(int(digits, 16 if x else 10)) for x, digits in numbers)
    return whole("".join(halves)).encode()
