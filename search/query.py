"""The query language: one parser for both engines, the command line and everything built on them.

    scarborough OR 黄岩岛           either word
    coast guard -drill             both words, and not the third
    "code of conduct" (asean OR tac)
    country:PH,VN since:7d          fields (search.fields)
    filipino~                       with up to two misspellings, for words in Latin letters
    scarborough shoal               also as Panatag and 黄岩岛; "in quotes" only as it stands

Words stand for AND, which binds tighter than OR; `AND`, `OR` and `NOT` count only in capitals. A
word of a script without spaces, or with a hyphen or an apostrophe, is looked for as it stands. A
word without marks also finds its marked forms (`bien dong` finds biển Đông), not the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from search.affixes import LANGUAGES, forms
from search.engine import QueryError
from search.fields import FIELDS, read_field, unknown_field
from search.knowledge import Reading
from search.names import place_at, term_of, with_other_names
from search.nodes import And, Byline, Forms, Fuzzy, Level, Node, Not, OneOf, Or, Same, Term, nodes
from search.segmentation import segment

MAX_FUZZY = 10
"""Words that may be misspelt in one query: each is compared with the whole vocabulary."""
MAX_CHOICES = 50_000
"""Values of all fields together; a probability is up to a thousand for each category. Elasticsearch
takes 65,536 in one place."""
MAX_INFLECTED = 10
"""Words of one query whose Indonesian and Malay forms are looked for, up to 200 of each."""
MIN_FUZZY = 4
"""Letters of a word that may be misspelt: one change in three letters finds nearly anything."""
_LATIN_WORD = re.compile(r"[a-z]+")
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
    _atom: FIELD | WORD | PHRASE | "(" either ")"

    _OR.3: /OR(?=[\s()"]|$)/
    _AND.3: /AND(?=[\s()"]|$)/
    _NOT.3: /NOT(?=[\s()"]|$)/
    _MINUS.2: /-(?=[^\s\-)])/
    FIELD.2: /[A-Za-z_]{1,20}:(?![\/:])(?:"[^"]*"|[^\s()"]*)/
    WORD.1: /-(?=[\s)]|$)|--[^\s()"]*|[^\s()"\-][^\s()"]*/
    PHRASE.1: /"[^"]*"/
    %ignore /\s+/
"""
_ALLOWED = {
    "WORD": "a word",
    "PHRASE": 'a "phrase"',
    "FIELD": "field:value",
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
    {
        **dict.fromkeys("“”„‟«»「」『』＂", '"'),
        "（": "(",
        "）": ")",
        "：": ":",
        "～": "~",
        "－": "-",
        "−": "-",
    }
)


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


class _Builder:
    """Turns lark's tree into nodes; words without a letter or digit ('&', '-') are left out."""

    def __init__(self, text: str, reading: Reading) -> None:
        self._text = text
        self._reading = reading
        self._inflected = 0

    def build(self, branch: Tree[Token] | Token) -> Node | None:
        """Build one branch, None where nothing of it is left."""
        if isinstance(branch, Token):
            return self._leaf(branch)
        if branch.data != "either":
            node = self._both(branch.children)
            return Not(node) if node is not None and branch.data == "without" else node
        parts = self._all(branch.children)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Or(parts)

    def _all(self, branches: Sequence[Tree[Token] | Token]) -> tuple[Node, ...]:
        built = (self.build(branch) for branch in branches)
        return tuple(node for node in built if node is not None)

    def _both(self, branches: Sequence[Tree[Token] | Token]) -> Node | None:
        """Join the parts, with place names of several words found among neighbouring words."""
        parts: list[Node] = []
        at = 0
        while at < len(branches):
            name = place_at(self._text, branches[at:], self._reading.knowledge.gazetteer)
            node: Node | None
            if name is None:
                node, taken = self.build(branches[at]), 1
            else:
                typed = self._all(branches[at : at + name.words])
                node, taken = with_other_names(name, typed), name.words
            parts += [] if node is None else [node]
            at += taken
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _leaf(self, token: Token) -> Node | None:
        if token.type == "FIELD":
            return self._field(token)
        if token.type == "WORD" and re.fullmatch(r"[^~]+~", token):
            return self._fuzzy(token)
        term = term_of(str(token))
        return term if term is None or token.type != "WORD" else self._with_forms(term)

    def _with_forms(self, term: Term) -> Node:
        """Let the Indonesian and Malay forms of a word count too, in the first words only."""
        single = self._reading.inflected and term.unmarked and len(term.tokens) == 1
        made = forms(term.tokens[0]) if single else ()
        if not made or self._inflected == MAX_INFLECTED:
            return term
        self._inflected += 1
        return Same(term.tokens[0], (), (term, Forms(made, LANGUAGES)))

    def _field(self, token: Token) -> Node | None:
        name, _, value = str(token).partition(":")
        place = token.start_pos or 0
        if name.lower() not in FIELDS:
            if not value or not name.islower():  # a headline's "Breaking:Fire" is two words
                return term_of(str(token))
            raise _pointing(self._text, place, unknown_field(name))
        try:
            return read_field(name.lower(), value, self._reading)
        except ValueError as error:
            raise _pointing(self._text, place + len(name) + 1, str(error)) from None

    def _fuzzy(self, token: Token) -> Fuzzy:
        tokens = segment(str(token))
        word = tokens[0].folded if len(tokens) == 1 else ""
        if len(word) < MIN_FUZZY or not _LATIN_WORD.fullmatch(word):
            raise _pointing(
                self._text,
                token.start_pos or 0,
                f"'{token}' cannot be looked for with misspellings: ~ goes behind one word in "
                f"Latin letters, of at least {MIN_FUZZY}",
            )
        return Fuzzy(word, 1 if len(word) < 8 else 2)


def _settled(node: Node, categories: tuple[str, ...] = ()) -> Node:
    """Tie each probability to the categories that stand beside or above it."""
    if isinstance(node, Level):
        return replace(node, categories=categories) if categories else node
    if isinstance(node, Not):
        return Not(_settled(node.part, categories))
    if isinstance(node, And):
        beside = (p for p in node.parts if isinstance(p, OneOf) and p.field == "categories")
        categories = tuple(v for part in beside for v in part.values) or categories
    if isinstance(node, And | Or):
        return replace(node, parts=tuple(_settled(part, categories) for part in node.parts))
    return node


def parse(text: str, reading: Reading | None = None) -> Node | None:
    """Read a query; None stands for an empty one, which matches everything.

    Raises QueryError, which points at the character and says what is allowed, for a query that is
    too long (2,000 characters), too large (200 words and phrases, 1,000 tokens), nested too deep
    (20), out of order, with a field or a value that there is not, or without any letter or digit.
    """
    _check_bounds(text)
    if not text.strip():
        return None
    plain = text.translate(_KEYBOARDS)
    try:
        tree = _parser().parse(plain)
    except UnexpectedInput as error:
        raise _explain(plain, error) from None
    node = _Builder(plain, reading or Reading()).build(tree)
    if node is None:
        raise _pointing(plain, 0, "Nothing to look for: a query needs a letter or a digit")
    node = _settled(node)
    _check_size(node)
    return node


def _choices(node: Node) -> int:
    if isinstance(node, Level):
        return len(node.terms.values)
    return len(node.values) if isinstance(node, OneOf) else 0


def _check_size(node: Node) -> None:
    leaves = [one for one in nodes(node) if not isinstance(one, And | Or | Not | Same)]
    expanded = sum(len(one.parts) - 1 for one in nodes(node) if isinstance(one, Same))
    if len(leaves) - expanded > MAX_TERMS:
        raise QueryError(
            f"The query has {len(leaves) - expanded:,} words and phrases; at most {MAX_TERMS} are "
            "allowed: put words that belong together into quotation marks or split the query"
        )
    if sum(isinstance(one, Fuzzy) for one in leaves) > MAX_FUZZY:
        raise QueryError(f"At most {MAX_FUZZY} words with ~ are allowed in one query")
    choices = sum(_choices(one) for one in leaves)
    if choices > MAX_CHOICES:
        raise QueryError(
            "The query has too many values behind its fields: leave out categories or probabilities"
        )
    tokens = sum(len(one.tokens) for one in leaves if isinstance(one, Term | Byline))
    if tokens > MAX_TOKENS:
        raise QueryError(
            f"The query has {tokens:,} pieces (a word is one, a Chinese or Thai character two, a "
            f"place as many as all its names); at most {MAX_TOKENS:,} are allowed: shorten it, "
            "split it, or put places into quotation marks"
        )
