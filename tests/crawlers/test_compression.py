"""A gzip body is whole or torn, whatever else servers put into it."""

from __future__ import annotations

import gzip

import pytest

from crawlers.compression import is_whole

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
