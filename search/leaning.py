"""Takes out of a question's embedding what only says in which language it is asked.

Encoders put texts of one language near each other, whatever they say: a Thai question is nearer to
any Thai article than to the English one that answers it. The mean of a few sentences about other
things is what a language has in common; a part of it is taken from the question, which leaves the
articles and their index as they are. Works for any encoder: the mean is made with the one that
reads the question.

Measured with the encoder of 2026-11-24, recall@10 of the 201 pairs of cross_language.yml in
tests/search: among the 53 judged articles .861 without and .950 with .5; among 1,080 more in
English .821 without, .866 with .3, .881 with .5, .896 with .6 and .7, .881 with .9. Chosen on a
random half of the pairs (.85 to .89); the other half went from .79 to .87. Six draws of 8 or 12
other sentences gave .866 to .876. nDCG@10 of the judged questions, most of which have their best
answer in their own language too: .893 without, .910 with .5, .899 with .6. The mean of all
languages in place of the question's own makes it worse (.776).
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import regex  # type: ignore[import-untyped]
from numpy.typing import NDArray

from search.everyday import EVERYDAY
from search.knowledge import Embedder
from search.segmentation import segment

PART = 0.5
"""Of the language's mean that is taken from a question; see above."""

_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("km", regex.compile(r"\p{Khmer}")),
    ("lo", regex.compile(r"\p{Lao}")),
    ("my", regex.compile(r"\p{Myanmar}")),
    ("vi", regex.compile(r"[ăâđêôơư\u1ea0-\u1ef9]", regex.IGNORECASE)),
    ("en", regex.compile(r"\p{Latin}")),
)
_LATIN = {
    "id": frozenset(
        [
            *("dan", "di", "yang", "ke", "dari", "untuk", "dengan", "dalam", "pada", "oleh"),
            *("akan", "tidak", "antara", "telah", "atas", "setelah", "karena", "sebagai"),
            *("serta", "terhadap", "bagi", "kapal", "laut", "polisi", "serangan", "warga"),
            *("menteri", "harga", "naik", "pemerintah", "menuntut", "ditutup", "negara"),
        ]
    ),
    "fil": frozenset(
        ["ang", "ng", "sa", "mga", "ay", "ni", "kay", "dahil", "hindi", "nang", "sina", "para"]
    ),
}
"""Frequent words of the languages in Latin letters without marks; id stands for Malay too."""


def language_of(text: str) -> str | None:
    """Guess in which of the region's languages a question is; None where none of them fits."""
    counted = Counter({code: len(script.findall(text)) for code, script in _SCRIPTS})
    if not any(counted.values()):
        return None
    if counted["ja"] or counted["vi"]:
        return "ja" if counted["ja"] else "vi"
    code = counted.most_common(1)[0][0]
    return _latin(text) if code == "en" else code


def _latin(text: str) -> str:
    words = {token.text for token in segment(text)}
    shared = {code: len(words & known) for code, known in _LATIN.items()}
    best = max(shared, key=lambda code: shared[code])
    return best if shared[best] else "en"


@lru_cache(maxsize=32)
def _mean(embedder: Embedder, language: str) -> NDArray[np.float32]:
    made = np.asarray(embedder.embed(EVERYDAY[language]), dtype=np.float32)
    return np.asarray(made.mean(axis=0), dtype=np.float32)


def without_leaning(
    embedder: Embedder, text: str, vector: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return a question's unit vector (384,) with less of its language in it, again of length 1."""
    language = language_of(text)
    if language is None or language not in EVERYDAY:
        return vector
    bare = vector - PART * _mean(embedder, language)
    length = float(np.linalg.norm(bare))
    return np.asarray(bare / length, dtype=np.float32) if length > 0 else vector
