"""How well the gazetteer finds the countries an article is about, per language.

    python -m benchmarks.country_scores [--part test] [--news real_headlines.jsonl] [--misses en]

Precision and recall pool all (item, country) pairs; F1 is of the pooled two. `first` is the share
of items with a country whose most prominent one is found first, `exact` that of all items whose
set of countries is found whole and nothing beside it. `--part` keeps one part of the split that
training uses (seed 7), `--news` scores labelled real headlines instead of the project's own items,
`--misses` lists the items of a language that are not exact.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from models.corpus import LabelledItem, part_of, read_items, read_news
from models.gazetteer import load_gazetteer

SEED = 7


@dataclass(slots=True)
class Count:
    """What is summed over the items of a language."""

    items: int = 0
    exact: int = 0
    with_country: int = 0
    first: int = 0
    gold: int = 0
    found: int = 0
    shared: int = 0

    def add(self, gold: tuple[str, ...], found: list[str]) -> None:
        """Count one item's countries, both lists most prominent first."""
        self.items += 1
        self.exact += set(gold) == set(found)
        self.with_country += bool(gold)
        self.first += gold[:1] == tuple(found[:1]) and bool(gold)
        self.gold += len(gold)
        self.found += len(found)
        self.shared += len(set(gold) & set(found))

    def row(self, name: str) -> str:
        """Return the language's line of the table."""
        precision = self.shared / max(1, self.found)
        recall = self.shared / max(1, self.gold)
        f1 = 2 * self.shared / max(1, self.found + self.gold)
        first, exact = self.first / max(1, self.with_country), self.exact / max(1, self.items)
        return (
            f"{name:8} {self.items:6d} {precision:9.3f} {recall:6.3f} {f1:6.3f} "
            f"{first:6.3f} {exact:6.3f}"
        )


def main() -> None:
    """Print the table, and the misses asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--part", choices=["train", "development", "test"])
    parser.add_argument("--news", type=Path)
    parser.add_argument("--misses", metavar="LANGUAGE")
    options = parser.parse_args()
    items = read_news(options.news) if options.news else read_items()
    items = [i for i in items if not options.part or part_of(i.event, SEED) == options.part]
    began = time.perf_counter()
    gazetteer = load_gazetteer()
    loaded = time.perf_counter() - began
    counts: dict[str, Count] = defaultdict(Count)
    for item in items:
        found = gazetteer.find(item.given()).countries
        for name in (item.language, "all"):
            counts[name].add(item.countries, found)
        if item.language == options.misses and set(found) != set(item.countries):
            print(_miss(item, found))
    print("language  items precision recall     F1  first  exact")
    for name, count in sorted(counts.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        print(count.row(name))
    seconds = time.perf_counter() - began - loaded
    print(f"loaded in {loaded:.2f} s; {len(items) / seconds:.0f} items a second")


def _miss(item: LabelledItem, found: list[str]) -> str:
    lost = " ".join(code for code in item.countries if code not in found)
    stray = " ".join(code for code in found if code not in item.countries)
    return f"{item.id} lost [{lost}] stray [{stray}] {item.title} | {item.summary}"


if __name__ == "__main__":
    main()
