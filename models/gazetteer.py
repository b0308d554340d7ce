"""Finds countries, seas and disputed features named in an article, in the languages of the region.

Names come from CLDR, models/countries.yml and models/places.yml; all are searched in one pass by an
Aho-Corasick automaton. Of those that are words of their own the longest at each place wins, so that
"South China Sea" is a sea and no mention of China, and "China Seafood" is one. Chinese short forms
are read from what lies between (models.short_forms).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import ahocorasick  # type: ignore[import-not-found, unused-ignore]
import yaml
from pydantic import BaseModel, ValidationError

from models.country_names import Countries, folded, known_codes
from models.errors import GazetteerError
from models.mentions import Persons, stands_alone
from models.place_names import Places
from models.reading import LEAD_CHARACTERS, TITLE_CHARACTERS, clean, script
from models.short_forms import CHINESE, MASK, ShortFormReader
from models.tagger import TaggerInput

_Model = TypeVar("_Model", bound=BaseModel)
_Meanings = Mapping[str, tuple[str, ...]]
_Name = tuple[int, int, str, tuple[str, ...]]
"""Start, end, name and what it stands for."""
SHIPPED = Path(__file__).with_name("places.yml")
COUNTRIES = Path(__file__).with_name("countries.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe either way; the one written in C reads the two files in a tenth of the time."""
NAME = "\ue000"
"""Stands where a name was: a character of the private use area, which no word holds."""
UNKNOWN = "und"
"""BCP 47 for a language nobody could tell, which articles carry by default."""
MOST_COUNTRIES = 4
"""As in the labelling guide: at most four, most prominent first."""


@dataclass(frozen=True, slots=True)
class Named:
    """What an article names: ISO 3166 codes and place ids, each most prominent first."""

    countries: list[str]
    places: list[str]


@dataclass(frozen=True, slots=True)
class _Cues:
    """Which country an ambiguous name means: that of the first pattern that an article holds."""

    default: str
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    def country(self, article: str) -> str:
        held = (code for code, pattern in self.patterns if pattern.search(article))
        return next(held, self.default)


class Gazetteer:
    """The automaton over all names, and the rules for ambiguous ones."""

    def __init__(self, places: Places, countries: Countries) -> None:
        """Build the automaton from names in CLDR and in the two files."""
        self._countries = countries
        self._persons = Persons(countries)
        self._ambiguous = {
            name: _Cues(about.default, tuple((c, _words(w)) for c, w in about.cues.items()))
            for name, about in countries.ambiguous.items()
        }
        self._short_forms = ShortFormReader(countries.short)
        self._doubted = {name: _words(cues) for name, cues in places.doubted().items()}
        self._places = frozenset(places.places)
        bodies = (name for names in countries.bodies.values() for name in names)
        self._bodies = frozenset(folded(name).upper() for name in bodies) - {
            folded(name).upper() for name in countries.peoples
        }
        self._glosses = {gloss: frozenset(ids) for gloss, ids in places.glosses.items()}
        self._automaton = _automaton(_entries(places, countries))
        kept = ((folded(words), ()) for words in countries.kept_words)
        hidden = ((folded(name), (name,)) for name in countries.peoples)
        self._peoples = _automaton([*hidden, *kept])

    def find(self, given: TaggerInput) -> Named:
        """Return the countries (at most four) and places that title and lead name.

        First what the title names, in its order, then what the text names most often. On labelled
        headlines the first country is right in .61 to .85 so, in .58 to .78 by weighted counts.
        A disputed feature adds, behind the countries named, those that most often meet there; a
        text in a language of one country that names none is taken to be about that country.
        """
        title = folded(clean(given.title[:TITLE_CHARACTERS]))
        text = folded(clean(given.text[:LEAD_CHARACTERS]))
        meanings = self._meanings(f"{title} {text}")
        in_title = self._counted(title, given.language, meanings)
        in_text = self._counted(text, given.language, meanings)
        # most_common keeps the order of first mention among equals.
        ranked = list(dict.fromkeys([*in_title, *(name for name, _ in in_text.most_common())]))
        places = [name for name in ranked if name in self._places]
        countries = [name for name in ranked if name not in self._places]
        for place in places:
            countries += [c for c in self._countries.parties.get(place, ()) if c not in countries]
        if not countries and given.language:
            countries = [*filter(None, [self._countries.homes.get(_base(given.language))])]
        return Named(countries[:MOST_COUNTRIES], places)

    def glossed(self, text: str) -> str:
        """Return a cleaned text behind the gloss of a place it names, such as the sea of a shoal.

        Measured on the project's test part, without training on glosses: average precision of
        `south_china_sea` .90 with, .88 without.
        """
        plain = folded(text)
        named = self._counted(plain, None, self._meanings(plain)).keys()
        for gloss, ids in self._glosses.items():
            if ids & named and gloss.lower().replace(" ", "_") not in named:
                return f"{gloss}: {text}"
        return text

    def without_names(self, text: str) -> str:
        """Return a text with NAME where a country, a people, a faith or a town is named.

        Bodies and persons that only let one tell a country stay: armed groups are among them. A
        person called Jordan is hidden too, as titles end with countries that are called so.
        """
        plain = folded(text)
        names = list(_longest(plain, self._automaton))
        found = self._found(plain, names, None, self._meanings(plain), persons=True)
        spans = {
            (start, end)
            for start, end, meant in found
            if not self._places.issuperset(meant) and plain[start:end].upper() not in self._bodies
        }
        read = bytearray(len(plain))
        for start, end, _, _ in names:
            read[start:end] = b"\x01" * (end - start)
        spans |= {
            (start, end)
            for start, end, _, meant in _longest(plain, self._peoples)
            if meant and not any(read[start:end])
        }
        parts, last = [], 0
        for start, end in sorted(spans):
            parts += [plain[last:start], NAME]
            last = end
        return "".join([*parts, plain[last:]])

    def _meanings(self, article: str) -> dict[str, tuple[str, ...]]:
        """Return what each ambiguous name stands for in an article: a country, or nothing."""
        meanings: dict[str, tuple[str, ...]] = {
            name: tuple(filter(None, [cues.country(article)]))
            for name, cues in self._ambiguous.items()
            if name in article or name.upper() in article
        }
        doubted = (n for n in self._doubted if n in article or n.upper() in article)
        return meanings | {name: () for name in doubted if self._doubted[name].search(article)}

    def _counted(self, text: str, language: str | None, meanings: _Meanings) -> Counter[str]:
        """Count what a part of an article names, in the order of first mention."""
        return Counter(name for meant in self._mentions(text, language, meanings) for name in meant)

    def _mentions(
        self, text: str, language: str | None, meanings: _Meanings
    ) -> Iterator[tuple[str, ...]]:
        """Yield what is named, in the order it stands."""
        found = self._found(text, list(_longest(text, self._automaton)), language, meanings)
        yield from (meant for _, _, meant in sorted(found))

    def _found(
        self,
        text: str,
        names: Sequence[_Name],
        language: str | None,
        meanings: _Meanings,
        *,
        persons: bool = False,
    ) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return start, end and meaning of what is named; short forms only between the names."""
        found: list[tuple[int, int, tuple[str, ...]]] = []
        for start, end, name, meant in names:
            if meant and self._in_language(name, language):
                if self._persons.in_usa(text, end, meant):
                    found.append((start, end, ("US",)))
                elif persons or not self._persons.is_person(text, start, end):
                    found.append((start, end, meanings.get(name, meant)))
        if _base(language or UNKNOWN) in (UNKNOWN, *CHINESE):
            unread = list(text)
            for start, end, _, _ in names:
                unread[start:end] = MASK * (end - start)
            found += self._short_forms.find("".join(unread))
        return found

    def _in_language(self, name: str, language: str | None) -> bool:
        base = _base(language or UNKNOWN)
        if base == UNKNOWN:
            return True
        only, never = self._countries.only_in.get(name), self._countries.not_in.get(name, ())
        return (not only or base in only) and base not in never


def _automaton(names: Iterable[tuple[str, tuple[str, ...]]]) -> ahocorasick.Automaton:
    """Return an automaton of names as written and in capitals, each with what it means."""
    automaton = ahocorasick.Automaton()
    for name, meant in names:
        for form in {name, name.upper()} if len(name) > 3 else {name}:
            automaton.add_word(form, (form, name, meant))
    automaton.make_automaton()
    return automaton


def _longest(text: str, automaton: ahocorasick.Automaton) -> Iterator[_Name]:
    """Yield start, end, name and meaning of what stands alone, the longest at each place.

    What is part of a longer word goes before the longest is chosen: "Vietnam War" must not
    hide Vietnam in "Vietnam Warns".
    """
    longest: dict[int, tuple[int, str, tuple[str, ...]]] = {}
    for last, (form, name, meant) in automaton.iter(text):
        start, end = last + 1 - len(form), last + 1
        if stands_alone(text, start, end):
            longest[start] = (end, name, meant)  # ends come in order, so the last is longest
    read = 0
    for start in sorted(longest):
        if start >= read:
            read, name, meant = longest[start]
            yield start, read, name, meant


@cache
def load_gazetteer(places: Path = SHIPPED, countries: Path = COUNTRIES) -> Gazetteer:
    """Read the two files and build their gazetteer.

    Raises:
        GazetteerError: a file is missing or malformed, a country's code is no ISO 3166 code, or a
            place's id is not in the file of places.
    """
    seas, lands = _read(places, Places), _read(countries, Countries)
    if strays := seas.strays():
        raise GazetteerError(
            f"Places file {places}: glosses or unless name what is not there: {strays}."
        )
    stray = lands.parties.keys() - seas.places.keys()
    if stray:
        raise GazetteerError(f"File {countries}: parties name unknown places {sorted(stray)}.")
    wrong = sorted(lands.codes() - known_codes())
    if wrong:
        raise GazetteerError(f"File {countries}: {wrong} are no ISO 3166 country codes.")
    return Gazetteer(seas, lands)


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), _LOADER))  # noqa: S506
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise GazetteerError(f"File {path} cannot be used: {error}") from error


def _entries(places: Places, countries: Countries) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every name with what it means; later ones win over earlier ones."""
    phrases = {folded(phrase) for phrase in countries.not_places}
    yield from countries.entries()
    yield from ((name, ids) for name, ids in places.entries() if name not in phrases)


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


def _words(cues: tuple[str, ...]) -> re.Pattern[str]:
    """Match any cue: a Latin one as words of their own, in scripts without spaces anywhere."""
    return re.compile(
        "|".join(
            rf"(?<!\w){re.escape(cue)}(?!\w)" if script(cue[0]) == "LATIN" else re.escape(cue)
            for cue in cues
        )
    )
