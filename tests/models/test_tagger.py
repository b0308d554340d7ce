"""The promise, kept by the null tagger and by the shipped weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.errors import WeightsError
from models.onnx_tagger import OnnxTagger
from models.tagger import RISKS, SENTIMENTS, NullTagger, Tagger, TaggerInput, load

TEXTS = [
    TaggerInput("Coast guards trade accusations after collision near Second Thomas Shoal", ""),
    TaggerInput("黄岩岛附近海警船对峙", "菲律宾外交部召见中国大使。", "zh"),
    TaggerInput("Bom bunuh diri meledak di depan gereja", "Densus 88 memburu pelaku.", "id"),
    TaggerInput("Durian prices fall as harvest peaks", "Growers in Johor expect more rain.", "en"),
    TaggerInput("ราคาข้าวปรับตัวสูงขึ้น", "", "th"),
]


@pytest.fixture(params=["null", "shipped"])
def tagger(request: pytest.FixtureRequest) -> Tagger:
    if request.param == "null":
        return NullTagger()
    found: Tagger = request.getfixturevalue("shipped")
    return found


def test_every_promise_of_a_verdict(tagger: Tagger) -> None:
    tagged = tagger.tag(TEXTS)
    assert len(tagged) == len(TEXTS)
    for one in tagged:
        assert tuple(one.risks) == RISKS
        assert all(0 <= probability <= 1 for probability in one.risks.values())
        assert one.categories <= set(RISKS)
        assert one.sentiment in SENTIMENTS
        assert 1 / 3 <= one.sentiment_probability <= 1
        assert one.embedding.dtype == np.float32
        assert one.embedding.shape == (384,)
        assert float(np.linalg.norm(one.embedding)) == pytest.approx(1, abs=1e-5)
        assert one.model_version == tagger.model_version
        assert one.refused is None


def test_nothing_in_nothing_out(tagger: Tagger) -> None:
    assert tagger.tag([]) == []


def test_output_is_in_input_order_and_the_same_alone_as_in_a_batch(shipped: OnnxTagger) -> None:
    many = [TEXTS[i % len(TEXTS)] for i in range(60)]
    many[31] = TaggerInput("Long read", "The minister spoke about the harvest again. " * 200)
    together = shipped.tag(many)
    for given, in_batch in zip(many[28:36], together[28:36], strict=True):
        [alone] = shipped.tag([given])
        assert alone.categories == in_batch.categories
        np.testing.assert_allclose(
            list(alone.risks.values()), list(in_batch.risks.values()), atol=1e-3
        )
        np.testing.assert_allclose(alone.embedding, in_batch.embedding, atol=1e-3)


def test_the_same_text_gets_the_same_verdict_again(shipped: OnnxTagger) -> None:
    first, second = shipped.tag(TEXTS), shipped.tag(TEXTS)
    assert [one.risks for one in first] == [one.risks for one in second]
    assert all(np.array_equal(a.embedding, b.embedding) for a, b in zip(first, second, strict=True))


def test_the_obvious_is_tagged(shipped: OnnxTagger) -> None:
    sea, chinese, bomb, durian, rice = shipped.tag(TEXTS)
    assert "south_china_sea" in sea.categories
    assert "south_china_sea" in chinese.categories
    assert "terrorism" in bomb.categories
    assert bomb.sentiment == "negative"
    assert durian.categories == rice.categories == frozenset()


def test_one_event_in_two_languages_lies_nearer_than_two_events(shipped: OnnxTagger) -> None:
    english, chinese, other = shipped.tag(
        [
            TaggerInput("Philippines summons Chinese ambassador over water cannon at shoal"),
            TaggerInput("菲律宾就仁爱礁水炮事件召见中国大使"),
            TaggerInput("Rubber exports from Thailand rise in the first quarter"),
        ]
    )
    near = float(english.embedding @ chinese.embedding)
    assert near > float(english.embedding @ other.embedding) + 0.1
    assert near > float(chinese.embedding @ other.embedding) + 0.1


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("", "", "no readable word"),
        ("   \n\t", "\x00\x01", "no readable word"),
        ("😀🔥💣", "2026 — 100%", "no readable word"),
        ("مجلس الوزراء يناقش الميزانية", "", "script that the model does not know"),
        ("Совет безопасности собрался", "", "script that the model does not know"),
    ],
)
def test_unreadable_text_is_refused_with_a_reason(
    shipped: OnnxTagger, title: str, text: str, reason: str
) -> None:
    [tagged] = shipped.tag([TaggerInput(title, text)])
    assert reason in (tagged.refused or "")
    assert tagged.risks == dict.fromkeys(RISKS, 0.0)
    assert tagged.categories == frozenset()


@pytest.mark.parametrize(
    "title",
    [
        "a",
        "\ud800 lone surrogate in a headline",
        "\u202eright to left mark\u202c and \u200b zero width",
        "Bell\x07 and escape \x1b[31m in a headline",
        "💥 Emoji 🇵🇭 headline 🚢",
        "ทะเลจีนใต้ South China Sea 南海 Biển Đông မြန်မာ",
        "word " * 1_000_000,
        "界" * 2_000_000,
        "e\u0301" * 100_000,
    ],
)
def test_hostile_text_is_tagged_without_a_crash(shipped: OnnxTagger, title: str) -> None:
    [tagged] = shipped.tag([TaggerInput(title, title)])
    assert tagged.refused is None
    assert all(np.isfinite(list(tagged.risks.values())))
    assert np.isfinite(tagged.embedding).all()


def test_what_lies_beyond_the_lead_changes_nothing(shipped: OnnxTagger) -> None:
    lead = "The ministry published its budget for the coming year. " * 100
    short, long = shipped.tag(
        [TaggerInput("Budget", lead), TaggerInput("Budget", lead + "bomb " * 100_000)]
    )
    assert short.risks == long.risks


def test_load_is_cached_and_takes_no_torch_and_no_network() -> None:
    code = (
        "import socket, sys; socket.socket.connect = None\n"
        "from models.tagger import TaggerInput, load\n"
        "assert load() is load()\n"
        "load().tag([TaggerInput('Typhoon nears Luzon')])\n"
        "assert 'torch' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_weights_folder_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOALWATCH_MODEL", str(tmp_path / "nowhere"))
    load.cache_clear()
    with pytest.raises(WeightsError, match=r"nowhere/card\.json does not exist.*Restore"):
        load()
    load.cache_clear()
