"""Marks and pieces."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import pytest
from rich.cells import cell_len

from search.highlight import SNIPPET_WIDTH, matches, snippet
from search.nodes import wanted_words
from search.query import parse
from tests.search.corpus import make


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in matches(text, wanted_words(parse(query)))]


@pytest.mark.parametrize(
    ("text", "query", "pieces"),
    [
        ("The reef, the Reef", "reef", ["reef", "Reef"]),
        ("code of conduct; conduct code", '"code of conduct"', ["code of conduct"]),
        ("南海仲裁与海南", "南海", ["南海"]),
        ("南海仲裁", "南海 OR 海仲裁", ["南海仲裁"]),
        ("bien va Biển", "bien", ["bien", "Biển"]),
        ("bien va Biển", "biển", ["Biển"]),
        ("กข\u200bค", "กขค", ["กข\u200bค"]),
        ("nothing", "reef", []),
        ("reef", "-reef", []),
        ("reef", "", []),
    ],
)
def test_what_was_found_is_marked(text: str, query: str, pieces: list[str]) -> None:
    assert marked(text, query) == pieces


@pytest.mark.parametrize("filler", ["plain words here. ", "南海新闻。", "<&> ", "x"])
@pytest.mark.parametrize("place", [0, 1, 100, 5000])
def test_a_piece_holds_the_match_and_stays_short(filler: str, place: int) -> None:
    text = filler * place + " target " + filler * 300
    shown = snippet(make("one", "Title", text), wanted_words(parse("target"))).text
    plain = unescape(re.sub("</?mark>", "", shown)).removeprefix("… ").removesuffix(" …")
    assert "<mark>target</mark>" in shown
    assert plain in text
    assert cell_len(plain) <= SNIPPET_WIDTH + 20
    assert not re.search("<(?!/?mark>)", shown)


def test_a_thai_letter_keeps_its_marks_at_both_cuts() -> None:
    text = "น้ำที่นี่" * 200 + "ปลา" + "น้ำที่นี่" * 200
    shown = snippet(make("one", "Title", text), wanted_words(parse("ปลา"))).text
    inside = unescape(re.sub("</?mark>", "", shown)).removeprefix("… ").removesuffix(" …")
    at = text.index(inside)
    for cut in (at, at + len(inside)):
        assert unicodedata.category(text[cut]) != "Mn"
    assert 200 < cell_len(inside) <= SNIPPET_WIDTH


def test_heaped_marks_do_not_make_a_piece_endless() -> None:
    shown = snippet(make("one", "Title", "e" + "\u0301" * 100_000), wanted_words(parse("x")))
    assert len(shown.text) < 600


def test_the_summary_is_shown_where_only_it_matches() -> None:
    terms = wanted_words(parse("reef"))
    article = make("one", "Title", "A long text.", summary="A reef was seen.")
    assert snippet(article, terms).text == "A <mark>reef</mark> was seen."
    assert snippet(article, wanted_words(parse("title"))).text == "A long text."
    assert snippet(make("two", summary="Only this"), []).text == "Only this"
