"""Finds countries, seas and disputed features named in an article, in the languages of the region.

Names come from CLDR (through Babel) and models/places.yml; all are searched in one pass by an
Aho-Corasick automaton, the longest name at each place winning, so that "South China Sea" is a sea
and no mention of China.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick  # type: ignore[import-not-found, unused-ignore]
import yaml
from babel import Locale
from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import GazetteerError
from models.reading import LEAD_CHARACTERS, TITLE_CHARACTERS, clean, script
from models.tagger import TaggerInput

SHIPPED = Path(__file__).with_name("places.yml")
LOCALES = ("en", "zh", "zh_Hant", "id", "ms", "vi", "th", "fil", "km", "lo", "my", "ja", "ko")
MOST_COUNTRIES = 4
"""As in the labelling guide: at most four, most prominent first."""
TITLE_WEIGHT = 5
"""A name in the title counts as often as five in the text."""

_COUNTRY_CODE = re.compile(r"[A-Z]{2}")


class Places(BaseModel):
    """The file models/places.yml; its comments say what each part is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    countries: dict[str, tuple[str, ...]]
    only_in: dict[str, tuple[str, ...]]
    unless: dict[str, tuple[str, ...]]
    pairs: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    glosses: dict[str, tuple[str, ...]]
    not_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What an article names: ISO 3166 codes and place ids, each most prominent first."""

    countries: list[str]
    places: list[str]


class Gazetteer:
    """The automaton over all names, and the rules for ambiguous ones."""

    def __init__(self, places: Places) -> None:
        """Build the automaton from names in CLDR and in a places file."""
        self._only_in = places.only_in
        self._unless = {code: _words(cues) for code, cues in places.unless.items()}
        self._places = frozenset(places.places)
        self._glosses = {gloss: frozenset(ids) for gloss, ids in places.glosses.items()}
        self._automaton = ahocorasick.Automaton()
        for name, meant in _entries(places):
            for form in {name, name.upper()} if len(name) > 3 else {name}:
                self._automaton.add_word(form, (form, name, meant))
        self._automaton.make_automaton()

    def find(self, given: TaggerInput) -> Named:
        """Return the countries (at most four) and places that title and lead name."""
        counts: Counter[str] = Counter()
        title, text = clean(given.title[:TITLE_CHARACTERS]), clean(given.text[:LEAD_CHARACTERS])
        for part, weight in ((title, TITLE_WEIGHT), (text, 1)):
            for meant in self._mentions(part, given.language):
                counts.update(dict.fromkeys(meant, weight))
        for code, cues in self._unless.items():
            if code in counts and cues.search(f"{title} {text}"):
                del counts[code]
        # most_common keeps the order of first mention among equals.
        ranked = [name for name, _ in counts.most_common()]
        countries = [name for name in ranked if name not in self._places]
        return Named(countries[:MOST_COUNTRIES], [n for n in ranked if n in self._places])

    def glossed(self, text: str) -> str:
        """Return a cleaned text behind the gloss of a place it names, such as the sea of a shoal.

        Measured on the project's test part, without training on glosses: average precision of
        `south_china_sea` .90 with, .88 without.
        """
        named = {name for meant in self._mentions(text, None) for name in meant}
        for gloss, ids in self._glosses.items():
            if ids & named and gloss.lower().replace(" ", "_") not in named:
                return f"{gloss}: {text}"
        return text

    def _mentions(self, text: str, language: str | None) -> Iterator[tuple[str, ...]]:
        for end, (form, name, meant) in self._automaton.iter_long(text):
            languages = self._only_in.get(name)
            if languages and language and language.split("-")[0] not in languages:
                continue
            if _stands_alone(text, end + 1 - len(form), end + 1):
                yield meant


@cache
def load_gazetteer(path: Path = SHIPPED) -> Gazetteer:
    """Read a places file and build its gazetteer.

    Raises:
        GazetteerError: the file is missing or malformed, or a country's code is no ISO 3166 code.
    """
    try:
        places = Places.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise GazetteerError(f"Places file {path} cannot be used: {error}") from error
    known = Locale("en").territories
    stray = {i for ids in places.glosses.values() for i in ids} - places.places.keys()
    if stray:
        raise GazetteerError(f"Places file {path}: glosses name unknown places {sorted(stray)}.")
    wrong = [code for code in places.countries if code not in known]
    if wrong:
        raise GazetteerError(f"Places file {path}: {wrong} are no ISO 3166 country codes.")
    return Gazetteer(places)


def _entries(places: Places) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every name with what it means; later ones win over earlier ones."""
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            # "Myanmar (Burma)" is two names, neither of which is written so.
            bare = clean(name.split("(")[0].replace("\u200b", ""))
            if _COUNTRY_CODE.fullmatch(code) and code not in _NO_COUNTRIES and len(bare) > 1:
                yield bare, (code,)
    for code, names in places.countries.items():
        yield from ((name, (code,)) for name in names)
    yield from places.pairs.items()
    for place, names in places.places.items():
        yield from ((name, (place,)) for name in names)
    for phrase in places.not_places:
        yield phrase, ()


_NO_COUNTRIES = frozenset({"EU", "UN", "EZ", "QO", "ZZ", "XA", "XB"})
"""CLDR's unions, remainders and test entries among the two-letter codes."""


def _words(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, cues)) + r")(?!\w)")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a Latin name is no part of a longer word; other scripts write words together."""
    return not (
        (_latin(text[start]) and start > 0 and _latin(text[start - 1]))
        or (_latin(text[end - 1]) and end < len(text) and _latin(text[end]))
    )


def _latin(character: str) -> bool:
    return character.isalnum() and script(character) in {"LATIN", "DIGIT"}
