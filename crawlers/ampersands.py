"""Bare ampersands: many sitemaps write an address as it is, `?a=1&b=2`, and not as XML wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = 65_536
"""Bytes that are handed on together."""
_TOKENS = re.compile(
    # What is not closed reaches to the end, as it does for the parser: else each would be sought
    # for to the end of the document, in square time.
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|(?P<bare>&)(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,8}|#x[0-9A-Fa-f]{1,8});)",
    re.DOTALL,
)
"""Comments and CDATA, in which an ampersand is one, and the ampersands that start no reference."""


class EscapedAmpersands:
    """A document in XML as a stream, in which each ampersand that starts no reference is `&amp;`.

    libxml2 swallows such a one with the name behind it, and `?cat=1&id=1` comes out as `?cat=1=1`.
    Entities other than XML's own five are no references here, since none is ever expanded:
    `&eacute;` is kept as it is written. In pieces, for a hostile document may grow fivefold.
    """

    def __init__(self, document: bytes) -> None:
        """Take a document in UTF-8."""
        self._pieces = _pieces(document)

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - as a file has it
        """Return the next piece, of whatever length; nothing at the end."""
        return next(self._pieces, b"")


def _pieces(document: bytes) -> Iterator[bytes]:
    piece, start = bytearray(), 0
    for token in _TOKENS.finditer(document):
        if token["bare"] is None:
            continue
        piece += document[start : token.end()] + b"amp;"
        start = token.end()
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)
    for begin in range(start, len(document), _PIECE):
        yield document[begin : begin + _PIECE]
