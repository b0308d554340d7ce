from __future__ import annotations

import pytest

from digests.cleaning import clean, host_of, safe_link


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("one\r\nBcc: x@y.example", "one Bcc: x@y.example"),
        ("  many\t\u3000 spaces \u00a0", "many spaces"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066a\u2069\u200eb\u200f\ufeff", "ab"),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul bell esc[31m"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("ព្រះរាជា\u200cណាចក្រ", "ព្រះរាជា\u200cណាចក្រ"),
    ],
)
def test_hidden_characters_are_dropped_and_letters_stay(dirty: str, shown: str) -> None:
    assert clean(dirty, 100) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert clean("x" * 10_000, 300) == "x" * 299 + "…"
    assert clean("x" * 300, 300) == "x" * 300


def test_text_hidden_behind_a_flood_of_spaces_is_marked_as_cut() -> None:
    assert clean("start" + " " * 100_000 + "end", 50) == "start…"


@pytest.mark.parametrize("url", ["http://a.example/x", "https://a.example:8443/p?q=1&r=%20#f"])
def test_plain_web_addresses_are_linked(url: str) -> None:
    assert safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/x",
        "//a.example/x",
        "https://",
        "https://bank.example@evil.example/",
        "https://a.example/x\r\nBcc: y",
        "https://a.example/a b",
        "https://[bad/",
        "https://a.example/" + "x" * 2_048,
    ],
)
def test_other_addresses_are_not_linked(url: str) -> None:
    assert safe_link(url) is None


def test_host_is_told_for_a_link_only() -> None:
    assert host_of("https://News.Example:8443/x") == "news.example"
    assert host_of(None) == ""
