"""Compression: a compressed body that was cut short is a failed download, not a short page."""

from __future__ import annotations

import zlib

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

GZIP = frozenset({b"gzip", b"x-gzip"})
_WITH_GZIP_HEADER = 31
"""zlib's wbits for a gzip stream with the largest window."""


class WholeBodyMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, which takes what it can get of a torn gzip body, made strict."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - part of the signature
    ) -> Request | Response:
        """Return the response unpacked. Raises ResponseDataLossError where it is cut short."""
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        unpacked = super().process_response(request, response)
        if not isinstance(unpacked, Response) or encoding not in GZIP:
            return unpacked
        if not is_whole(response.body, unpacked.body):
            raise ResponseDataLossError(
                f"{response.url}: gzip body of {len(response.body)} bytes is cut short"
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
