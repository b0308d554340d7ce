"""Terms that name countries, in many scripts, and those that do not."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from models.lexical import PAIR, LexicalHead
from models.training.country_terms import country_terms
from models.weights import TOKENIZER, default_folder


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(default_folder() / TOKENIZER))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A bomb went off in Somalia today", "Somalia"),
        ("Pakistan’s army found a bomb", "Pakistan"),
        ("Chinese officials met in Geneva", "Chinese"),
        ("巴基斯坦发生爆炸", "巴基斯坦"),
        ("ระเบิดในปากีสถาน", "ปากีสถาน"),
        ("ລະເບີດຢູ່ປາກິສຖານ", "ປາກິສຖານ"),
    ],
)
def test_the_pieces_of_a_countrys_name_are_barred(
    text: str, name: str, tokenizer: Tokenizer
) -> None:
    barred = country_terms([text], tokenizer)
    [encoded] = tokenizer.encode_batch([text])
    start = text.index(name)
    inside = [
        piece
        for piece, (first, last) in zip(encoded.ids, encoded.offsets, strict=True)
        if first < start + len(name) and last > start
    ]
    assert inside
    assert set(inside) <= set(barred.tolist())
    outside = set(encoded.ids) - set(inside)
    assert not outside & set(barred.tolist())


def test_pairs_that_reach_into_a_name_are_barred_too(tokenizer: Tokenizer) -> None:
    text = "in Somalia today"
    barred = country_terms([text], tokenizer)
    ids = tokenizer.encode(text).ids
    [somalia] = tokenizer.encode("Somalia", add_special_tokens=False).ids
    place = ids.index(somalia)
    pairs = [(ids[place - 1] + 1) * PAIR + somalia, (somalia + 1) * PAIR + ids[place + 1]]
    assert sorted(barred.tolist()) == sorted([somalia, *pairs])


def test_a_term_that_names_a_country_now_and_then_is_kept(tokenizer: Tokenizer) -> None:
    texts = ["Turkey for Thanksgiving: roast turkey recipes", "South China Sea", "South China Sea"]
    barred = set(country_terms([*texts, "China"], tokenizer).tolist())
    china = tokenizer.encode("China", add_special_tokens=False).ids
    assert not set(china) & barred  # two of three stand in the name of the sea


@pytest.mark.parametrize("name", ["Hamas", "Taliban", "NPA", "Abu Sayyaf", "哈马斯"])
def test_armed_groups_are_no_names_of_countries(name: str, tokenizer: Tokenizer) -> None:
    assert not len(country_terms([f"{name} claims attack"], tokenizer))


def test_the_shipped_head_knows_no_country(tokenizer: Tokenizer) -> None:
    head = LexicalHead.read(default_folder())
    known = set(head.terms.tolist())
    for name in ("China", "Pakistan", "Somalia", "Israel", "Iran", "Philippines", "Vietnam", "US"):
        ids = tokenizer.encode(name, add_special_tokens=False).ids
        assert not set(ids) & known, name
