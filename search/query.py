"""The query language: one parser for both engines, the command line and everything built on them.

    scarborough OR 黄岩岛           either word
    coast guard -drill             both words, and not the third
    "code of conduct" (asean OR tac)

Words stand for AND, which binds tighter than OR; `AND`, `OR` and `NOT` count only in capitals. A
word of a script without spaces, or with a hyphen or an apostrophe, is looked for as it stands. A
word without marks also finds its marked forms (`bien dong` finds biển Đông), not the reverse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from search.engine import QueryError
from search.segmentation import segment

MAX_CHARACTERS = 2000
MAX_TERMS = 200
MAX_NESTING = 20
MAX_TOKENS = 1000
"""Tokens of all terms; each is looked up in up to four fields, and an Elasticsearch with a small
heap (512 MB) allows 8,192 look-ups in one query."""

_GRAMMAR = r"""
    ?start: either
    either: both (_OR both)*
    both: _item (_AND? _item)*
    _item: without | _atom
    without: (_MINUS | _NOT) _atom
    _atom: WORD | PHRASE | "(" either ")"

    _OR.3: /OR(?=[\s()"]|$)/
    _AND.3: /AND(?=[\s()"]|$)/
    _NOT.3: /NOT(?=[\s()"]|$)/
    _MINUS.2: /-(?=[^\s\-)])/
    WORD.1: /-(?=[\s)]|$)|--[^\s()"]*|[^\s()"\-][^\s()"]*/
    PHRASE.1: /"[^"]*"/
    %ignore /\s+/
"""
_ALLOWED = {
    "WORD": "a word",
    "PHRASE": 'a "phrase"',
    "LPAR": "(",
    "RPAR": ")",
    "_MINUS": "-",
    "_OR": "OR",
    "_AND": "AND",
    "_NOT": "NOT",
    "$END": "the end",
}
# What phones and Chinese or Vietnamese keyboards type; one character for one, so that places hold.
_KEYBOARDS = str.maketrans(
    {**dict.fromkeys("“”„‟«»「」『』＂", '"'), "（": "(", "）": ")", "－": "-", "−": "-"}
)


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


Node = Term | And | Or | Not


@lru_cache(maxsize=1)
def _parser() -> Lark:
    # The contextual lexer would read a misplaced OR as the word "or".
    return Lark(_GRAMMAR, parser="lalr", lexer="basic")


def _pointing(text: str, place: int, problem: str) -> QueryError:
    """Build an error that shows 60 characters around the place, with a caret under it."""
    first = max(0, place - 40)
    shown = "".join(c if c.isprintable() else " " for c in text[first : first + 60])
    caret = " " * (place - first) + "^"
    return QueryError(f"{problem} (character {place + 1} of the query)\n  {shown}\n  {caret}")


def _allowed(names: set[str]) -> str:
    shown = [words for name, words in _ALLOWED.items() if name in names]
    return ", ".join(shown)


def _explain(text: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedCharacters):
        place = error.pos_in_stream or 0
        return _pointing(text, place, 'A quotation mark is never closed: add a second "')
    if not isinstance(error, UnexpectedToken):
        raise error  # the LALR parser has only these two
    allowed = _allowed(set(error.accepts or error.expected))
    if error.token.type == "$END":
        return _pointing(text, len(text.rstrip()), f"The query ends too early; allowed: {allowed}")
    place = error.token.start_pos or 0
    return _pointing(text, place, f"'{error.token}' cannot stand here; allowed: {allowed}")


def _check_bounds(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"The query has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed: "
            "shorten it or split it into several searches"
        )
    depth, quoted = 0, False
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth > MAX_NESTING:
                raise _pointing(text, place, f"More than {MAX_NESTING} brackets inside each other")


def _term(token: Token) -> Term | None:
    tokens = segment(str(token))
    if not tokens:
        return None
    unmarked = all(one.text == one.folded for one in tokens)
    words = 1 + sum(one.start >= before.end for before, one in pairwise(tokens))
    return Term(tuple(one.text for one in tokens), unmarked, words / len(tokens))


def _build(branch: Tree[Token] | Token) -> Node | None:
    """Turn lark's tree into nodes; words without a letter or digit ('&', '-') are left out."""
    if isinstance(branch, Token):
        return _term(branch)
    children = [_build(child) for child in branch.children]
    parts = tuple(child for child in children if child is not None)
    if not parts:
        return None
    if branch.data == "without":
        return Not(parts[0])
    if len(parts) == 1:
        return parts[0]
    return Or(parts) if branch.data == "either" else And(parts)


def parse(text: str) -> Node | None:
    """Read a query; None stands for an empty one, which matches everything.

    Raises QueryError, which points at the character and says what is allowed, for a query that is
    too long (2,000 characters), too large (200 words and phrases, 1,000 tokens), nested too deep
    (20), out of order, or without any letter or digit.
    """
    _check_bounds(text)
    if not text.strip():
        return None
    plain = text.translate(_KEYBOARDS)
    try:
        tree = _parser().parse(plain)
    except UnexpectedInput as error:
        raise _explain(plain, error) from None
    node = _build(tree)
    if node is None:
        raise _pointing(plain, 0, "Nothing to look for: a query needs a letter or a digit")
    _check_size(list(_terms(node, negated=True)))
    return node


def _check_size(terms: Sequence[Term]) -> None:
    if len(terms) > MAX_TERMS:
        raise QueryError(
            f"The query has {len(terms):,} words and phrases; at most {MAX_TERMS} are allowed: "
            "put words that belong together into quotation marks or split the query"
        )
    tokens = sum(len(term.tokens) for term in terms)
    if tokens > MAX_TOKENS:
        raise QueryError(
            f"The query has {tokens:,} pieces (a word is one, a Chinese or Thai character two); at "
            f"most {MAX_TOKENS:,} are allowed: shorten it or split it into several searches"
        )


def _terms(node: Node, *, negated: bool) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        if negated:
            yield from _terms(node.part, negated=negated)
    else:
        for part in node.parts:
            yield from _terms(part, negated=negated)


def wanted_terms(node: Node | None) -> Sequence[Term]:
    """List the terms that a hit may show: all but those that a minus forbids."""
    return [] if node is None else list(_terms(node, negated=False))
