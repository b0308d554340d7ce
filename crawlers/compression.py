"""Compression: a compressed body that was cut short is a failed download, not a short page."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import brotli  # type: ignore[import-untyped]
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 65_536
"""Bytes that are unpacked at a time, so that a bomb is met before it has gone off."""
_WITH_GZIP_HEADER = 31
"""zlib's wbits for a gzip stream with the largest window."""
GZIP_MAGIC = b"\x1f\x8b"


class UnpackedTooLargeError(_DecompressionMaxSizeExceeded):
    """A body is larger than it may be; Scrapy knows a bomb by the class above."""


class CutShortError(ResponseDataLossError):
    """A body ends before it is whole; what came is not damaged."""


class WholeBodyMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, which takes what it can get of a torn body, made strict."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """Return a body unpacked; Scrapy calls this for each of its encodings, the last first.

        Raises:
            ResponseDataLossError: the body is cut short or damaged.
            UnpackedTooLargeError: it is larger than `max_size`.
        """
        return unpacked(body, encoding.decode("latin-1"), max_size)


def unpacked(packed: bytes, encoding: str, max_size: int = 0) -> bytes:
    """Return a body unpacked, once: what shows whether it is whole is seen on the way.

    Args:
        packed: The body; an empty one is empty unpacked.
        encoding: gzip, x-gzip, deflate, br or zstd (RFC 9110, 8.4.1; RFC 8878).
        max_size: Bytes of the unpacked body at the most; 0 for any number.

    Raises:
        ResponseDataLossError: the body is cut short or damaged.
        UnpackedTooLargeError: it is larger than `max_size`.
    """
    whole = BytesIO()
    for piece in _PIECES[encoding](packed) if packed else ():
        whole.write(piece)
        if 0 < max_size < whole.tell():
            raise UnpackedTooLargeError(whole.tell(), max_size)
    return whole.getvalue()


def start_of(packed: bytes, encoding: str, most: int) -> bytes:
    """Return the first `most` bytes of a body unpacked; of one cut short, as far as it goes.

    Raises:
        ResponseDataLossError: the body is damaged.
    """
    start = BytesIO()
    with suppress(CutShortError):
        for piece in _PIECES[encoding](packed):
            start.write(piece)
            if start.tell() >= most:
                break
    return start.getvalue()[:most]


def _damaged(packed: bytes, encoding: str, problem: Exception) -> ResponseDataLossError:
    return ResponseDataLossError(f"{encoding} body of {len(packed)} bytes is damaged: {problem}")


def _cut_short(packed: bytes, encoding: str) -> CutShortError:
    return CutShortError(f"{encoding} body of {len(packed)} bytes is cut short")


def _gzip(packed: bytes) -> Iterator[bytes]:
    rest = packed
    while rest:  # a body may be of several streams
        stream = zlib.decompressobj(_WITH_GZIP_HEADER)
        try:
            yield from _by_zlib(stream, rest)
        except zlib.error as problem:
            if rest is not packed and not rest.startswith(GZIP_MAGIC):
                return  # padding behind a whole stream
            raise _damaged(packed, "gzip", problem) from None
        if not stream.eof:
            raise _cut_short(packed, "gzip")
        rest = stream.unused_data


def _deflate(packed: bytes) -> Iterator[bytes]:
    try:
        zlib.decompressobj().decompress(packed[:2])
        bits = zlib.MAX_WBITS
    except zlib.error:  # without zlib's header, as some servers send it
        bits = -zlib.MAX_WBITS
    stream = zlib.decompressobj(bits)
    try:
        yield from _by_zlib(stream, packed)
    except zlib.error as problem:
        raise _damaged(packed, "deflate", problem) from None
    if not stream.eof:
        raise _cut_short(packed, "deflate")


def _by_zlib(stream: Any, packed: bytes) -> Iterator[bytes]:
    piece, rest = b"", packed
    while not stream.eof and (rest or len(piece) == PIECE):
        piece, rest = stream.decompress(rest, PIECE), stream.unconsumed_tail
        yield piece


def _brotli(packed: bytes) -> Iterator[bytes]:
    stream, piece, rest = brotli.Decompressor(), b"", packed
    try:
        while not stream.is_finished() and (rest or piece):
            piece, rest = stream.process(rest, output_buffer_limit=PIECE), b""
            yield piece
    except brotli.error as problem:
        raise _damaged(packed, "br", problem) from None
    if not stream.is_finished():
        raise _cut_short(packed, "br")


def _zstd(packed: bytes) -> Iterator[bytes]:
    rest = packed
    while rest:  # a body may be of several frames
        stream, data = zstd.ZstdDecompressor(), rest
        try:
            while not stream.eof and (data or not stream.needs_input):
                piece, data = stream.decompress(data, PIECE), b""
                yield piece
        except zstd.ZstdError as problem:
            raise _damaged(packed, "zstd", problem) from None
        if not stream.eof:
            raise _cut_short(packed, "zstd")
        rest = stream.unused_data


_PIECES: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
