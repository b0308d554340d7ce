"""Places under all their names: Scarborough Shoal is also Panatag, Bajo de Masinloc and 黄岩岛.

Names in quotation marks are looked for as they stand. No name is preferred: all count the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lark import Token, Tree

from search.knowledge import Gazetteer
from search.nodes import And, Node, Same, Term
from search.segmentation import segment

MAX_WORDS = 6
"""Words of a name; the longest in use is Quần đảo Trường Sa with its four."""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place found in a query: how it was typed, in how many words, and its other names."""

    typed: str
    words: int
    others: tuple[str, ...]


def term_of(text: str) -> Term | None:
    """Make the term of a word or phrase; None if it has no letter and no digit."""
    tokens = segment(text)
    if not tokens:
        return None
    unmarked = all(one.text == one.folded for one in tokens)
    words = 1 + sum(one.start >= before.end for before, one in pairwise(tokens))
    return Term(tuple(one.text for one in tokens), unmarked, words / len(tokens))


def place_at(
    text: str, branches: Sequence[Tree[Token] | Token], gazetteer: Gazetteer
) -> PlaceName | None:
    """Find the longest place name that the next words of a query spell, with only spaces between.

    `branches` are lark's leaves and groups in order; `text` is the query they were read from.
    """
    words: list[Token] = []
    for branch in branches[:MAX_WORDS]:
        if not isinstance(branch, Token) or branch.type != "WORD":
            break
        if words and text[words[-1].end_pos : branch.start_pos].strip():
            break
        words.append(branch)
    for count in range(len(words), 0, -1):
        typed = " ".join(words[:count])
        ids = gazetteer.places(typed)
        if ids:
            return PlaceName(typed, count, _others(typed, ids, gazetteer))
    return None


def _others(typed: str, ids: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """List the names that find more than the typed one does, each once by its tokens."""
    seen = {_key(typed)}
    others = []
    for name in (name for place in ids for name in gazetteer.names(place)):
        if _key(name) and _key(name) not in seen:
            seen.add(_key(name))
            others.append(name)
    return tuple(others)


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.text for token in segment(name))


def with_other_names(name: PlaceName, typed: tuple[Node, ...]) -> Node | None:
    """Let any name of the place count for what was typed; other names are phrases."""
    if not typed:
        return None
    first = typed[0] if len(typed) == 1 else And(typed)
    others = [term_of(other) for other in name.others]
    terms = tuple(one for one in others if one is not None)
    return Same(name.typed, name.others, (first, *terms)) if terms else first
