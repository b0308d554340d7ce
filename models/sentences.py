"""Cuts a text into sentences, in scripts with and without spaces, keeping character offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop ends a sentence only before space or end, so that 3.5 and example.com stay whole;
# the marks of Chinese, Khmer (។ ៕), Burmese (။) and Hindi (।) end one wherever they stand.
_END = re.compile(
    r"(?P<plain>[.!?…]+[\"'”’»)\]]*(?=\s|$))|[。！？｡!?；]+[」』”’）]*|[។៕။।]+|\n\s*\n", re.UNICODE
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Gov"
    r"|Sen|Rep|Hon|St|No|Nos|vs|etc|Jr|Sr|Inc|Ltd|Co|Corp|Tn|Tp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?"
    r"|Oct|Nov|Dec)\.$"
)
_SPACED_CLAUSES = re.compile("[\u0e00-\u0eff]")
"""Thai and Lao: no mark ends a sentence, spaces part clauses."""
CLAUSE_CHARACTERS = 60
"""Shortest run of Thai or Lao clauses taken as one sentence; a clause of news is 20 to 60 long."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence, without the white space around it."""
    spans = [clause for start, end in _marked(text) for clause in _clauses(text, start, end)]
    trimmed = (_trim(text, start, end) for start, end in spans)
    return [(start, end) for start, end in trimmed if start < end]


def _marked(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        head = text[max(start, mark.start() - 12) : mark.start() + 1]
        if mark["plain"] and mark[0] == "." and _ABBREVIATION.search(head):
            continue
        yield start, mark.end()
        start = mark.end()
    yield start, len(text)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a long Thai or Lao stretch at spaces into runs of at least CLAUSE_CHARACTERS."""
    if end - start <= 2 * CLAUSE_CHARACTERS or not _SPACED_CLAUSES.search(text, start, end):
        yield start, end
        return
    base = start
    for space in re.finditer(r"\s+", text[start:end]):
        at = base + space.start()
        if at - start >= CLAUSE_CHARACTERS and end - at >= CLAUSE_CHARACTERS // 2:
            yield start, at
            start = at
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
