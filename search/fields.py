"""The fields of the query language: `country:PH`, `since:7d`, `probability:>0.8`.

Each reads what stands after its colon into a condition, or raises ValueError with the words that
the reader is told; `search.query` adds the place in the query.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from search.knowledge import NullGazetteer, Reading
from search.mapping import FILTER_FIELDS, LEVELS
from search.moments import EXAMPLES, read_moment
from search.nodes import Byline, Condition, Level, OneOf, Or, Period
from search.segmentation import segment

MAX_VALUES = 100
"""Alternatives of one field in one place."""

SENTIMENTS = ("negative", "neutral", "positive")
_LEVEL = re.compile(r"(>=|<=|>|<|)\s*(\d{1,3}(?:\.\d{1,6})?)(%?)")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8}){0,5}")


def _listed(kind: str, there: Sequence[str]) -> str:
    shown = ", ".join(there[:8])
    return f"{kind}: {shown}" + (f" and {len(there) - 8} more" if len(there) > 8 else "")


def _out_of(kind: str, value: str, there: Sequence[str]) -> str:
    """Return the value as `there` spells it. Raises ValueError, with what is near, if it is not."""
    spelled = {one.casefold(): one for one in there}
    if not there or value.casefold() in spelled:
        return spelled.get(value.casefold(), value)
    near = difflib.get_close_matches(value.casefold(), spelled, 3, 0.6)
    hint = "did you mean " + " or ".join(spelled[n] for n in near) if near else _listed(kind, there)
    raise ValueError(f"There is no {kind} {value!r}; {hint}")


def _category(value: str, reading: Reading) -> OneOf:
    return OneOf("categories", (_out_of("category", value, reading.knowledge.categories),))


def _unsure(value: str, reading: Reading) -> OneOf:
    return OneOf("unsure", _category(value, reading).values)


def _country(value: str, _: Reading) -> OneOf:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"{value!r} is no country; use its two-letter ISO code, such as PH or CN")
    return OneOf("countries", (value.upper(),))


def _place(value: str, reading: Reading) -> OneOf:
    gazetteer = reading.knowledge.gazetteer
    ids = (value,) if gazetteer.names(value) else tuple(gazetteer.places(value))
    if not ids and not isinstance(gazetteer, NullGazetteer):
        raise ValueError(
            f"No sea, strait or feature is known as {value!r}; look for it as words, or use "
            'a name such as place:"Scarborough Shoal"'
        )
    return OneOf("places", ids or (value,))


def _source(value: str, _: Reading) -> OneOf:
    # Not checked: an outlet that has left the catalogue is still in the index.
    return OneOf("source_id", (value,))


def _owner(value: str, reading: Reading) -> OneOf:
    owners = reading.knowledge.owners
    found = [name for name in owners if value.casefold() in name.casefold()]
    if not found:
        found = [_out_of("owner", value, tuple(owners))] if owners else []
    if not found:
        raise ValueError("Owners of outlets are not known here; use source: with the outlet's id")
    return OneOf("source_id", tuple(sorted({one for name in found for one in owners[name]})))


def _language(value: str, _: Reading) -> OneOf:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f"{value!r} is no language; use its code, such as zh, zh-Hant, th or id")
    return OneOf(FILTER_FIELDS["language"], (value.lower(),))


def _sentiment(value: str, _: Reading) -> OneOf:
    return OneOf("sentiment", (_out_of("sentiment", value, SENTIMENTS),))


def _author(value: str, _: Reading) -> Byline:
    tokens = tuple(token.folded for token in segment(value))
    if not tokens:
        raise ValueError('author: needs a name, such as author:santos or author:"Ana Santos"')
    return Byline(tokens)


def _story(value: str, _: Reading) -> OneOf:
    return OneOf("story_id", (value,))


def _moment(value: str, reading: Reading, *, whole_day: bool = False) -> datetime:
    try:
        return read_moment(value, reading.zone, reading.now, whole_day=whole_day)
    except ValueError:
        raise ValueError(f"{value!r} is no moment; type {EXAMPLES}") from None


def _since(value: str, reading: Reading) -> Period:
    return Period(since=_moment(value, reading))


def _until(value: str, reading: Reading) -> Period:
    return Period(until=_moment(value, reading))


def _to(value: str, reading: Reading) -> Period:
    return Period(until=_moment(value, reading, whole_day=True))


def _probability(value: str, _: Reading) -> Level:
    read = _LEVEL.fullmatch(value)
    number = float(read[2]) / (100 if read[3] else 1) if read else 2.0
    if read is None or number > 1:
        raise ValueError(
            f"{value!r} is no probability; use >, >=, < or <= and a number from 0 to 1, such as "
            "probability:>0.8"
        )
    step = round(number * LEVELS)
    low, high = {
        ">": (step + 1, LEVELS),
        ">=": (step, LEVELS),
        "<": (0, step - 1),
        "<=": (0, step),
        "": (step, step),
    }[read[1]]
    return Level(low, high)


_READERS: dict[str, Callable[[str, Reading], Condition]] = {
    "category": _category,
    "country": _country,
    "place": _place,
    "source": _source,
    "owner": _owner,
    "language": _language,
    "sentiment": _sentiment,
    "author": _author,
    "story": _story,
    "since": _since,
    "from": _since,
    "until": _until,
    "to": _to,
    "probability": _probability,
    "unsure": _unsure,
}
FIELDS = tuple(_READERS)
"""Names that may stand before a colon."""


def unknown_field(name: str) -> str:
    """Say that there is no such field, with what is near or what there is."""
    near = difflib.get_close_matches(name, FIELDS, 1, 0.7)
    hint = f"did you mean {near[0]}:?" if near else f"there are: {', '.join(FIELDS)}"
    return f"There is no field '{name}'; {hint} To look for words with a colon, quote them"


def read_field(name: str, typed: str, reading: Reading) -> Condition | Or:
    """Read one field; values with commas between them are alternatives, quotes keep commas.

    Raises ValueError, whose words are for the reader, for a value that the field cannot have.
    """
    read = _READERS[name]
    quoted = typed.startswith('"')
    values = [typed.strip('"')] if quoted else [one for one in typed.split(",") if one]
    values = [one.strip() for one in values if one.strip()]
    if not values:
        raise ValueError(f"{name}: needs a value right after the colon")
    if len(values) > MAX_VALUES:
        raise ValueError(f"{name}: has {len(values)} values; at most {MAX_VALUES} are allowed")
    parts = [read(value, reading) for value in values]
    if len(parts) == 1:
        return parts[0]
    choices = [part for part in parts if isinstance(part, OneOf)]
    if len(choices) == len(parts):
        return OneOf(
            choices[0].field, tuple(dict.fromkeys(v for one in choices for v in one.values))
        )
    if all(isinstance(part, Byline) for part in parts):
        return Or(tuple(parts))
    raise ValueError(f"{name}: takes one value; {typed!r} has {len(values)}")
