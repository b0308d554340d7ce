"""What the lexical head reads holds no country, people or faith, and no capitals."""

from __future__ import annotations

import numpy as np
import pytest
from babel import Locale

from models.gazetteer import NAME
from models.neutral_words import neutral_words
from models.onnx_tagger import OnnxTagger
from models.weights import default_folder


@pytest.fixture(scope="module")
def tagger() -> OnnxTagger:
    return OnnxTagger(default_folder())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Chinese and US envoys meet in Karachi", "_ and _ envoys meet in _"),
        ("South China Sea drill", "South China Sea drill"),
        ("Hamas and the Taliban, says MALAYSIA", "Hamas and the Taliban, says _"),
        ("中菲会谈在马尼拉举行", "_会谈在_举行"),
        ("Turkey recipes for Thanksgiving", "Turkey recipes for Thanksgiving"),
        ("Muslim and Jewish leaders meet", "_ and _ leaders meet"),
        ("Islamic State, not Islamic banks", "Islamic State, not _ banks"),
        ("ISRAELI MAN HELD ON ISLAND, SAYS HAMAS", "_ MAN HELD ON Island, SAYS Hamas"),
        ("ISIS claims attack", "ISIS claims attack"),
        ("ชาวอุยกูร์ในปากีสถาน", "ชาว_ใน_"),
        ("", ""),
    ],
)
def test_names_and_capitals_are_hidden(text: str, read: str) -> None:
    assert neutral_words(text) == read.replace("_", NAME)


@pytest.mark.parametrize("locale", ["en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my"])
def test_every_country_weighs_the_same(locale: str, tagger: OnnxTagger) -> None:
    codes = [c for c in map(str, Locale("en").territories) if len(c) == 2 and c.isalpha()]
    names = [Locale(locale).territories.get(code, "") for code in codes]
    texts = [f"New library opens in {name} this week" for name in names if name]
    hidden = [neutral_words(text) for text in texts]
    alike = max(set(hidden), key=hidden.count)
    # The rest are CLDR's unions and names in brackets, and names that a text alone leaves in doubt.
    assert hidden.count(alike) / len(texts) > 0.9
    said = tagger.lexical_logits([t for t, h in zip(texts, hidden, strict=True) if h == alike])
    assert np.ptp(said, axis=0).max() == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Islamic bank opens branch", "Christian bank opens branch"),
        ("Jewish school attacked by vandals", "Hindu school attacked by vandals"),
        ("Uyghurs ask for visas", "Tibetans ask for visas"),
        ("ISRAELI POLICE ARREST DRIVER", "SWEDISH POLICE ARREST DRIVER"),
        ("Narathiwat gets a library", "Chiang Mai gets a library"),
    ],
)
def test_peoples_and_faiths_weigh_the_same(one: str, other: str, tagger: OnnxTagger) -> None:
    said = tagger.lexical_logits([one, other])
    assert said[0].tolist() == said[1].tolist()
