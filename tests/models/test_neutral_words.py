"""What the lexical head reads holds no country, people or faith, and no capitals."""

from __future__ import annotations

import pytest
from babel import Locale

from models.gazetteer import NAME
from models.neutral_words import neutral_words
from models.onnx_tagger import OnnxTagger
from models.weights import default_folder

UNIONS = {"EU", "UN", "EZ", "QO", "ZZ", "XA", "XB"}
_LATIN = {"BM", "NU", "RE"}
IN_DOUBT: dict[str, set[str]] = {
    "en": _LATIN,
    "id": _LATIN,
    "ms": _LATIN | {"CW"},
    "vi": _LATIN | {"AT"},
    "fil": _LATIN,
    "th": {"GH", "GU", "ML", "TD"},
    "km": {"CY", "CZ", "KZ", "NU"},
    "lo": {"ML", "TD", "TO"},
    "my": {"ML", "QA"},
}
"""Names that are words, too, so that the gazetteer takes them in context or not at all."""


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
        (
            "Minister drops visit to Israel The leader said so",
            "Minister drops visit to _ The leader said so",
        ),
        ("Do Thái Lan đóng cửa biên giới", "Do _ đóng cửa biên giới"),
        ("người Do Thái ở Israel", "người _ ở _"),
        ("ISIS宣称对袭击负责,IS旗帜", "ISIS宣称对袭击负责,IS旗帜"),
        ("伊斯兰国袭击伊斯兰国家", "伊斯兰国袭击_"),
        (
            "阿拉伯数字与阿拉伯人,男子涉藏炸弹,召回教练,收藏人士",
            "阿拉伯数字与_人,男子涉藏炸弹,召回教练,收藏人士",
        ),
        ("คริสต์มาสของชาวคริสต์", "คริสต์มาสของชาว_"),
        (
            "Moro Islamic Liberation Front and MUSLIM BROTHERHOOD",
            "Moro Islamic Liberation Front and Muslim Brotherhood",
        ),
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
def test_names_of_countries_are_hidden_but_those_the_gazetteer_leaves_in_doubt(locale: str) -> None:
    codes = [c for c in map(str, Locale("en").territories) if c.isalpha() and len(c) == 2]
    names = {code: Locale(locale).territories.get(code, "").split("(")[0].strip() for code in codes}
    open_ = {
        c for c, name in names.items() if name and neutral_words(f"in {name} .") != f"in {NAME} ."
    }
    assert open_ - UNIONS == IN_DOUBT.get(locale, set())


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
