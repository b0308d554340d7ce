"""Tokens of every script, and where they stand."""

from __future__ import annotations

import unicodedata

import pytest

from search.segmentation import MAX_TOKEN, indexed_text, segment


def texts(source: str) -> list[str]:
    return [token.text for token in segment(source)]


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ("Coast-guard ships, 2 of them", ["coast", "guard", "ships", "2", "of", "them"]),
        ("南海岛", ["南", "南海", "海", "海岛", "岛"]),
        ("云南，海", ["云", "云南", "南", "海"]),
        ("5G网络2026年", ["5g", "网", "网络", "络", "2026", "年"]),
        ("ใต้", ["ใ", "ใต้", "ต้"]),
        ("วันที่ ๑๒", ["วั", "วัน", "น", "นที่", "ที่", "12"]),
        ("ခြံ", ["ခြံ"]),
        ("ＡＳＥＡＮ", ["asean"]),
        ("ﬁne STRASSE Straße", ["fine", "strasse", "strasse"]),
        ("Việt", ["việt"]),
        ("Vie\u0323\u0302t", ["việt"]),
        ("co\u00adoperate", ["cooperate"]),
        ("กข\u200bค", ["ก", "กข", "ข", "ขค", "ค"]),
        ("هذا خبر", ["هذا", "خبر"]),
        ("한국 뉴스", ["한국", "뉴스"]),
        ("!?… 👩‍👩‍👧 \x00", []),
        ("", []),
    ],
)
def test_tokens(source: str, tokens: list[str]) -> None:
    assert texts(source) == tokens


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("Biển Đông", ["bien", "dong"]),
        ("Đà Nẵng", ["da", "nang"]),
        ("ĐƯỜNG ƯỚC", ["duong", "uoc"]),
        ("São Tomé", ["sao", "tome"]),
        ("น้ำ", ["น้ํา"]),  # a Thai mark is part of the word
    ],
)
def test_latin_marks_are_folded(source: str, folded: list[str]) -> None:
    assert [token.folded for token in segment(source)] == folded


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("黃岩島", "黄岩岛"), ("臺灣海峽", "台湾海峡"), ("罷工談判", "罢工谈判"), ("裡 裏", "里 里")],
)
def test_traditional_characters_give_the_tokens_of_simplified_ones(
    traditional: str, simplified: str
) -> None:
    assert texts(traditional) == texts(simplified)
    places = [(token.start, token.end) for token in segment(traditional)]
    assert places == [(token.start, token.end) for token in segment(simplified)]


def test_offsets_point_into_the_text_as_given() -> None:
    source = "ＡＢＣ—Biển\u00a0Đông 在南海👩‍👩‍👧ใต้ cafe\u0301"
    for token in segment(source):
        piece = source[token.start : token.end]
        assert texts(piece)[0] == token.text or token.text in texts(piece)
    assert [source[t.start : t.end] for t in segment(source)][-1] == "cafe\u0301"


def test_a_cluster_is_never_torn() -> None:
    source = "ที่นี่ ខ្មែរ မြန်မာ ນ້ຳ"
    starts = {source[token.start] for token in segment(source)}
    assert len(starts) > 5
    assert not {start for start in starts if unicodedata.category(start) == "Mn"}


def test_a_long_word_is_cut_alike_everywhere() -> None:
    assert texts("x" * 5000) == ["x" * MAX_TOKEN]
    assert [len(text) for text in texts("ỹ" * 5000)] == [MAX_TOKEN]


def test_folded_text_is_empty_where_it_would_repeat() -> None:
    assert indexed_text("plain words").folded == ""
    assert indexed_text("biển đông").folded == "bien dong"


def test_no_phrase_crosses_the_border_of_two_texts() -> None:
    first, second = "one two", "three"
    tokens = indexed_text(first, second).tokens.split()
    assert tokens[:2] == ["one", "two"]
    assert tokens[-1] == "three"
    assert len(tokens) == 4
    assert texts(tokens[2]) == []


@pytest.mark.parametrize("query", ["海", "南海", "海岛", "南海岛", "2026年", "年5月", "5月南"])
def test_every_piece_is_a_run_of_the_whole(query: str) -> None:
    whole, part = texts("2026年5月南海岛"), texts(query)
    assert any(whole[at : at + len(part)] == part for at in range(len(whole)))
