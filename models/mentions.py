"""Whether a name found in a text is one there: a word of its own, a place and no person."""

from __future__ import annotations

import re

from models.country_names import Countries
from models.reading import script

_LATIN = frozenset({"LATIN", "DIGIT"})
# Marks and vowels that continue a syllable of Thai, Lao, Khmer or Burmese, and behind them vowels
# written before the consonant they follow and the signs that put one consonant under another: a
# name cut out there is part of another word.
_CONTINUES = re.compile(
    "[\u0e30-\u0e3a\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u17b6-\u17d3\u102b-\u103e]"
    "|[\u1000-\u1021][\u1039\u103a]"
)
_LEADS = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4\u17d2\u1039]")
_WORD_BEFORE = re.compile(r"(\S+)\s$")
_WORD_AFTER = re.compile(r"\s([^\W\d_][\w'’-]*)")
_SURNAME = re.compile(r"[A-Z][a-z'’-]+[A-Za-z]*$")
_VIETNAMESE_ADDRESS = frozenset({"chị", "bà", "cô", "ông", "bé", "Chị", "Bà", "Cô", "Ông", "anh"})
"""Words before a person's name; `Anh` is Britain, and `em` ends the word for children."""
_MEN_AND_WOMEN = re.compile(r"đàn\s$", re.IGNORECASE)
"""`đàn ông Mỹ` and `đàn bà Mỹ` are American men and women."""
_SENTENCE_END = re.compile(r"""[.!?:;,–—"“”'‘’(|]$| -$""")
TITLE_CASE = 0.6
"""Share of capitalised words from which a headline is in title case, where case tells nothing."""


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is no part of a longer word, as far as the script lets one tell."""
    if start and _latin(text[start]) and _latin(text[start - 1]):
        return False
    if end < len(text) and _latin(text[end - 1]) and _latin(text[end]):
        return False
    return not (_CONTINUES.match(text, end) or (start and _LEADS.match(text[start - 1])))


def _latin(character: str) -> bool:
    return character.isalnum() and script(character) in _LATIN


class Persons:
    """Tells people called Jordan or Israel from the countries, and towns of the USA from theirs."""

    def __init__(self, countries: Countries) -> None:
        """Keep the names, and the words beside them that tell."""
        self._given = frozenset(countries.given_names)
        self._before = frozenset(map(str.lower, countries.before_given_names))
        self._after = frozenset(countries.after_countries)
        self._surnames = frozenset(countries.surnames)
        self._state = re.compile(r",\s(?:" + "|".join(countries.states) + r")\b")
        self._syllables = {
            name
            for name, langs in countries.only_in.items()
            if langs == ("vi",) and " " not in name
        }

    def is_person(self, text: str, start: int, end: int) -> bool:
        """Whether the name at text[start:end] is (part of) a person's.

        A given name is one before a known surname, before any in a headline whose case tells, or
        after a title of address; a Vietnamese syllable is one behind a form of address, or behind
        a capitalised word that opens no sentence.
        """
        name = text[start:end]
        before = _WORD_BEFORE.search(text, max(0, start - 30), start)
        if name in self._syllables:
            return before is not None and self._named_before(text, before)
        if name not in self._given:
            return False
        if before and before[1].lower() in self._before:
            return True
        after = _WORD_AFTER.match(text, end)
        if not after or after[1] in self._after:
            return False
        if after[1] in self._surnames:
            return True
        return bool(_SURNAME.match(after[1])) and not _in_title_case(text)

    def in_usa(self, text: str, end: int, meant: tuple[str, ...]) -> bool:
        """Whether one of the United States follows, as in 'Lebanon, Pennsylvania'.

        A town of the country Georgia is followed by its own country.
        """
        return bool(self._state.match(text, end)) and "GE" not in meant

    def _named_before(self, text: str, before: re.Match[str]) -> bool:
        """Whether the word before a Vietnamese syllable makes it a person's name."""
        if before[1] in _VIETNAMESE_ADDRESS:
            return not _MEN_AND_WOMEN.search(text, max(0, before.start() - 4), before.start())
        return before[1][0].isupper() and self._inside(text, before.start())

    @staticmethod
    def _inside(text: str, start: int) -> bool:
        """Whether the word at start opens no sentence."""
        head = text[max(0, start - 4) : start].rstrip()
        return bool(head) and not _SENTENCE_END.search(head)


def _in_title_case(text: str) -> bool:
    words: list[str] = re.findall(r"[^\W\d_]{4,}", text[:300])
    return sum(word[0].isupper() for word in words) >= TITLE_CASE * len(words)
