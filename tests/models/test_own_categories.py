"""Own categories: what is refused and in which words, what is learnt, and what a tagger does."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from models import category_training, logistic, own_categories
from models.category_training import train, up_to_date
from models.corpus import read_items
from models.errors import OwnCategoryError
from models.evidence import words_of
from models.onnx_tagger import OnnxTagger
from models.own_categories import Entry, OwnCategory, known_taxonomy, read_all, read_entry
from models.own_tagger import OwnCategoriesTagger
from models.tagger import RISKS, TaggerInput

RARE = (
    "China adds samarium and dysprosium to list of minerals that need an export licence",
    "Lynas says Malaysian refinery will produce heavy rare earths from next quarter",
    "Rare earth mines in Kachin State expand along the Chinese border, satellite images show",
    "Vietnam to auction rights to Dong Pao rare earth deposit, ministry official says",
    "Magnet makers in Japan run short of neodymium as shipments from Ganzhou slow",
    "商务部对中重稀土相关物项实施出口管制",
    "Malaysia bans export of unprocessed rare earths to build its own refining industry",
    "Pabrik pemurnian logam tanah jarang pertama di Indonesia mulai dibangun di Bangka",
    "Toxic run-off from rare earth leaching ponds worries farmers downstream on the Kok River",
    "Carmakers warn that lack of rare earth magnets may halt assembly lines in weeks",
)


def entry(**fields: Any) -> dict[str, Any]:
    named = {"id": "rare_earths", "names": {"en": "Rare earths"}, "definition": "Rare earths."}
    return named | {"examples": list(RARE)} | fields


def written(folder: Path, **fields: Any) -> Path:
    path = folder / "new.yml"
    path.write_text(yaml.safe_dump(entry(**fields), allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def few_items() -> Iterator[None]:
    """A head needs fewer negatives for these tests than for an analyst."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(category_training, "ITEMS", 600)
        yield


@pytest.fixture(scope="module")
def rare(shipped: OnnxTagger) -> OwnCategory:
    return train(Entry.model_validate(entry()), shipped)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "Rare Earths"}, "an id has 2 to 64 small letters"),
        ({"examples": list(RARE[:7])}, "examples: there are 7; a category needs 8 to 50"),
        (
            {"examples": [f"{text} {n}" for n in range(6) for text in RARE]},
            "examples: there are 60; a category needs 8 to 50",
        ),
        (
            {"examples": [*RARE[:9], "  "]},
            "examples, text 10: String should have at least 1 character",
        ),
        ({"colour": "red"}, "colour: is no part of a category; those are id, names, definition"),
        ({"examples": [*RARE[:8], {"Breaking": "China adds samarium"}]}, "examples, text 9: is no"),
        ({"examples": [*RARE[:8], 2026]}, "text 9: is no text to YAML; put it between quotes"),
        ({"examples": RARE[0]}, "examples: write a list: each text on a line of its own"),
        ({"names": "Rare earths"}, "names: write names by language, like {en: Rare earths}"),
        ({"names": {"en": "\x1b\u202e"}}, "names, en: String should have at least 1 character"),
        ({"names": {}}, "names: Dictionary should have at least 1 item"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(OwnCategoryError, match="cannot be used") as raised:
        read_entry(written(tmp_path, **fields))
    assert said in str(raised.value)


def test_a_missing_a_torn_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OwnCategoryError, match=r"cannot be read: No such file"):
        read_entry(tmp_path / "none.yml")
    torn = tmp_path / "torn.yml"
    torn.write_text("id: [", encoding="utf-8")
    with pytest.raises(OwnCategoryError, match="is no YAML"):
        read_entry(torn)
    torn.write_text("# " + "x" * own_categories.MOST_BYTES, encoding="utf-8")
    with pytest.raises(OwnCategoryError, match=r"has more than 2000000 bytes"):
        read_entry(torn)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "is not in UTF-8; save it as UTF-8 text"),
        ("id: 稀土".encode("gb18030"), "is not in UTF-8; save it as UTF-8 text"),
        (b"id: [a\nnames: {en: x", "is no YAML: while parsing a flow sequence"),
        (b"id: x\ndefinition: 2026-13-45\n", "is no YAML: month must be in 1..12"),
        (b"id: " + b"1" * 5000, "is no YAML: Exceeds the limit"),
        (b"id: " + b"[" * 3000, "has brackets within brackets, hundreds deep"),
        (b"", "file: write id, names, definition and examples, as docs/labels.md shows"),
        (b"names: {en: Rare}\n", "id: is missing"),
        (b"id: x\nexamples: [a]\nexamples: [b]\n", "key 'examples' stands twice"),
        (b"id: &a [x]\nexamples: [*a, *a]\n", "new.yml is no YAML: alias *a"),
        (b"id: &a [x]\nexamples: [*a, *a]\n", "line 2, column 12"),
    ],
)
def test_a_file_that_is_no_entry_is_refused_in_words(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "new.yml").write_bytes(content)
    with pytest.raises(OwnCategoryError) as raised:
        read_entry(tmp_path / "new.yml")
    assert said in str(raised.value)


def test_a_device_without_end_is_not_read_whole() -> None:
    with pytest.raises(OwnCategoryError, match="/dev/zero has more than 2000000 bytes"):
        read_entry(Path("/dev/zero"))


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_entry(path).id == "rare_earths"


def test_a_name_is_kept_without_control_characters_and_direction_marks(tmp_path: Path) -> None:
    named = written(tmp_path, names={"en": "Rare\x1b[2J \u202eearths\nand more"})
    assert read_entry(named).names == {"en": "Rare [2J earths and more"}


@pytest.mark.parametrize(
    ("name", "said"), [("terrorism", "ships with Shoalwatch"), ("any", "means something else")]
)
def test_a_shipped_or_reserved_id_is_taken(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(OwnCategoryError, match=said):
        own_categories.refuse_taken(read_entry(written(tmp_path, id=name)), tmp_path)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"examples": [*RARE[:9], RARE[0].upper()]}, "says the same as example 1; leave one out"),
        ({"counterexamples": [RARE[2]]}, "counterexample 1 .* says the same as example 3"),
        ({"examples": [*RARE[:9], "12 — 34"]}, "example 10 .* no readable word"),
        ({"counterexamples": ["Совет собрался"]}, "script that the model does not know"),
        (
            {"examples": [f"{RARE[1]} of {year}" for year in range(2010, 2020)]},
            "10 examples are near-duplicates: 1 different texts",
        ),
    ],
)
def test_examples_that_cannot_teach_are_refused(
    shipped: OnnxTagger, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(OwnCategoryError, match=said):
        train(Entry.model_validate(entry(**fields)), shipped)


def test_a_head_is_trained_scored_and_finds_unseen_texts_with_their_evidence(
    shipped: OnnxTagger, rare: OwnCategory
) -> None:
    assert rare.score.examples == 10
    assert rare.score.beats_chance
    assert rare.score.f1 > 0.5
    assert len(rare.score.alike) == 5
    tagger = OwnCategoriesTagger(shipped, [rare])
    unseen = TaggerInput(
        "Magnet makers run short",
        "Rain is expected at the weekend. Beijing tightens its grip on exports of rare earths "
        "such as terbium.",
    )
    found, other, empty = tagger.tag(
        [unseen, TaggerInput("Durian prices fall as harvest peaks"), TaggerInput("")]
    )
    assert "rare_earths" in found.categories
    assert words_of(unseen, found.evidence["rare_earths"]).startswith("Beijing tightens")
    assert tuple(found.risks) == (*RISKS, "rare_earths")
    assert "rare_earths" not in other.categories
    assert (empty.risks["rare_earths"], empty.refused) == (0.0, "no readable word in title or text")
    assert not empty.unsure


def test_the_shipped_verdicts_stay_and_the_version_tells_of_the_heads(
    shipped: OnnxTagger, rare: OwnCategory
) -> None:
    tagger = OwnCategoriesTagger(shipped, [rare])
    given = [TaggerInput("Coast guards trade accusations after collision near Sabina Shoal")]
    [alone], [joined] = shipped.tag(given), tagger.tag(given)
    assert {risk: joined.risks[risk] for risk in RISKS} == alone.risks
    assert joined.evidence == alone.evidence
    assert np.array_equal(joined.embedding, alone.embedding)
    assert joined.model_version == tagger.model_version
    assert tagger.model_version.startswith(f"{shipped.model_version}+own-")
    renamed = rare.model_copy(update={"entry": rare.entry.model_copy(update={"id": "other"})})
    assert OwnCategoriesTagger(shipped, [renamed]).model_version != tagger.model_version
    assert own_categories.version("v", []) == "v"


def test_examples_with_nothing_in_common_do_not_beat_chance(shipped: OnnxTagger) -> None:
    some = random.Random(1).sample(read_items(), 10)
    mixed = [f"{item.title} {item.summary}" for item in some]
    own = train(Entry.model_validate(entry(examples=mixed)), shipped)
    assert not own.score.beats_chance


def test_a_head_for_other_weights_is_trained_again_and_kept(
    tmp_path: Path, shipped: OnnxTagger, rare: OwnCategory
) -> None:
    old = rare.model_copy(
        update={"head": rare.head.model_copy(update={"model_version": "old", "bias": 9.0})}
    )
    own_categories.write(tmp_path, old)
    assert up_to_date(tmp_path, shipped) == [rare]
    assert read_all(tmp_path) == [rare]


def test_a_damaged_file_names_the_command_and_can_be_removed(
    tmp_path: Path, rare: OwnCategory
) -> None:
    path = own_categories.write(tmp_path, rare)
    assert known_taxonomy(tmp_path).ids == (*RISKS, "rare_earths")
    with pytest.raises(OwnCategoryError, match="remove-category rare_earths"):
        own_categories.refuse_taken(rare.entry, tmp_path)
    path.rename(tmp_path / "renamed.json")
    with pytest.raises(OwnCategoryError, match="has the id 'rare_earths' inside"):
        read_all(tmp_path)
    (tmp_path / "renamed.json").rename(path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(kept | {"head": None}), encoding="utf-8")
    with pytest.raises(OwnCategoryError, match=r"cannot be read: .*remove-category rare_earths"):
        read_all(tmp_path)
    own_categories.remove(tmp_path, "rare_earths")
    assert read_all(tmp_path) == []
    with pytest.raises(OwnCategoryError, match=r"no own category 'rare_earths'; there are: none"):
        own_categories.remove(tmp_path, "rare_earths")
    with pytest.raises(OwnCategoryError, match="terrorism ships with Shoalwatch"):
        own_categories.remove(tmp_path, "terrorism")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, rare: OwnCategory) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OwnCategoryError, match=r"rare_earths\.json cannot be written"):
        own_categories.write(tmp_path / "file", rare)


def test_logistic_regression_recovers_a_known_direction() -> None:
    chance = np.random.default_rng(3)
    features = chance.normal(size=(4000, 3))
    truth = chance.random(4000) < 1 / (1 + np.exp(-(features @ [2.0, -1.0, 0.0])))
    weights, bias = logistic.fit(features, truth, np.ones(4000), 1e-9)
    np.testing.assert_allclose(weights, [2, -1, 0], atol=0.15)
    assert bias == pytest.approx(0, abs=0.1)
