"""Evidence points at characters of the article that carry the tag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.evidence import candidates, with_evidence, words_of
from models.onnx_tagger import OnnxTagger
from models.tagger import NullTagger, Read, TaggerInput

ARTICLE = TaggerInput(
    " Weekend briefing ",
    "Mango growers expect a good year. A bomb planted by militants killed four worshippers at a "
    "church in Jolo. The peso closed higher on Friday.",
)


def test_the_sentence_is_found_in_the_text(shipped: OnnxTagger) -> None:
    [tagged] = shipped.tag([ARTICLE])
    assert "terrorism" in tagged.categories
    assert set(tagged.evidence) == tagged.categories
    span = tagged.evidence["terrorism"]
    assert span.field == "text"
    assert words_of(ARTICLE, span).startswith("A bomb planted by militants")


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("菲律宾召见中国大使", "市场上涨。中国海警在黄岩岛用水炮驱赶菲律宾渔船。", "黄岩岛"),
        (
            "",
            "Rapat kabinet dua jam. Kapal penjaga pantai China mengusir nelayan di Natuna Utara.",
            "Natuna",
        ),
    ],
)
def test_in_other_languages(shipped: OnnxTagger, title: str, text: str, said: str) -> None:
    given = TaggerInput(title, text)
    [tagged] = shipped.tag([given])
    assert said in words_of(given, tagged.evidence["south_china_sea"])


def refuse(texts: object) -> np.ndarray:
    raise AssertionError(texts)


def test_untagged_articles_cost_nothing() -> None:
    [verdict] = with_evidence([ARTICLE], NullTagger().tag([ARTICLE]), refuse)
    assert verdict.evidence == {}


def test_a_headline_alone_is_its_own_evidence_at_no_cost() -> None:
    given = TaggerInput(" Bomb at Jolo market ")
    [plain] = NullTagger().tag([given])
    tagged = replace(
        plain,
        risks={"terrorism": 0.9},
        categories=frozenset({"terrorism"}),
        read=Read(title=len(given.title)),
    )
    [verdict] = with_evidence([given], [tagged], refuse)
    assert words_of(given, verdict.evidence["terrorism"]) == "Bomb at Jolo market"


def test_candidates_are_the_trimmed_title_and_sentences() -> None:
    spans = candidates(ARTICLE, Read(title=len(ARTICLE.title), text=len(ARTICLE.text)))
    assert words_of(ARTICLE, spans[0]) == "Weekend briefing"
    assert [words_of(ARTICLE, s)[:5] for s in spans[1:]] == ["Mango", "A bom", "The p"]


def test_candidates_end_where_reading_ended() -> None:
    spans = candidates(ARTICLE, Read(title=8, text=41))
    assert [words_of(ARTICLE, span) for span in spans] == [
        "Weekend",
        "Mango growers expect a good year.",
        "A bomb",
    ]
    assert candidates(ARTICLE, Read(title=1)) == []


@pytest.mark.parametrize("opening", ["", "\x00 \u3000 \r\n"])
def test_a_sentence_that_was_not_read_is_no_evidence(shipped: OnnxTagger, opening: str) -> None:
    filler = (
        "The committee spent most of the morning on procedural questions and the wording of the "
        "minutes, which several members thought too long for a meeting of this kind. "
    )
    unread = (
        "A suicide bomber from the Islamic State group killed twenty worshippers at a church in "
        "Jakarta on Sunday."
    )
    given = TaggerInput(
        "Four held over plot to attack embassy, say Indonesian counter-terrorism police",
        opening + filler * 9 + unread,
    )
    [tagged] = shipped.tag([given])
    assert "terrorism" in tagged.categories
    assert tagged.read.text < given.text.index(unread)
    assert words_of(given, tagged.evidence["terrorism"]) == given.title
