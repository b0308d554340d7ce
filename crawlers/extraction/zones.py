"""The time zone of a page that writes its times without one, by its country."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from crawlers.extraction.evidence import split

NARROW = timedelta(hours=2)
"""Countries whose zones lie further apart (Australia, Russia, the United States) tell nothing."""

_COUNTRY_OF = {
    "ja": "JP", "ko": "KR", "th": "TH", "vi": "VN", "id": "ID", "ms": "MY", "fil": "PH",
    "lo": "LA", "km": "KH", "my": "MM",
}  # fmt: skip
"""Languages of the region that are written in one country's press (ISO 639 to ISO 3166)."""

_NOT_A_COUNTRY = {"tv", "io", "ai", "co", "me", "fm", "la", "to", "cc", "ws", "gg", "ly"}
"""Country domains that are sold to anybody."""


def page_zone(url: str, language: str | None, country: str | None = None) -> tzinfo | None:
    """Guess a page's zone from its outlet's country, else its domain's, else its language's.

    Args:
        url: The page's address.
        language: Its language (BCP 47); a region subtag counts.
        country: The outlet's country (ISO 3166-1 alpha-2), where it is known.

    Returns:
        The zone of most people of that country (IANA zone.tab lists it first), or None where the
        country is unknown or its zones lie more than two hours apart. An outlet known to be in
        such a country may write for another (Radio Free Asia): then domain or language tells.
    """
    own = _country_zone(country or "")
    if own is not None:
        return own
    by_domain = country_of(url)
    if by_domain is not None:
        return _country_zone(by_domain)
    subtags = (language or "").split("-")
    region = next((s for s in subtags[1:] if len(s) == 2), _COUNTRY_OF.get(subtags[0], ""))
    return _country_zone(region.upper())


def country_of(url: str, known: str | None = None) -> str | None:
    """Return an outlet's country (ISO 3166-1): the known one, else its top-level domain's, or None.

    `known` may be a code that is no country's ('ZZ'), and then tells nothing.
    """
    if known in _zones_by_country():
        return known
    domain = (split(url).hostname or "").rsplit(".", 1)[-1].lower()
    if len(domain) != 2 or domain in _NOT_A_COUNTRY:
        return None
    return "GB" if domain == "uk" else domain.upper()


@lru_cache(maxsize=256)
def _country_zone(country: str) -> tzinfo | None:
    zones = [ZoneInfo(name) for name in _zones_by_country().get(country, ())]
    if not zones:
        return None
    midsummer = datetime(2026, 7, 1)  # noqa: DTZ001 - the zone is applied next
    offsets = [zone.utcoffset(midsummer) or timedelta() for zone in zones]
    return zones[0] if max(offsets) - min(offsets) <= NARROW else None


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in lines.splitlines():
        if not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            table.setdefault(country, []).append(name)
    return table
