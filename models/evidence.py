"""Evidence: the sentence that earned a tag, found by asking the model about each sentence alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from articles.record import Span
from models.reading import clean
from models.sentences import sentences
from models.tagger import Read, Tagged, TaggerInput

Score = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Gives risk probabilities (texts, risks), in the order of the verdicts' `risks`."""

MOST_SENTENCES = 12
"""Sentences of the text that are asked about; the encoder's 256 tokens hold about ten, but a text
of short cries would hold a hundred."""


def candidates(given: TaggerInput, read: Read) -> list[Span]:
    """Return the title and the first sentences of the text, as spans of the article.

    Only what was read can have earned a tag: the last span ends where the reading did.
    """
    title = given.title[: read.title]
    start = len(title) - len(title.lstrip())
    spans = [Span(field="title", start=start, end=len(title.rstrip()))] if clean(title) else []
    body = sentences(given.text[: read.text])[:MOST_SENTENCES]
    return spans + [Span(field="text", start=a, end=b) for a, b in body]


def words_of(given: TaggerInput, span: Span) -> str:
    """Return the characters of an article that a span names."""
    source = given.title if span.field == "title" else given.text
    return source[span.start : span.end]


def with_evidence(
    given: Sequence[TaggerInput], tagged: Sequence[Tagged], score: Score
) -> list[Tagged]:
    """Return the verdicts with, for each tag, the sentence most probable to earn it alone.

    Only tagged articles of several sentences cost anything; those of one, headlines alone, have
    no choice. All sentences are scored in one batched pass.
    """
    spans = [
        candidates(one, verdict.read) if verdict.categories else []
        for one, verdict in zip(given, tagged, strict=True)
    ]
    asked = [
        clean(words_of(one, span))
        for one, mine in zip(given, spans, strict=True)
        if len(mine) > 1
        for span in mine
    ]
    scores = score(asked) if asked else np.zeros((0, 0), np.float32)
    out, row = [], 0
    for verdict, mine in zip(tagged, spans, strict=True):
        count = len(mine) if len(mine) > 1 else 0
        rows = scores[row : row + count]
        row += count
        out.append(_chosen(verdict, mine, rows) if mine else verdict)
    return out


def _chosen(verdict: Tagged, spans: list[Span], scores: npt.NDArray[np.float32]) -> Tagged:
    names = list(verdict.risks)
    evidence = {
        name: spans[int(scores[:, names.index(name)].argmax()) if len(spans) > 1 else 0]
        for name in names
        if name in verdict.categories
    }
    return replace(verdict, evidence=evidence)
