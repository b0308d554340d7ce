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

from crawlers.compression import UnpackedTooLargeError, WholeBodyMiddleware, unpacked

TEXT = b"The ferry to Cebu leaves at noon. " * 400
WHOLE = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("packed", "text"),
    [
        (WHOLE, TEXT),
        (WHOLE + WHOLE, TEXT + TEXT),
        (WHOLE + b"\x00" * 64, TEXT),
        (gzip.compress(b"", mtime=0), b""),
        (b"", b""),
    ],
    ids=["one stream", "two streams", "padding", "empty", "nothing"],
)
def test_whole_bodies(packed: bytes, text: bytes) -> None:
    assert unpacked(packed, "gzip") == text


@pytest.mark.parametrize("cut", [1, 4, 9, 40, len(WHOLE) - 12])
@pytest.mark.parametrize("before", [b"", WHOLE], ids=["one stream", "two streams"])
def test_torn_bodies(cut: int, before: bytes) -> None:
    with pytest.raises(ResponseDataLossError, match=r"gzip body of \d+ bytes is cut short"):
        unpacked(before + WHOLE[:-cut], "gzip")


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


@pytest.mark.parametrize(("encoding", "packed"), [*PACKED, (b"gzip", WHOLE)], ids=[*NAMES, "gzip"])
def test_other_encodings_are_whole_torn_damaged_or_too_large(
    encoding: bytes, packed: bytes
) -> None:
    name = encoding.decode()
    frames = packed.count(packed[:16])
    assert unpacked(packed, name, len(TEXT) * frames) == TEXT * frames
    with pytest.raises(ResponseDataLossError, match="cut short"):
        unpacked(packed[:-3], name)
    with pytest.raises(ResponseDataLossError, match="damaged"):
        unpacked(b"\xff" * 40, name)
    with pytest.raises(UnpackedTooLargeError):
        unpacked(packed, name, len(TEXT) - 1)


def _answered(body: bytes, *encodings: str) -> Response:
    middleware = WholeBodyMiddleware.from_crawler(get_crawler())
    headers = {"Content-Encoding": list(encodings), "Content-Type": "text/html"}
    response = HtmlResponse("https://outlet.example/a", headers=headers, body=body)
    answer = middleware.process_response(Request(response.url), response)
    assert isinstance(answer, Response)
    return answer


@pytest.mark.parametrize(("encoding", "packed"), [*PACKED, (b"gzip", WHOLE)], ids=[*NAMES, "gzip"])
def test_a_torn_body_is_no_response(encoding: bytes, packed: bytes) -> None:
    answer = _answered(packed, encoding.decode())
    assert answer.body.startswith(TEXT)
    assert "Content-Encoding" not in answer.headers
    with pytest.raises(ResponseDataLossError, match="is cut short"):
        _answered(packed[:-3], encoding.decode())


@pytest.mark.parametrize("encodings", [("gzip, br",), ("gzip", "br"), ("GZIP , BR",)])
def test_a_body_packed_twice_is_whole_or_torn(encodings: tuple[str, ...]) -> None:
    assert _answered(brotli.compress(WHOLE), *encodings).body == TEXT
    with pytest.raises(ResponseDataLossError, match="gzip body"):
        _answered(brotli.compress(WHOLE[:-9]), *encodings)
    with pytest.raises(ResponseDataLossError, match="br body"):
        _answered(brotli.compress(WHOLE)[:-3], *encodings)


def test_a_body_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    made = brotli.Decompressor

    def counted() -> object:
        begun.append(1)
        return made()

    monkeypatch.setattr(brotli, "Decompressor", counted)
    _answered(brotli.compress(TEXT), "br")
    assert begun == [1]
