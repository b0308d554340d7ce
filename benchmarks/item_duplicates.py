"""Near-duplicates and templates among the project's items, over all languages and batches.

    python -m benchmarks.item_duplicates [--least 0.5]

Three looks at each pair, by Jaccard overlap of shingles: characters of the text (any script);
pairs of words; and the skeleton, in which names and numbers are masked, so that a template with
other names filled in shows. tests/models/test_item_duplicates.py refuses any pair over the limits.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from models.corpus import LabelledItem, read_items
from models.reading import lead

LIMITS = {"characters": 0.3, "words": 0.35, "skeleton": 0.5}
"""Overlap from which two items tell one story in like words: of the pairs over 0.25 read by eye,
those over 0.3 of characters were nearly all one event told twice, by two batches."""
LEAST_SHINGLES = 6
"""Shingles of the shorter text, at the least: a spaceless headline is two or three 'words'."""
LEAST_LEFT = 5
"""Words of a skeleton that are no mask, at the least; fewer occur by chance."""
_NAME = re.compile(r"\b[A-Z][\w'’-]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LOOKS = {
    "characters": CountVectorizer(analyzer="char_wb", ngram_range=(4, 4), binary=True),
    "words": CountVectorizer(ngram_range=(2, 2), token_pattern=r"(?u)[^\s,.;:!?]+", binary=True),
    "skeleton": CountVectorizer(
        ngram_range=(3, 3), token_pattern=r"(?u)[^\s,.;:!?]+", binary=True, lowercase=False
    ),
}


class NearPair(NamedTuple):
    """Two items that overlap: by which look, how much, and their places in the list."""

    look: str
    overlap: float
    first: int
    second: int


def near_pairs(items: Sequence[LabelledItem], limits: dict[str, float] = LIMITS) -> list[NearPair]:
    """Return each pair of items whose overlap reaches a look's limit, the nearest first."""
    texts = [lead(item.given()) for item in items]
    seen = {"characters": texts, "words": texts, "skeleton": list(map(skeleton, texts))}
    pairs = [p for look, given in seen.items() for p in _overlaps(look, given, limits[look])]
    return sorted(pairs, key=lambda pair: -pair.overlap)


def skeleton(text: str) -> str:
    """Return a text with capitalized words and numbers masked: what a template leaves.

    A headline that capitalizes nearly every word leaves too little to tell, and gives nothing.
    """
    masked = re.sub(r"\bN(?: N)+\b", "N", _NUMBER.sub("0", _NAME.sub("N", text)))
    left = [word for word in masked.split() if word.strip(",.;:") not in {"N", "0"}]
    return masked if len(left) >= LEAST_LEFT else ""


def _overlaps(look: str, texts: Sequence[str], least: float) -> Iterator[NearPair]:
    shingles = _LOOKS[look].fit_transform(texts).astype(np.int32)
    sizes = np.asarray(shingles.sum(1)).ravel()
    shared = (shingles @ shingles.T).tocoo()
    upper = shared.row < shared.col
    rows, columns, common = shared.row[upper], shared.col[upper], shared.data[upper]
    overlap = common / np.maximum(sizes[rows] + sizes[columns] - common, 1)
    enough = np.minimum(sizes[rows], sizes[columns]) >= LEAST_SHINGLES
    for place in np.flatnonzero((overlap >= least) & enough):
        yield NearPair(look, float(overlap[place]), int(rows[place]), int(columns[place]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--least", type=float, help="one limit for all three looks")
    options = parser.parse_args()
    items = read_items()
    limits = dict.fromkeys(LIMITS, options.least) if options.least else LIMITS
    pairs = near_pairs(items, limits)
    for pair in pairs:
        print(f"{pair.look} {pair.overlap:.2f}")
        for item in (items[pair.first], items[pair.second]):
            print(f"    {item.id} ({item.event}): {lead(item.given())[:150]}")
    print(f"{len(items)} items, {len(pairs)} pairs at or over {limits}")


if __name__ == "__main__":
    main()
