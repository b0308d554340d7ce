"""Cut text of every script into the tokens that both engines index, with character offsets.

Scripts with spaces (Latin, Cyrillic, Arabic, Hangul, ...) give one token per word. Scripts without
(Han, Kana, Thai, Lao, Khmer, Burmese) give every grapheme cluster and every pair of neighbours,
interleaved: 南海岛 is 南 南海 海 海岛 岛. A phrase of such tokens is then an exact substring match,
wherever it starts and ends, with no dictionary that could be wrong about a new name. Clusters, not
code points, so that a Thai tone mark is never parted from its consonant.

Traditional characters become their simplified forms one by one, so that 黃岩島 and 黄岩岛 find each
other; one character stays one character, so places in the text hold.

Segmenting here, and indexing the result under both engines' plain whitespace analyser, is what
makes their answers agree and needs no server plugin.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import opencc  # type: ignore[import-untyped, unused-ignore]
import regex  # type: ignore[import-untyped]

SEGMENTATION_VERSION = 2
"""Raised whenever the same text would give other tokens, so that an older index is refused."""

MAX_TOKEN = 64
"""Characters of a token that count; longer words are cut (Elasticsearch would split at 255)."""

_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰ"
_UNSPACED = rf"[[{_SCRIPTS}]&&[\p{{L}}\p{{M}}\p{{Nl}}]]"
_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_SCRIPTS}]]"
# Khmer, Thai and Burmese sites put zero-width spaces between words and others do not: not a border.
_TOKEN = regex.compile(
    rf"(?P<unspaced>{_UNSPACED}(?:{_UNSPACED}|[\p{{M}}\u200b-\u200d\u2060])*)"
    rf"|(?P<word>(?:{_WORD}|[[{_SCRIPTS}]&&\p{{Nd}}])"
    rf"(?:{_WORD}|[[{_SCRIPTS}]&&\p{{Nd}}]|[\u00ad\u200c\u200d](?={_WORD}))*)",
    regex.VERSION1,
)
_CLUSTER = regex.compile(r"\X")
_NOT_INDEXED = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}--\p{L}]|[^\p{L}\p{M}\p{N}]", regex.VERSION1
)
_HAN = regex.compile(r"\p{Han}")
_LATIN = regex.compile(r"\p{Latin}")
# Letters of the region's Latin alphabets that Unicode does not decompose into letter and mark.
_STROKED = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
)


class Token(NamedTuple):
    """A token, its form without Latin marks, and its place `source[start:end]` in characters."""

    text: str
    folded: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def _normalise(piece: str) -> tuple[str, str]:
    """Return the token for a word or cluster and its folded form ('' where nothing is left)."""
    if piece.isascii():
        token = piece.lower()[:MAX_TOKEN]
        return token, token
    token = unicodedata.normalize("NFKC", piece).casefold()
    token = unicodedata.normalize("NFKC", token)
    token = _NOT_INDEXED.sub("", token)
    token = "".join(_ascii_digit(character) for character in token)[:MAX_TOKEN]
    if _HAN.search(token):
        token = "".join(map(_simplified, token))
    return token, _fold(token)


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=32768)
def _simplified(character: str) -> str:
    """Return the simplified form of one character, by OpenCC's table for single characters."""
    return str(_to_simplified().convert(character))


def _ascii_digit(character: str) -> str:
    return str(unicodedata.digit(character)) if character.isdecimal() else character


def _fold(token: str) -> str:
    """Drop the marks of Latin letters: 'biển' becomes 'bien'; other scripts stay as they are."""
    if not _LATIN.search(token):
        return token
    decomposed = unicodedata.normalize("NFD", token.translate(_STROKED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _clusters(run: str, offset: int) -> Iterator[Token]:
    for match in _CLUSTER.finditer(run):
        text, folded = _normalise(match.group())
        if text:
            yield Token(text, folded, offset + match.start(), offset + match.end())


def _pairs(run: str, offset: int) -> Iterator[Token]:
    previous: Token | None = None
    for cluster in _clusters(run, offset):
        if previous is not None:
            yield Token(
                previous.text + cluster.text,
                previous.folded + cluster.folded,
                previous.start,
                cluster.end,
            )
        yield cluster
        previous = cluster


def segment(text: str) -> list[Token]:
    """Cut a text into tokens in reading order; offsets are characters of the text as given."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "unspaced":
            tokens.extend(_pairs(match.group(), match.start()))
            continue
        token, folded = _normalise(match.group())
        if token:
            tokens.append(Token(token, folded, match.start(), match.end()))
    return tokens


class IndexedText(NamedTuple):
    """Tokens joined by spaces for a whitespace analyser; `folded` is '' where it would repeat."""

    tokens: str
    folded: str


def indexed_text(*texts: str) -> IndexedText:
    """Segment texts for one field, with a border between them that no phrase can cross."""
    parts = [segment(text) for text in texts if text]
    border = " \ue000 "  # a private-use character: no query can contain it
    tokens = border.join(" ".join(token.text for token in part) for part in parts)
    folded = border.join(" ".join(token.folded for token in part) for part in parts)
    return IndexedText(tokens, "" if folded == tokens else folded)
