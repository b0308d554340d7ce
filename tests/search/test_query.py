"""The query language: what is read, and what a wrong query is told."""

from __future__ import annotations

import random

import pytest

from search.engine import QueryError
from search.nodes import And, Node, Not, Or, Term, wanted_words
from search.query import parse


def word(*tokens: str, unmarked: bool = True, weight: float = 1.0) -> Term:
    return Term(tokens, unmarked, weight)


@pytest.mark.parametrize("text", ["", "  ", "\n\t\u3000"])
def test_an_empty_query_matches_everything(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("Reef", word("reef")),
        ("reef ship", And((word("reef"), word("ship")))),
        ("reef AND ship", And((word("reef"), word("ship")))),
        ("reef OR ship", Or((word("reef"), word("ship")))),
        ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("a (b OR c)", And((word("a"), Or((word("b"), word("c")))))),
        ("-reef", Not(word("reef"))),
        ("a -(b c)", And((word("a"), Not(And((word("b"), word("c"))))))),
        ("a NOT b", And((word("a"), Not(word("b"))))),
        ('"a b"', word("a", "b")),
        ("a-b", word("a", "b")),
        ("or and not", And((word("or"), word("and"), word("not")))),
        ("ORANGE ANDES NOTE", And((word("orange"), word("andes"), word("note")))),
        ("a - b", And((word("a"), word("b")))),
        ("a -- b", And((word("a"), word("b")))),
        ("a OR &", word("a")),
        ("a -&", word("a")),
        ("a (& !)", word("a")),
        ('a ""', word("a")),
        ("（a OR b） －c", And((Or((word("a"), word("b"))), Not(word("c"))))),
        ("«a b»", word("a", "b")),
        ("「南海」", word("南", "南海", "海", weight=1 / 3)),
        ("biển", word("biển", unmarked=False)),
    ],
)
def test_queries_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


def test_a_run_without_spaces_weighs_as_one_word() -> None:
    term = parse('"南海仲裁 2016"')
    assert isinstance(term, Term)
    assert len(term.tokens) == 8
    assert term.weight == 2 / 8


def test_forbidden_terms_are_not_wanted() -> None:
    terms = wanted_words(parse('reef -(ship OR boat) "a b"'))
    assert [term.tokens for term in terms if isinstance(term, Term)] == [("reef",), ("a", "b")]
    assert wanted_words(None) == []


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('reef "open', "never closed", 6),
        ("reef OR", "ends too early; allowed: a word", 8),
        ("(reef", "ends too early; allowed: )", 6),
        ("reef )", "')' cannot stand here", 6),
        ("OR reef", "'OR' cannot stand here; allowed: a word, a \"phrase\"", 1),
        ("a AND OR b", "'OR' cannot stand here", 7),
        ("a ()", "')' cannot stand here; allowed: a word", 4),
        ("& … !", "needs a letter or a digit", 1),
        ("(" * 21 + "a" + ")" * 21, "More than 20 brackets", 21),
    ],
)
def test_an_error_points_at_the_character(text: str, message: str, place: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    first, shown, caret = str(caught.value).split("\n")
    assert message in first
    assert f"character {place} of the query" in first
    assert caret.index("^") == 2 + place - 1
    assert shown.startswith("  ")


def test_the_place_is_shown_in_a_long_query() -> None:
    with pytest.raises(QueryError) as caught:
        parse("word " * 100 + ") more")
    _, shown, caret = str(caught.value).split("\n")
    assert shown[caret.index("^")] == ")"
    assert len(shown) <= 62


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" * 2001, "2,001 characters; at most 2,000"),
        ("a" * 1_000_000, "1,000,000 characters"),
        ("a " * 201, "201 words and phrases; at most 200"),
        ("-a " * 201, "201 words and phrases; at most 200"),
        ("中" * 501, "1,001 pieces"),
        ("reefs~ " * 11, "At most 10 words with ~"),
        ("probability:>0 " * 60, "too many values behind its fields"),
        (
            "category:" + ",".join(f"c{n}" for n in range(60)) + " probability:>0",
            "too many values behind its fields",
        ),
        ("[" * 300 + "*" * 300 + " a" * 201, "201 words and phrases"),
    ],
)
def test_bounds_are_named(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(text)


def test_any_string_is_read_or_refused() -> None:
    pieces = ['"', "(", ")", "-", "OR", "AND", "NOT", " ", "a", "海", "ที่", ":", "*", "\\", "\x00",
              "\u202e", "“", "－", "\ud800", "--", "&", "'", "~2", "[1 TO 2]"]  # fmt: skip
    draw = random.Random(20261124)
    refused = 0
    for _ in range(3000):
        try:
            parse("".join(draw.choices(pieces, k=draw.randrange(1, 30))))
        except QueryError:
            refused += 1
    assert 300 < refused < 2700
