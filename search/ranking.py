"""What counts in the order of relevance besides the words: the weights, and why.

Both engines use these tables. They multiply the score of the words, so that a long query and a
short one are treated alike.

| weight | value | why |
| --- | --- | --- |
| seen within a day | 1 | the analyst's question is nearly always about now |
| within a week | 0.95 | still the running story; a clearly better match wins |
| within a month | 0.9 | background to it |
| older | 0.8 | an exact match from last year must still beat a loose one of today |
| repeats another article | 0.7 | one agency report at ten outlets must not fill the page |
| headline | 3 | names what the item is about; the body names much in passing |

Starting points, set by hand on the judged queries (tests/search/judged.yml), where nDCG@10 is
pinned; they are few and coarse because forty queries cannot tell finer ones apart.
"""

from __future__ import annotations

from datetime import datetime, timedelta

RECENCY: tuple[tuple[timedelta, float], ...] = (
    (timedelta(days=1), 1.0),
    (timedelta(days=7), 0.95),
    (timedelta(days=30), 0.9),
)
"""Factor for articles no older than this; the first that fits counts."""

OLDER = 0.8
"""Factor for articles older than the last of RECENCY."""

REPEATED = 0.7
"""Factor for a near-duplicate of another article."""

RANK_CONSTANT = 5
"""The k of reciprocal rank fusion, 1 / (k + rank), by Cormack, Clarke and Buettcher (SIGIR 2009).

They took 60 to fuse many rankings of a thousand. With two of 200 that is too flat: the first and
the tenth differ by 14 %, and the factor of an old article, 0.8, would push it back 15 places.
Measured on the judged questions: nDCG@10 0.88 with 5, 0.86 with 10, 0.84 with 20, 0.79 with 60
(words at a quarter)."""

MEANING, WORDS = 1.0, 0.05
"""Weights of the two rankings in a search by meaning. Words hardly count: a question in English
shares `of` and `the` with every English article, and nothing with the Thai one that answers it.
Measured, nDCG@10 of the judged questions and recall@10 of the cross-language pairs: 0.88 and 0.83
with 0.25, 0.88 and 0.84 with 0.1, 0.89 and 0.85 with 0.05, 0.89 and 0.86 without words. What is
left lets a name or number that no encoder knows bring an article in, and decides between equals."""

CANDIDATES = 200
"""Articles of each ranking that are fused, and the most that a search by meaning returns of each.
Also how many of the best matches of words the embedded engine reorders by recency."""


def recency_borders(now: datetime) -> list[tuple[datetime, float]]:
    """Give the moments after which each factor of RECENCY counts, whole hours before `now`.

    Whole hours, so that the pages of one result rarely see different borders.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [(hour - age, factor) for age, factor in RECENCY]
