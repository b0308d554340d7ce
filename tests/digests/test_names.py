from __future__ import annotations

import pytest

from digests.names import base_language, country_name, language_name, text_direction


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("zh-Hant", "Chinese"),
        ("tl", "Filipino"),
        ("fil", "Filipino"),
        ("tet", "Tetum"),
        ("und", "language unknown"),
        ("", "language unknown"),
        ("zz-<b>", "zz-<b>"),
    ],
)
def test_languages_have_english_names(tag: str, name: str) -> None:
    assert language_name(tag) == name


def test_countries_have_english_names() -> None:
    assert country_name("PH") == "Philippines"
    assert country_name("tl") == "Timor-Leste"
    assert country_name("Q!") == "Q!"


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ug", "rtl"), ("ar-SA", "rtl"), ("th", "ltr"), ("tet", "ltr"), ("und", "ltr"), ("<>", "ltr")],
)
def test_direction_follows_the_language(tag: str, direction: str) -> None:
    assert text_direction(tag) == direction


def test_regional_forms_share_a_base_language() -> None:
    assert base_language("zh_Hans_CN") == base_language("cmn") == "zh"
