"""Which terms name countries: the lexical head learns nothing of them.

Else it would hold a weight for each country: news from one would be terrorism sooner than the same
news from another. Unbarred, the name of Somalia or Pakistan said more than that of a bomb.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from models.country_names import folded
from models.gazetteer import load_gazetteer
from models.lexical import PAIR, Integers, terms_of

MOSTLY = 0.5
"""Share of a term's occurrences in names of countries from which it is barred."""
_OUTSIDE = (0, PAIR)
"""What `terms_of` makes of flags: of one that is not set, and of two."""


def country_terms(texts: Sequence[str], tokenizer: Tokenizer) -> Integers:
    """Return the terms of texts that mostly stand in, or reach into, names of countries.

    Names are those that the gazetteer has of countries, their peoples and towns. Bodies and persons
    that only let one tell a country are no names of it: armed groups are what terrorism is about.

    Args:
        texts: What is learnt from, as the encoder reads it.
        tokenizer: The one it is read with.
    """
    plain = [folded(text) for text in texts]
    # Spans count in the folded text; where folding moved letters, the tokenizer reads that one.
    given = [f if len(f) != len(text) else text for f, text in zip(plain, texts, strict=True)]
    encoded = tokenizer.encode_batch(given)
    flags = [_flags(one.offsets, text) for one, text in zip(encoded, plain, strict=True)]
    terms = terms_of([one.ids for one in encoded])[1]
    inside = ~np.isin(terms_of(flags)[1], _OUTSIDE)
    known, places = np.unique(terms, return_inverse=True)
    share = np.bincount(places, inside) / np.bincount(places)
    return np.asarray(known[share > MOSTLY], np.int64)


def _flags(offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Return 1 for each token that shares a character with the name of a country, else 0."""
    named = np.zeros(len(text), bool)
    for start, end in load_gazetteer().country_spans(text):
        named[start:end] = True
    return [int(named[start:end].any()) for start, end in offsets]
