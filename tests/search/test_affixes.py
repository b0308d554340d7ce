from __future__ import annotations

import pytest

from search.affixes import MAX_FORMS, forms
from search.knowledge import Reading
from search.nodes import And, Forms, Same, Term
from search.query import MAX_INFLECTED, parse


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("larangan", "larang melarang dilarang terlarang larangannya"),
        ("melarang", "larangan dilarang pelarangan"),
        ("penangkapan", "tangkap menangkap ditangkap tertangkap penangkap tangkapan"),
        ("tangkap", "penangkapan menangkap ditangkap"),
        ("serangan", "menyerang diserang penyerang penyerangan serang"),
        ("pengiriman", "kirim mengirim mengirimkan dikirim kiriman"),
        ("mengekspor", "ekspor diekspor pengekspor"),
        ("pembunuhan", "bunuh membunuh dibunuh pembunuh terbunuh"),
        ("memperkuat", "kuat diperkuat menguatkan kekuatan"),
        ("kapalnya", "kapal"),
        ("pelabuhan", "berlabuh labuh"),
        ("kenaikan", "naik menaikkan dinaikkan naikkan"),
        ("pelaku", "berlaku perlakuan"),
        ("kerjasama", "kerjasamanya"),
        ("menulis", "tulis ditulis penulis tulisan"),
        ("penyelundupan", "selundup menyelundup menyelundupkan diselundupkan penyelundup"),
    ],
)
def test_forms_of_a_word_lead_to_each_other(typed: str, found: str) -> None:
    missing = set(found.split()) - set(forms(typed))
    assert not missing


@pytest.mark.parametrize("word", ["di", "asu", "黄岩岛", "biển", "f16", "x" * 21, ""])
def test_what_is_no_word_of_these_languages_has_none(word: str) -> None:
    assert forms(word) == ()


def test_a_word_is_no_form_of_itself_and_forms_are_bounded() -> None:
    for word in ("pengusiran", "mempertanggungjawab", "menyebarluaskan", "strike"):
        assert word not in forms(word)
        assert 0 < len(forms(word)) <= MAX_FORMS


def test_short_roots_are_left_alone() -> None:
    assert "api" not in forms("berapi")
    assert "ikan" not in forms("makan")


def test_only_words_typed_alone_are_inflected_and_not_too_many() -> None:
    reading = Reading(inflected=True)
    assert isinstance(parse("larangan", reading), Same)
    assert isinstance(parse('"larangan"', reading), Term)
    assert isinstance(parse("coast-guard", reading), Term)
    assert isinstance(parse("larangan"), Term)
    many = parse(" ".join(f"kata{letter}" for letter in "abcdefghijklmno"), reading)
    assert isinstance(many, And)
    assert sum(isinstance(part, Same) for part in many.parts) == MAX_INFLECTED
    assert not any(isinstance(part, Forms) for part in many.parts)
