"""The parts of a parsed query, the same for both engines.

`Term`, `Fuzzy` and `Forms` are words: they count in the score and are marked in snippets. `OneOf`,
`Byline`, `Period` and `Level` are conditions: they only let through. `And`, `Or`, `Not` and `Same`
combine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from search.mapping import ANY_CATEGORY, tag_level


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand next to each other; `unmarked` ones also match the folded form.

    `weight` multiplies the score: a run of a script without spaces has two tokens per character,
    whose scores add up, and must not count ten times as much as the English word beside it. With
    its weight a run counts as one word as rare as its tokens are on average.
    """

    tokens: tuple[str, ...]
    unmarked: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word in Latin letters, without marks, that may be written with up to `edits` changes."""

    word: str
    edits: int


@dataclass(frozen=True, slots=True)
class Forms:
    """Any of these words, in articles of these languages; all match alike, as Fuzzy's do."""

    words: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has at least one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Byline:
    """An author's name holds these tokens next to each other."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """`Article.when` is at or after `since` and before `until`."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A tag of one of the categories has a probability from `low` to `high`, in thousandths."""

    low: int
    high: int
    categories: tuple[str, ...] = (ANY_CATEGORY,)

    @property
    def terms(self) -> OneOf:
        """The same as values of a field that both engines hold."""
        steps = range(self.low, self.high + 1)
        return OneOf(
            "tag_levels", tuple(tag_level(one, step) for one in self.categories for step in steps)
        )


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: Node


@dataclass(frozen=True, slots=True)
class Same:
    """One thing under several names or forms: at least one matches, and only the best one counts.

    `typed` is what the query said, `names` the others, as they are shown to the reader (none for
    forms of a word); `parts` has the typed one first.
    """

    typed: str
    names: tuple[str, ...]
    parts: tuple[Node, ...]


Word = Term | Fuzzy | Forms
Condition = OneOf | Byline | Period | Level
Node = Word | Condition | And | Or | Not | Same


def nodes(node: Node | None, *, negated: bool = True) -> Iterator[Node]:
    """Walk a query from the root; without `negated`, past what a minus forbids."""
    if node is None or (isinstance(node, Not) and not negated):
        return
    yield node
    if isinstance(node, Not):
        yield from nodes(node.part, negated=negated)
    elif isinstance(node, And | Or | Same):
        for part in node.parts:
            yield from nodes(part, negated=negated)


def wanted_words(node: Node | None) -> Sequence[Word]:
    """List the words that a hit may show: all but those that a minus forbids."""
    return [one for one in nodes(node, negated=False) if isinstance(one, Word)]


def other_names(node: Node | None) -> dict[str, tuple[str, ...]]:
    """List the names that were searched besides the typed ones, by what was typed."""
    return {one.typed: one.names for one in nodes(node) if isinstance(one, Same) and one.names}
