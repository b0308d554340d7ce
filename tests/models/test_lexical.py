"""The lexical head: terms of texts, their values, and what is added to the encoder's logits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from models.errors import WeightsError
from models.lexical import PAIR, LexicalHead, terms_of
from models.onnx_tagger import OnnxTagger
from models.weights import LEXICAL, default_folder

TEXTS = [[0, 5, 6, 5, 2], [0, 6, 5, 2], [0, 7, 2], [0, 5, 5, 5, 5, 2]]


def head_of(texts: list[list[int]]) -> LexicalHead:
    """A head that knows every term of some texts, with weights of no meaning."""
    terms = np.unique(terms_of(texts)[1])
    chance = np.random.default_rng(3)
    return LexicalHead(
        terms,
        chance.uniform(1, 5, len(terms)).astype("f4"),
        chance.normal(size=(len(terms), 3)).astype("f4"),
        np.array([0.5, -1.0, 2.0], "f4"),
    )


def test_terms_are_tokens_and_pairs_of_neighbours_of_one_text() -> None:
    rows, terms = terms_of([[4, 5], [], [6]])
    assert list(zip(rows.tolist(), terms.tolist(), strict=True)) == [
        (0, 4),
        (0, 5),
        (2, 6),
        (0, 5 * PAIR + 5),
    ]


def test_the_values_are_those_of_scikit_learn() -> None:
    vectorizer = TfidfVectorizer(
        analyzer=lambda ids: [*ids, *((a + 1) * PAIR + b for a, b in zip(ids, ids[1:]))],  # noqa: B905, RUF007
        sublinear_tf=True,
    )
    theirs = vectorizer.fit_transform(TEXTS).toarray()
    order = np.argsort([int(name) for name in vectorizer.get_feature_names_out()])
    head = head_of(TEXTS)
    ours = LexicalHead(head.terms, vectorizer.idf_[order].astype("f4"), head.weights, head.offsets)
    found = ours.features(TEXTS)
    dense = np.zeros(theirs.shape)
    dense[found.rows, found.columns] = found.values
    assert np.abs(dense - theirs[:, order]).max() < 1e-6


def test_a_text_says_the_same_alone_and_among_others() -> None:
    head = head_of(TEXTS)
    together = head.logits(TEXTS)
    alone = np.concatenate([head.logits([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-6


def test_unknown_terms_say_nothing() -> None:
    head = head_of(TEXTS)
    assert head.logits([[900, 901], []]).tolist() == [head.offsets.tolist()] * 2
    assert head.logits([]).shape == (0, 3)


def test_a_share_of_nothing_adds_nothing() -> None:
    head = head_of(TEXTS)
    half = head.scaled([0.5, 0.0, 1.0]).logits(TEXTS)
    assert np.abs(half - head.logits(TEXTS) * [0.5, 0, 1]).max() < 0.01
    assert not half[:, 1].any()


def test_a_written_head_is_read_as_it_was(tmp_path: Path) -> None:
    head = head_of(TEXTS).scaled([1, 1, 1])
    head.write(tmp_path)
    read = LexicalHead.read(tmp_path)
    assert np.array_equal(read.terms, head.terms)
    assert np.array_equal(read.weights, head.weights)
    assert np.array_equal(read.offsets, head.offsets)
    assert np.abs(read.logits(TEXTS) - head.logits(TEXTS)).max() < 0.01


def test_the_same_head_is_written_as_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        head_of(TEXTS).write(tmp_path / name)
        written.append((tmp_path / name / LEXICAL).read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive", b"\x93NUMPY\x01\x00"])
def test_a_torn_head_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / LEXICAL).write_bytes(content)
    with pytest.raises(WeightsError, match=rf"Lexical head .*{LEXICAL} cannot be read.*doctor"):
        LexicalHead.read(tmp_path)


def test_damage_anywhere_in_a_head_is_named_or_does_no_harm(tmp_path: Path) -> None:
    head_of(TEXTS).write(tmp_path)
    whole, named = (tmp_path / LEXICAL).read_bytes(), 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        (tmp_path / LEXICAL).write_bytes(damaged)
        try:
            assert np.isfinite(LexicalHead.read(tmp_path).logits(TEXTS)).all()
        except WeightsError:
            named += 1
    assert named > len(whole) / 2


def test_an_array_in_place_of_an_archive_is_named(tmp_path: Path) -> None:
    with (tmp_path / LEXICAL).open("wb") as stream:
        np.save(stream, np.arange(3))
    with pytest.raises(WeightsError, match="cannot be read"):
        LexicalHead.read(tmp_path)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"weights": np.zeros((5, 2))}, "shapes"),
        ({"weights": np.zeros((5, 1)), "offsets": np.zeros(1)}, "shapes"),
        ({"idf": np.zeros(4)}, "shapes"),
        ({"idf": np.full(5, np.nan)}, "not finite"),
        ({"offsets": np.full(3, np.inf)}, "not finite"),
        ({"terms": np.array([1, 2, 2, 3, 4])}, "do not rise"),
        ({"terms": np.array(["a"] * 5)}, "<U1"),
        ({"terms": np.array(7)}, "of shape"),
    ],
)
def test_arrays_that_do_not_belong_together_are_named(
    changed: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    whole: dict[str, Any] = {
        "terms": np.arange(5),
        "idf": np.ones(5),
        "weights": np.zeros((5, 3)),
        "offsets": np.zeros(3),
    }
    np.savez(tmp_path / LEXICAL, **(whole | changed))
    with pytest.raises(WeightsError, match=rf"{LEXICAL} cannot be read: .*{reason}"):
        LexicalHead.read(tmp_path)


def test_an_archive_that_declares_more_than_memory_holds_is_named(tmp_path: Path) -> None:
    header = io.BytesIO()
    declared = {"descr": "<i8", "fortran_order": False, "shape": (10**13,)}
    np.lib.format.write_array_header_1_0(header, declared)
    with zipfile.ZipFile(tmp_path / LEXICAL, "w") as archive:
        archive.writestr("terms.npy", header.getvalue())
    with pytest.raises(WeightsError, match="cannot be read"):
        LexicalHead.read(tmp_path)


def test_a_head_without_terms_says_its_offsets(tmp_path: Path) -> None:
    none = LexicalHead(
        np.zeros(0, np.int64), np.zeros(0, "f4"), np.zeros((0, 3), "f4"), np.ones(3, "f4")
    )
    none.write(tmp_path)
    assert LexicalHead.read(tmp_path).logits([[1, 2], []]).tolist() == [[1, 1, 1]] * 2


def test_a_head_without_an_array_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / LEXICAL, terms=np.arange(3))
    with pytest.raises(WeightsError, match=r"cannot be read.*idf"):
        LexicalHead.read(tmp_path)


def test_the_shipped_tagger_adds_its_head_to_the_encoder() -> None:
    tagger = OnnxTagger(default_folder())
    texts = ["Al-Shabaab claims hotel siege in Mogadishu", "Rice harvest beats forecasts in Java"]
    with_head = tagger.logits(texts)[0]
    said = tagger.lexical_logits(texts)
    tagger.lexical = tagger.lexical.scaled([0, 0, 0])
    assert np.abs(tagger.logits(texts)[0] + said - with_head).max() < 1e-5
    assert said[0, 1] > 0 > said[1, 1]
