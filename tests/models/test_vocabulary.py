"""The cut vocabulary: what stays, and that texts in kept scripts are cut into the same pieces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from models.training.vocabulary import cut_tokenizer, kept_ids

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    ",",
    "▁",
    "南海",
    "ทะเล",
    "▁Мир",
    "▁Sea",
    "▁Sessel",
    "ab",
]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    special = [
        {"id": place, "content": piece, "single_word": False, "lstrip": False, "rstrip": False}
        | {"normalized": False, "special": True}
        for place, piece in enumerate(PIECES[:4])
    ]
    post = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {
            piece: {"id": piece, "ids": [PIECES.index(piece)], "tokens": [piece]}
            for piece in ("<s>", "</s>")
        },
    }
    scored = [[piece, 0.0 if place < 4 else -1.0 - place] for place, piece in enumerate(PIECES)]
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "post_processor": post,
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": scored},
    }
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_other_scripts_and_unused_latin_words_go(whole: Path) -> None:
    kept = [PIECES[number] for number in kept_ids(whole, ["Sea"])]
    assert kept == [piece for piece in PIECES if piece not in {"▁Мир", "▁Sessel"}]


def test_the_cut_tokenizer_cuts_alike(whole: Path, tmp_path: Path) -> None:
    ids = kept_ids(whole, ["Sea"])
    cut_tokenizer(whole, ids, tmp_path / "cut.json")
    before, after = Tokenizer.from_file(str(whole)), Tokenizer.from_file(str(tmp_path / "cut.json"))
    for text in ("Sea 南海", "ทะเล,ab", "南海Sea"):
        assert after.encode(text).tokens == before.encode(text).tokens
        assert [ids[number] for number in after.encode(text).ids] == before.encode(text).ids
    assert after.token_to_id("<unk>") in after.encode("Мир").ids
