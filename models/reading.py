"""What of an article the encoder reads: bounded, cleaned, title and lead first."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from models.tagger import Read, TaggerInput

TITLE_CHARACTERS = 600
LEAD_CHARACTERS = 4000
"""Enough for 256 tokens in every script measured (English news: 4.5 characters a token)."""

LETTERS_CHECKED = 400
"""Letters looked at to tell whether the script is known; more would not change the verdict."""
WHOLE_SCRIPTS = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "DEVANAGARI"}
)
"""Scripts whose every piece the vocabulary keeps (first words of Unicode names)."""
KNOWN_SCRIPTS = WHOLE_SCRIPTS | {"LATIN"}

# Controls, lone surrogates, and the invisible marks that steer direction or join nothing; the
# zero-width joiners stay, Khmer, Burmese and emoji need them.
_MARKS = "\x00-\x1f\x7f-\x9f\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_UNREADABLE = re.compile(f"[{_MARKS}]+")
_SPACES = re.compile(r"\s+")
_KEPT = re.compile(rf"[^\s{_MARKS}]+")
"""What `clean` keeps, character for character; between two such runs it leaves one blank."""


def clean(text: str) -> str:
    """Return a text of one line without control characters, lone surrogates and direction marks."""
    return _SPACES.sub(" ", _UNREADABLE.sub(" ", text)).strip()


def lead(given: TaggerInput) -> str:
    """Return title and first part of the text as one line.

    Cut before cleaning and before tokenizing, so that a text of any length costs the same.
    A text that opens with the title again (feeds do that) is not read twice.
    """
    title = clean(given.title[:TITLE_CHARACTERS])
    text = clean(given.text[:LEAD_CHARACTERS])
    if not title or text.startswith(title):
        return text
    return f"{title} {text}".rstrip()


def what_was_read(given: TaggerInput, line: str, characters: int) -> Read:
    """Return how far title and text were read, when so many characters of their lead were.

    Args:
        given: The article.
        line: Its `lead`.
        characters: Those of the line, from its start, that the encoder read.
    """
    title, text = given.title[:TITLE_CHARACTERS], given.text[:LEAD_CHARACTERS]
    if characters >= len(line):
        return Read(len(title), len(text))
    before = len(line) - len(clean(text))
    return Read(_uncleaned(title, characters), _uncleaned(text, characters - before))


def _uncleaned(source: str, characters: int) -> int:
    """Return where in a text its first characters, as `clean` gives it, end."""
    cleaned = clean(source)
    if characters >= len(cleaned):
        return len(source)
    left = len(cleaned[: max(0, characters)].replace(" ", ""))
    for run in _KEPT.finditer(source) if left else ():
        if left <= len(run[0]):
            return run.start() + left
        left -= len(run[0])
    return 0


def refusal(text: str) -> str | None:
    """Return why a text cannot be tagged: no letter, or too few in a script the model knows."""
    letters = list(islice(filter(str.isalpha, text), LETTERS_CHECKED))
    if not letters:
        return "no readable word in title or text"
    if 2 * sum(map(known_letter, letters)) < len(letters):
        return "written in a script that the model does not know"
    return None


def script(character: str) -> str:
    """Return the first word of a character's Unicode name, which names the script of a letter."""
    return unicodedata.name(character, "").split(" ")[0]


def known_letter(letter: str) -> bool:
    """Whether the model's vocabulary covers the script of a letter."""
    return script(letter) in KNOWN_SCRIPTS
