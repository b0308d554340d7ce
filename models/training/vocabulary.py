"""Cuts the encoder's 250,002-piece vocabulary to the region's scripts and the words in use.

Kept whole: Han, Kana, Hangul, Thai, Lao, Khmer, Burmese and Devanagari pieces, digits and signs,
and Latin pieces of up to three characters (so that any Latin word can still be spelt). Longer
Latin pieces stay when they occur in the texts given or in a frequent word of the region's languages
written in Latin script.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from models.reading import WHOLE_SCRIPTS, script

WORD_LANGUAGES = ("en", "id", "ms", "fil", "vi", "pt")
WORDS_PER_LANGUAGE = 30_000
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def frequent_words() -> list[str]:
    """Return frequent words of the region's Latin-script languages, lower case and capitalized."""
    from wordfreq import top_n_list  # type: ignore[import-not-found]  # noqa: PLC0415

    words = [
        word for code in WORD_LANGUAGES for word in top_n_list(code, WORDS_PER_LANGUAGE, "best")
    ]
    return [form for word in words for form in (word, word.capitalize(), word.upper())]


def kept_ids(tokenizer: Path, texts: Iterable[str]) -> list[int]:
    """Return the ids of the pieces to keep, in their old order."""
    document = json.loads(tokenizer.read_text(encoding="utf-8"))
    used: set[int] = set()
    reader = Tokenizer.from_file(str(tokenizer))
    for encoding in reader.encode_batch(list(texts), add_special_tokens=False):
        used.update(encoding.ids)
    pieces = document["model"]["vocab"]
    return [
        number
        for number, (piece, _) in enumerate(pieces)
        if piece in SPECIAL or _always(piece) or (number in used and _latin(piece))
    ]


def cut_tokenizer(tokenizer: Path, ids: list[int], out: Path) -> None:
    """Write tokenizer.json with only the given pieces, renumbered in order."""
    document = json.loads(tokenizer.read_text(encoding="utf-8"))
    pieces = document["model"]["vocab"]
    document["model"]["vocab"] = [pieces[number] for number in ids]
    new = {pieces[number][0]: place for place, number in enumerate(ids)}
    document["added_tokens"] = [
        token | {"id": new[token["content"]]}
        for token in document["added_tokens"]
        if token["content"] in new
    ]
    document["model"]["unk_id"] = new["<unk>"]
    _renumber(document["post_processor"], new)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    out.write_text(text, encoding="utf-8")


def _always(piece: str) -> bool:
    letters = [character for character in piece if character.isalpha()]
    if not letters:
        return all(character == "▁" or _region_sign(character) for character in piece)
    if any(script(letter) in WHOLE_SCRIPTS for letter in letters):
        return True
    return _latin(piece) and len(piece.lstrip("▁")) <= 3


def _latin(piece: str) -> bool:
    return all(script(letter) == "LATIN" for letter in piece if letter.isalpha())


def _region_sign(character: str) -> bool:
    """Digits, punctuation and emoji of any script; combining marks only of the kept scripts."""
    if unicodedata.category(character).startswith("M"):
        return script(character) in WHOLE_SCRIPTS | {"COMBINING"}
    return True


def _renumber(processor: dict[str, Any], new: dict[str, int]) -> None:
    for name, entry in processor["special_tokens"].items():
        entry["ids"] = [new[name]]
