"""No item repeats another, in like words or as a template, over all languages and batches."""

from __future__ import annotations

import pytest

from benchmarks.item_duplicates import near_pairs, skeleton
from benchmarks.item_shortcuts import pattern_scores
from models.corpus import LabelledItem, read_items, split
from models.evaluation.records import OWN, ScoreCard
from models.tagger import RISKS


def items_of(*titles: str) -> list[LabelledItem]:
    first = read_items()[0]
    return [first.model_copy(update={"title": title, "summary": ""}) for title in titles]


def test_no_two_items_tell_one_story_in_like_words() -> None:
    items = read_items()
    found = [
        f"{pair.look} {pair.overlap:.2f}: {items[pair.first].id} and {items[pair.second].id}"
        for pair in near_pairs(items)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("first", "second", "look"),
    [
        (
            "Police in Jolo hold 3 men over the bombing of a market on Sunday night",
            "Police in Cotabato hold 14 men over the bombing of a market on Friday night",
            "skeleton",
        ),
        (
            "中国海警船在黄岩岛附近用水炮驱赶菲律宾渔船，两人受伤",
            "中国海警船在黄岩岛附近用水炮驱赶菲律宾渔船，三名渔民受伤",
            "characters",
        ),
        (
            "kapal penjaga pantai mengusir nelayan dari perairan natuna utara kemarin pagi",
            "kapal penjaga pantai mengusir nelayan dari perairan natuna utara tadi malam",
            "words",
        ),
    ],
)
def test_a_repetition_is_seen(first: str, second: str, look: str) -> None:
    other = "Central bank keeps its rate, to nobody's surprise"
    found = near_pairs(items_of(first, other, second))
    assert look in {pair.look for pair in found}
    assert {(pair.first, pair.second) for pair in found} == {(0, 2)}


def test_the_skeleton_masks_names_and_numbers() -> None:
    masked = "N says 0 ships left the shoal near N"
    assert skeleton("Manila says 12 ships left the shoal near Palawan Island") == masked
    assert skeleton("Korban Gempa Lombok Tidur di Pematang") == ""


@pytest.mark.xdist_group("score_card")
def test_wording_alone_does_not_carry_the_labels(shipped_card: ScoreCard) -> None:
    """TF-IDF learnt on the two largest batches and tested on the other must do clearly worse."""
    items = read_items()
    test = split(items, shipped_card.split_seed).test
    ours = shipped_card.group(OWN)
    assert ours is not None
    for learnt, tested in (("a2", "b2"), ("b2", "a2")):
        found = pattern_scores(
            [item for item in items if item.batch == learnt],
            [item for item in test if item.batch == tested],
        )
        for risk in RISKS:
            assert found[risk] < ours.risks[risk].f1.value - 0.05, (learnt, tested, risk)
