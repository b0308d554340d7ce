"""Texts as the lexical head reads them: it shall know words, and no country, people or faith.

It learns a weight for each term it meets. Of names it would learn that news of one country is
terrorism sooner than the same news of another: unhidden, Somalia and Pakistan had said so more
strongly than a bomb, and by its first piece ISLAND like IS, the Islamic State.
"""

from __future__ import annotations

import re

from models.gazetteer import load_gazetteer

_LONG_WORD = re.compile("[A-ZÀ-ÖØ-ÞĀ-ɏḀ-ỿ]{5,}")
"""Words in capitals that an armed group's abbreviation, such as ISIS, is too short to be."""


def neutral_words(text: str) -> str:
    """Return a cleaned text without names and without words in capitals.

    Names of countries, peoples, faiths and towns, as far as the gazetteer has them, become one and
    the same character; words of five and more capitals are written as at the start of a sentence.
    """
    return _LONG_WORD.sub(_spoken, load_gazetteer().without_names(text))


def _spoken(word: re.Match[str]) -> str:
    return word[0].capitalize() if word[0].isupper() else word[0]
