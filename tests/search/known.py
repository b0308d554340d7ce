"""What the tests' engines are told about the world: a few places, owners and outlets."""

from __future__ import annotations

from collections.abc import Sequence

from search.knowledge import Knowledge

PLACES = {
    "scarborough_shoal": ("Scarborough Shoal", "Panatag", "Bajo de Masinloc", "黄岩岛", "黃岩島"),
    "south_china_sea": ("South China Sea", "West Philippine Sea", "Biển Đông", "南海", "ทะเลจีนใต้"),
}


class Places:
    """A gazetteer of two places."""

    def places(self, name: str) -> Sequence[str]:
        wanted = name.casefold()
        return [place for place, names in PLACES.items() if wanted in map(str.casefold, names)]

    def names(self, place: str) -> Sequence[str]:
        return PLACES.get(place, ())


KNOWN = Knowledge(
    gazetteer=Places(),
    owners={"Strait Press Group": ("strait-herald", "island-post"), "State": ("nanhai-wanbao",)},
    categories=("south_china_sea", "terrorism", "policy_divergence"),
)
