"""Every name a country goes by: from CLDR (through Babel) and from models/countries.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from babel import Locale
from babel.core import get_global
from pydantic import BaseModel, ConfigDict

from models.reading import clean, script
from models.short_forms import ShortForms

LOCALES = (
    "en", "zh", "zh_Hant", "id", "ms", "vi", "th", "fil", "km", "lo", "my", "ja", "ko", "hi", "pt",
)  # fmt: skip
Names = tuple[str, ...]
Entry = tuple[str, Names]
"""A name and the codes it stands for; none where it names no country."""

_COUNTRY_CODE = re.compile(r"[A-Z]{2}")
_NO_COUNTRIES = frozenset({"EU", "UN", "EZ", "QO", "ZZ", "XA", "XB"})
"""CLDR's unions, remainders and test entries among the two-letter codes."""
_CITY_ZONES = ("Asia/", "Europe/", "Africa/")
_NO_CITIES = frozenset({"Europe/Brussels", "Europe/Jersey", "Europe/Isle_of_Man"})
"""Brussels is the European Union more often than Belgium; the other two are words or islands."""
_SYLLABIC = frozenset({"th", "lo", "km", "my"})
_SHORTEST_CITY = 5
"""Letters of a city's name in those scripts: shorter ones are syllables of other words."""
_ONE_WAY = str.maketrans(dict.fromkeys("’‘", "'") | dict.fromkeys("–‐‑", "-") | {"\u200b": ""})
_LAO_TONE_FIRST = re.compile("([\u0ec8-\u0ecb])\u0ecd")


class Ambiguous(BaseModel):
    """A name of two meanings; a cue's list is searched in the order given, "" is no country."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str
    cues: dict[str, Names]


class Countries(BaseModel):
    """The file models/countries.yml; its comments say what each part is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[str, Names]
    towns: dict[str, Names]
    bodies: dict[str, Names]
    peoples: Names
    kept_words: Names
    only_in: dict[str, Names]
    not_in: dict[str, Names]
    short: ShortForms
    pairs: dict[str, Names]
    parties: dict[str, Names]
    homes: dict[str, str]
    ambiguous: dict[str, Ambiguous]
    given_names: Names
    surnames: Names
    before_given_names: Names
    after_countries: Names
    states: Names
    no_names: Names
    not_places: Names

    def entries(self) -> Iterator[Entry]:
        """Yield every name with the countries it stands for; later ones win over earlier ones."""
        banned = frozenset(map(folded, self.no_names))
        for name, codes in (*_cities(), *_territories()):
            if name not in banned:
                yield name, codes
        for group in (self.bodies, self.towns, self.names):
            for code, names in group.items():
                yield from ((folded(name), (code,)) for name in names)
        yield from ((folded(name), codes) for name, codes in self.pairs.items())
        yield from ((name, (about.default,)) for name, about in self.ambiguous.items())
        yield from ((form, ()) for phrase in self.not_places for form in written(folded(phrase)))

    def codes(self) -> set[str]:
        """Return every country code the file uses."""
        groups = (*self.pairs.values(), *self.parties.values(), self.homes.values())
        return {
            *self.names, *self.towns, *self.bodies,
            *(code for group in groups for code in group),
            *self.short.codes(),
            *(about.default for about in self.ambiguous.values()),
            *(code for about in self.ambiguous.values() for code in about.cues if code),
        }  # fmt: skip


def written(phrase: str) -> set[str]:
    """Return a phrase as it stands and as a headline in title case has it: Brazil Nut."""
    if script(phrase[0]) != "LATIN":
        return {phrase}
    return {phrase, " ".join(word[:1].upper() + word[1:] for word in phrase.split(" "))}


def folded(text: str) -> str:
    """Return a text with the ways of writing the same letters made one, for search only.

    Compatibility forms by NFKC; no zero-width space, which Khmer puts between words or not;
    straight apostrophes; short dashes; in Lao the mark of `am` before the tone, typed in either
    order.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_ONE_WAY))
    return _LAO_TONE_FIRST.sub("\u0ecd\\1", plain)


def known_codes() -> set[str]:
    """Return the ISO 3166 two-letter codes CLDR has a name for, and XK for Kosovo."""
    codes = map(str, Locale("en").territories)
    return {code for code in codes if _COUNTRY_CODE.fullmatch(code)} - _NO_COUNTRIES


def _territories() -> Iterator[Entry]:
    known = known_codes()
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            # "Myanmar (Burma)" is two names, neither of which is written so.
            bare = folded(clean(name.split("(")[0])).strip()
            if code in known and len(bare) > 1:
                yield bare, (code,)


def _cities() -> Iterator[Entry]:
    """Yield the cities time zones are named after, most of them capitals, in every locale."""
    zones = {
        zone: code
        for zone, code in get_global("zone_territories").items()
        if zone.startswith(_CITY_ZONES) and zone not in _NO_CITIES and code in known_codes()
    }
    for zone, code in zones.items():
        yield zone.split("/")[-1].replace("_", " "), (code,)
    for locale in LOCALES:
        found = Locale.parse(locale).time_zones
        for zone, code in zones.items():
            city = folded(clean(str(found.get(zone, {}).get("city", ""))))
            if len(city) >= (_SHORTEST_CITY if locale in _SYLLABIC else 2):
                yield city, (code,)
