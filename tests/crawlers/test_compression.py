"""A compressed body is whole or torn, whatever else servers put into it."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawlers.compression import WholeBodyMiddleware, has_ended, is_whole

TEXT = b"The ferry to Cebu leaves at noon. " * 400
WHOLE = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("packed", "unpacked"),
    [
        (WHOLE, TEXT),
        (WHOLE + WHOLE, TEXT + TEXT),
        (WHOLE + b"\x00" * 64, TEXT),
        (gzip.compress(b"", mtime=0), b""),
    ],
    ids=["one stream", "two streams", "padding", "empty"],
)
def test_whole_bodies(packed: bytes, unpacked: bytes) -> None:
    assert is_whole(packed, unpacked)


@pytest.mark.parametrize("cut", [1, 4, 9, 40, len(WHOLE) - 12])
def test_torn_bodies(cut: int) -> None:
    torn = WHOLE[:-cut]
    assert not is_whole(torn, TEXT[: len(TEXT) // 2])


def test_a_torn_second_stream() -> None:
    assert not is_whole(WHOLE + WHOLE[:-20], TEXT + TEXT[:100])


def _raw_deflate(text: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(text) + stream.flush()


PACKED = [
    (b"br", brotli.compress(TEXT)),
    (b"zstd", zstandard.compress(TEXT)),
    (b"zstd", zstandard.compress(TEXT) * 2),
    (b"deflate", zlib.compress(TEXT)),
    (b"deflate", _raw_deflate(TEXT)),
]
NAMES = ["br", "zstd", "zstd, two frames", "deflate", "deflate without a header"]


@pytest.mark.parametrize(("encoding", "packed"), PACKED, ids=NAMES)
def test_other_encodings_are_whole_or_torn(encoding: bytes, packed: bytes) -> None:
    assert has_ended(packed, encoding)
    assert not has_ended(packed[:-3], encoding)


@pytest.mark.parametrize(("encoding", "packed"), [*PACKED, (b"gzip", WHOLE)], ids=[*NAMES, "gzip"])
def test_a_torn_body_is_no_response(encoding: bytes, packed: bytes) -> None:
    def unpacked(body: bytes) -> Request | Response:
        headers = {"Content-Encoding": encoding, "Content-Type": "text/html"}
        response = HtmlResponse("https://outlet.example/a", headers=headers, body=body)
        return middleware.process_response(Request(response.url), response)

    middleware = WholeBodyMiddleware.from_crawler(get_crawler())
    answer = unpacked(packed)
    assert isinstance(answer, Response)
    assert answer.body.startswith(TEXT)
    with pytest.raises(ResponseDataLossError, match="is cut short"):
        unpacked(packed[:-3])
