from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from search.everyday import EVERYDAY
from search.leaning import PART, language_of, without_leaning


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("explosion at a market", "en"),
        ("渔民被水炮驱离", "zh"),
        ("港のストライキ", "ja"),
        ("คนงานท่าเรือหยุดงาน", "th"),
        ("រឿងព្រំដែន", "km"),
        ("ທາງລົດໄຟລາວ", "lo"),
        ("မြဝတီ စခန်း", "my"),
        ("công nhân cảng đình công", "vi"),
        ("bom meledak di pasar", "id"),
        ("pagsabog sa palengke ng Jolo", "fil"),
        ("南海 code of conduct", "en"),
        ("2026", None),
        ("", None),
    ],
)
def test_the_language_of_a_question(text: str, language: str | None) -> None:
    assert language_of(text) == language


class LeaningEmbedder:
    """One direction for the language, another for whether a text is about the everyday."""

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        made = np.zeros((len(texts), 384), dtype=np.float32)
        made[:, 0] = 0.8
        made[:, 1] = 0.6
        return made


def test_what_a_language_has_in_common_is_taken_out_once() -> None:
    embedder = LeaningEmbedder()
    question = np.zeros(384, dtype=np.float32)
    question[0] = question[2] = np.sqrt(0.5)
    for _ in range(2):
        bare = without_leaning(embedder, "explosion at a market", question)
        assert np.linalg.norm(bare) == pytest.approx(1.0)
        assert bare[0] < question[0]
        assert bare[2] > question[2]
        assert bare[1] < 0
        np.testing.assert_allclose(bare[0] / bare[2], (0.5**0.5 - PART * 0.8) / 0.5**0.5, rtol=1e-5)
    assert embedder.asked == len(EVERYDAY["en"])


@pytest.mark.parametrize("text", ["2026", "港のストライキ"])
def test_a_question_in_an_unknown_language_stays_as_it_is(text: str) -> None:
    embedder = LeaningEmbedder()
    question = np.ones(384, dtype=np.float32)
    assert without_leaning(embedder, text, question) is question
    assert embedder.asked == 0


def test_every_language_has_sentences_of_its_own_language() -> None:
    for language, sentences in EVERYDAY.items():
        guessed = [language_of(sentence) for sentence in sentences]
        if language not in (
            "id",
            "fil",
        ):  # short headlines without a frequent word count as English
            assert set(guessed) == {language}
        assert len(set(sentences)) == len(sentences) >= 6
