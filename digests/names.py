"""English names of languages and countries, and a script's direction (Unicode CLDR by Babel)."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

from digests.cleaning import MAX_NAME, clean

REGION_LANGUAGES = ("en", "fil", "id", "km", "lo", "ms", "my", "pt", "ta", "tet", "th", "vi", "zh")
"""Official languages of the ASEAN states (Timor-Leste's among them) and China."""

_ALIASES = {"tl": "fil", "cmn": "zh", "yue": "zh"}


def base_language(tag: str) -> str:
    """Return the primary language of a BCP 47 tag (`zh` for zh-Hant), Tagalog as Filipino."""
    base = tag.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return _ALIASES.get(base, base)


@cache
def _english() -> Locale:
    return Locale.parse("en")


def language_name(tag: str) -> str:
    """Return the language's name in English, or the tag itself where CLDR knows none."""
    if tag in {"", "und"}:
        return "language unknown"
    return str(_english().languages.get(base_language(tag)) or clean(tag, MAX_NAME))


def country_name(code: str) -> str:
    """Return the country's name in English, or the code itself where CLDR knows none."""
    return str(_english().territories.get(code.upper()) or clean(code, MAX_NAME))


def text_direction(tag: str) -> str:
    """Return 'rtl' for languages written from right to left, else 'ltr'."""
    try:
        return str(Locale.parse(base_language(tag)).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"
