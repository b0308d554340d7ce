"""Compression: a compressed body that was cut short is a failed download, not a short page."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard
from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

GZIP = frozenset({b"gzip", b"x-gzip"})
_WITH_GZIP_HEADER = 31
"""zlib's wbits for a gzip stream with the largest window."""


class WholeBodyMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, which takes what it can get of a torn body, made strict."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - part of the signature
    ) -> Request | Response:
        """Return the response unpacked. Raises ResponseDataLossError where it is cut short."""
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        unpacked = super().process_response(request, response)
        if not isinstance(unpacked, Response) or unpacked is response:
            return unpacked
        whole = (
            is_whole(response.body, unpacked.body)
            if encoding in GZIP
            else has_ended(response.body, encoding)
        )
        if not whole:
            raise ResponseDataLossError(
                f"{response.url}: {encoding.decode('latin-1')} body of {len(response.body)} bytes "
                "is cut short"
            )
        return unpacked


def is_whole(packed: bytes, unpacked: bytes) -> bool:
    """Whether a gzip body ends where its stream does.

    A gzip stream ends with its unpacked length (RFC 1952, 2.3.1). Where that does not agree, for
    bodies of several streams or with padding behind, the streams are read to their end.
    """
    if int.from_bytes(packed[-4:], "little") == len(unpacked) % 2**32:
        return True
    rest = packed
    while rest:
        stream = zlib.decompressobj(_WITH_GZIP_HEADER)
        try:
            stream.decompress(rest)
        except zlib.error:
            return rest is not packed  # padding behind a whole stream
        if not stream.eof:
            return False
        rest = stream.unused_data
    return True


def has_ended(packed: bytes, encoding: bytes) -> bool:
    """Whether a brotli, zstd or deflate body ends where its stream does; True for any other.

    None of the three ends with its length. The body is unpacked once more, which is bounded: one
    that is too large unpacked has been refused before.
    """
    ended = _ENDED.get(encoding)
    return ended is None or not packed or ended(packed)


def _brotli_ended(packed: bytes) -> bool:
    stream = brotli.Decompressor()
    stream.process(packed)
    return bool(stream.is_finished())


def _zstd_ended(packed: bytes) -> bool:
    rest = packed
    while rest:  # a body may be of several frames
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            frame.decompress(rest)
        except zstandard.ZstdError:
            return rest is not packed
        if not frame.eof:
            return False
        rest = frame.unused_data
    return True


def _deflate_ended(packed: bytes) -> bool:
    stream: Any = zlib.decompressobj()
    try:
        stream.decompress(packed)
    except zlib.error:  # without zlib's header, as some servers send it
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        stream.decompress(packed)
    return bool(stream.eof)


_ENDED: dict[bytes, Callable[[bytes], bool]] = {
    b"br": _brotli_ended,
    b"zstd": _zstd_ended,
    b"deflate": _deflate_ended,
}
