"""The lexical head: risks told from tokens and pairs of tokens, added to the encoder's logits.

Logistic regression on TF-IDF errs elsewhere than a fine-tuned encoder does, whose word embeddings
are frozen: the names of armed groups, say, it learns one by one. The sum of both errs less than
either (figures in docs/model_card.md). It reads texts as models.neutral_words gives them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from models.errors import WeightsError
from models.tagger import RISKS
from models.weights import LEXICAL, require

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_TORN = (OSError, EOFError, MemoryError, RuntimeError, TypeError, zipfile.BadZipFile, zlib.error)
"""What numpy raises for an archive that is cut, damaged, or declares arrays of any size."""
PAIR = 1 << 32
"""Above every token id: a term is the id of a token, or of a pair (first + 1) * PAIR + second."""


class Features(NamedTuple):
    """The TF-IDF values of texts that are not zero: their rows, columns and values, each (n,)."""

    rows: Integers
    columns: Integers
    values: Floats


@dataclass(frozen=True, slots=True)
class LexicalHead:
    """Which terms are known and what each says of each risk.

    Args:
        terms: Known terms, sorted, shape (terms,).
        idf: Inverse document frequency of each, shape (terms,).
        weights: What one step of each says, shape (terms, risks).
        offsets: What a text without known terms says, shape (risks,).
    """

    terms: Integers
    idf: Floats
    weights: Floats
    offsets: Floats

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the head of a weights folder. Raises WeightsError if it is missing or torn."""
        path = require(folder, LEXICAL)
        try:
            with np.load(path, allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in cls.__slots__}
            head = cls(
                _whole(arrays["terms"]),
                *(arrays[name].astype(np.float32) for name in ("idf", "weights", "offsets")),
            )
            _check(head)
        except (*_TORN, ValueError, KeyError) as error:
            raise WeightsError(
                f"Lexical head {path} cannot be read: {error}. Run `shoalwatch doctor`."
            ) from error
        return head

    def write(self, folder: Path) -> None:
        """Write the head into a weights folder, in half precision."""
        half = {name: getattr(self, name).astype(np.float16) for name in ("idf", "weights")}
        np.savez_compressed(
            folder / LEXICAL, terms=self.terms, offsets=self.offsets, allow_pickle=False, **half
        )

    def scaled(self, shares: Sequence[float]) -> Self:
        """Return the head whose logits are multiplied by a share for each risk."""
        by = np.asarray(shares, np.float32)
        weights = (self.weights * by).astype(np.float16).astype(np.float32)
        return replace(self, weights=weights, offsets=self.offsets * by)

    def logits(self, encoded: Sequence[Sequence[int]]) -> Floats:
        """Return what the terms of texts, given as token ids, say of each risk: (n, risks)."""
        found = self.features(encoded)
        said = found.values[:, None] * self.weights[found.columns]
        out = np.zeros((len(encoded), len(self.offsets)))
        for risk, column in enumerate(said.T):
            out[:, risk] = np.bincount(found.rows, column, minlength=len(encoded))
        return np.asarray(out + self.offsets, np.float32)

    def features(self, encoded: Sequence[Sequence[int]]) -> Features:
        """Return texts as TF-IDF with sublinear term frequency, each of unit length."""
        rows, terms = terms_of(encoded)
        if not len(self.terms):
            return Features(rows[:0], rows[:0], np.zeros(0, np.float32))
        places = np.searchsorted(self.terms, terms).clip(max=len(self.terms) - 1)
        known = self.terms[places] == terms
        cells, counts = np.unique(rows[known] * len(self.terms) + places[known], return_counts=True)
        rows, columns = np.divmod(cells, len(self.terms))
        values = (1 + np.log(counts)) * self.idf[columns]
        length = np.sqrt(np.bincount(rows, values**2, minlength=len(encoded)))
        return Features(rows, columns, np.asarray(values / length[rows], np.float32))


def _check(head: LexicalHead) -> None:
    """Raise ValueError if the arrays are not those of one head."""
    arrays = (head.idf, head.weights, head.offsets)
    shapes, terms, risks = [array.shape for array in arrays], len(head.terms), len(RISKS)
    if shapes != [(terms,), (terms, risks), (risks,)]:
        raise ValueError(f"beside {terms} terms its arrays have the shapes {shapes}")
    if (np.diff(head.terms) <= 0).any():
        raise ValueError("its terms do not rise")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("it holds numbers that are not finite")


def _whole(terms: npt.NDArray[np.generic]) -> Integers:
    if terms.ndim != 1 or not np.issubdtype(terms.dtype, np.integer):
        raise ValueError(f"its terms are {terms.dtype} of shape {terms.shape}")
    return terms.astype(np.int64)


def terms_of(encoded: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """Return every token and pair of neighbours of texts: the row of each, and its term."""
    lengths = np.array([len(ids) for ids in encoded], np.int64)
    ids = np.array([one for ids in encoded for one in ids], np.int64)
    rows = np.repeat(np.arange(len(encoded)), lengths)
    together = rows[1:] == rows[:-1]
    pairs = (ids[:-1] + 1) * PAIR + ids[1:]
    return np.append(rows, rows[1:][together]), np.append(ids, pairs[together])
