"""Bytes to text: which encoding a page or feed is really in, whatever it says.

The order of belief is the byte order mark, the HTTP header, the document's own declaration, then
detection by charset-normalizer. A declaration is overruled when the bytes disprove it: what is
UTF-8 but for a few broken characters is UTF-8 (other encodings almost never form it by chance), and
a declared encoding that leaves decoding errors or unlikely text is replaced by the detected one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

CANDIDATES = [
    "utf_8",
    "gb18030",
    "big5",
    "cp874",
    "cp1258",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "cp1252",
    "cp1251",
]
"""Encodings of the region's press. Detection among all of charset-normalizer's takes French for
Baltic (cp1257) on a short page; among these it does not."""

SAMPLE_BYTES = 60_000
"""Bytes of visible text given to the detector: enough for any script, and a bound on its time."""

MAX_ERRORS = 0.002
"""Share of undecodable characters up to which a declared encoding is believed (a cut-off character
or a stray advertisement; real mislabelling leaves over 10%)."""

MAX_BROKEN = 0.05
"""Share of broken characters among those beyond ASCII up to which a text is UTF-8: outlets cut
titles by their bytes. Of the samples in the tests, read as UTF-8, .77 of the Thai one's and of
EUC-JP's are broken, and more of every other encoding's."""

COMMON_SHARE = 0.75
"""Share of everyday characters from which Chinese text is believed. Measured on the samples in the
tests: Chinese in its own encoding 1.0, Japanese .91; GBK read as Big5 .59, Big5 read as GBK .24."""

_TAGS = re.compile(
    rb"<!\[CDATA\[|\]\]>|<(script|style)\b.*?</\1\s*>|<[^>]*>|&[#\w]+;", re.DOTALL | re.IGNORECASE
)
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_ALL_BYTES = bytes(range(256))
_SINGLE_BYTE = re.compile(r"cp125|cp874|iso8859|latin|koi8|tis.?620|windows", re.IGNORECASE)


def decode(html: bytes, content_type: str | None = None) -> str:
    """Decode a page or feed with the encoding its bytes are in.

    Args:
        html: The document as received, decompressed.
        content_type: The HTTP Content-Type header, where known.

    Returns:
        The text; undecodable bytes become U+FFFD, NUL bytes are dropped.
    """
    text = html.decode(encoding_of(html, content_type), errors="replace")
    return text.lstrip("\ufeff").replace("\x00", "")


def encoding_of(html: bytes, content_type: str | None = None) -> str:
    """Return the name of the encoding that `decode` reads a document by."""
    return read_bom(html)[0] or _believed(html, content_type)


def _believed(html: bytes, content_type: str | None) -> str:
    if _is_utf8(html):
        return "utf-8"
    declared = (http_content_type_encoding(content_type), html_body_declared_encoding(html))
    resolved = next(filter(None, map(_resolved, filter(None, declared))), None)
    sample = _visible(html)
    if not resolved:
        return _detect(sample) or "utf-8"
    if _is_plausible(sample, resolved):
        return resolved
    return _detect(sample) or resolved


def _resolved(declared: str) -> str | None:
    """Return the codec for a declared encoding; None where it is none that any bytes are read by.

    Python knows codecs by names such as `hex`, `rot13`, `idna`, `undefined`, too, which refuse
    bytes, and `unicode_escape`, which makes other text of a text.
    """
    encoding = resolve_encoding(declared)
    if encoding is None or "escape" in encoding:
        return None
    try:
        _ALL_BYTES.decode(encoding, errors="replace")
    except (LookupError, UnicodeError):
        return None
    return encoding


def _is_utf8(html: bytes) -> bool:
    try:
        html.decode("utf-8")
    except UnicodeDecodeError as error:
        # a page cut off inside its last character is still UTF-8
        cut_off = error.start >= len(html) - 3 and _NON_ASCII.search(html[: error.start])
        near = html[max(0, error.start - SAMPLE_BYTES) : error.start + SAMPLE_BYTES]
        return bool(cut_off) or _broken_share(near) <= MAX_BROKEN
    return True


def _broken_share(html: bytes) -> float:
    """Return how many of the characters beyond ASCII are broken if the text is read as UTF-8."""
    beyond = [c for c in html.decode("utf-8", errors="replace") if c > "\x7f"]
    return beyond.count("\ufffd") / len(beyond)


def _visible(html: bytes) -> bytes:
    # markup is ASCII in every encoding here and only dilutes the evidence
    return b" ".join(_TAGS.sub(b" ", html).split())[:SAMPLE_BYTES]


def _is_plausible(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, errors="replace")
    if text.count("\ufffd") > MAX_ERRORS * max(len(text), 1):
        return False
    if not _SINGLE_BYTE.search(encoding):
        return _common_share(text) >= COMMON_SHARE
    # a single-byte encoding decodes anything, so ask the detector whether it would be chosen
    detected = _detect(sample)
    return detected is None or _same_script(text, sample.decode(detected, errors="replace"))


def _common_share(text: str) -> float:
    """Share of everyday characters among the Chinese ones (1.0 where there are none)."""
    han = [c for c in text if "\u4e00" <= c <= "\u9fff" or "\ue000" <= c <= "\uf8ff"]
    return sum(map(_is_common, han)) / len(han) if han else 1.0


@lru_cache(maxsize=8192)
def _is_common(character: str) -> bool:
    """Tell whether a character is of the first level of GB 2312 or Big5: those in daily use."""
    simplified = character.encode("gb2312", "ignore")
    traditional = character.encode("big5", "ignore")
    return b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6"


def _same_script(declared_text: str, detected_text: str) -> bool:
    letters = [
        (a, b)
        for a, b in zip(declared_text, detected_text, strict=False)
        if (ord(a) > 127 or ord(b) > 127) and len(declared_text) == len(detected_text)
    ]
    same = sum(a == b for a, b in letters)
    return bool(letters) and same >= 0.7 * len(letters)


def _detect(sample: bytes) -> str | None:
    if not _NON_ASCII.search(sample):
        return None
    best = from_bytes(sample, cp_isolation=CANDIDATES).best()
    return best.encoding if best else None
