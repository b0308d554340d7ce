"""An analyst's own category and corrections, end to end on the sample newsroom."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.corpus import read_items
from models.corrections import read_corrections
from shoalwatch.newsroom import Newsroom
from tests.models.test_own_categories import RARE
from tests.shoalwatch.commanding import shoalwatch
from tests.shoalwatch.test_commands import SETTINGS

NOWHERE = "0" * 16


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was crawled and tagged with an own category, and indexed."""
    folder = tmp_path_factory.mktemp("corrected")
    (folder / "sources").mkdir()
    entry = {"id": "rare_earths", "names": {"en": "Rare earths"}, "definition": "Rare earths."}
    (folder / "rare.yml").write_text(
        yaml.safe_dump(entry | {"examples": list(RARE)}, allow_unicode=True), encoding="utf-8"
    )
    with Newsroom() as newsroom:
        catalogue = folder / "sources" / "newsroom.yml"
        catalogue.write_text(newsroom.catalogue(), encoding="utf-8")
        done(folder, "crawl")
    said = done(folder, "model", "add-category", "rare.yml")
    assert "rare_earths trained" in said
    assert "average precision" in said
    done(folder, "tag")
    done(folder, "index")
    return folder


def done(folder: Path, *words: str) -> str:
    ended = shoalwatch(folder, *words, **SETTINGS)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def refused(folder: Path, *words: str) -> str:
    ended = shoalwatch(folder, *words, **SETTINGS)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    return ended.stderr


def found(folder: Path, *words: str) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = json.loads(
        done(folder, "search", *words, "--size", "100", "--format", "json")
    )["hits"]
    return hits


def correct(folder: Path, article: str, category: str, verdict: str, by: str) -> str:
    return done(
        folder,
        *("model", "correct", article, "--category", category),
        *("--verdict", verdict, "--by", by, "--note", "seen"),
    )


def test_the_own_category_is_on_every_article_listed_and_searchable(filled: Path) -> None:
    everything = found(filled)
    assert everything
    assert all("rare_earths" in hit["risks"] for hit in everything if hit["risks"])
    assert all("+own-" in hit["model_version"] for hit in everything)
    listed = done(filled, "model", "categories")
    assert "rare_earths" in listed
    assert "policy_divergence" in listed
    tagged = found(filled, "category:rare_earths")
    assert {hit["id"] for hit in tagged} == {
        hit["id"] for hit in everything if "rare_earths" in [t["category"] for t in hit["tags"]]
    }
    assert f"RARE EARTHS ({len(tagged)} item" in done(filled, "digest", "--format", "text")


def test_a_wrong_tag_comes_off_everywhere_and_stays_off(filled: Path) -> None:
    hit = found(filled, "category:terrorism")[0]
    said = correct(filled, hit["id"], "terrorism", "wrong", "Mei")
    assert "is wrong, says Mei: the next run takes the tag off" in said
    done(filled, "tag")
    done(filled, "index")
    assert hit["id"] not in {one["id"] for one in found(filled, "category:terrorism")}
    [after] = [one for one in found(filled) if one["id"] == hit["id"]]
    assert after["risks"]["terrorism"] == hit["risks"]["terrorism"]
    assert [one["by"] for one in after["corrections"]] == ["Mei"]
    assert "terrorism judged wrong by Mei" in done(
        filled, "search", "--size", "100", "--format", "csv"
    )
    assert "Corrected: a person judged" in done(filled, "digest", "--format", "text")
    done(filled, "export", f"source:{hit['source_id']}", "all.jsonl")
    rows = [json.loads(row) for row in (filled / "all.jsonl").read_text("utf-8").splitlines()]
    [row] = [row for row in rows if row["id"] == hit["id"]]
    assert row["corrections"] == ["terrorism judged wrong by Mei"]
    assert "nothing changed" in correct(filled, hit["id"], "terrorism", "wrong", "Mei")
    turned = correct(filled, hit["id"], "terrorism", "right", "Bo")
    assert "It replaces 'wrong' by Mei of" in turned
    assert len(done(filled, "model", "corrections").splitlines()) == 1
    assert len(done(filled, "model", "corrections", "--history").splitlines()) == 2
    done(filled, "model", "corrections", "--export", "said.jsonl")
    [item] = read_corrections(filled / "said.jsonl")
    assert item.labels == {"terrorism": True}


def test_a_missing_tag_is_put_on_and_survives_another_model(filled: Path) -> None:
    hit = next(
        one
        for one in found(filled)
        if one["risks"].get("rare_earths", 1) < 0.1 and not one["corrections"]
    )
    said = correct(filled, hit["id"], "rare_earths", "right", "Mei")
    assert "the next run puts the tag on" in said
    done(filled, "tag")
    done(filled, "index")
    assert hit["id"] in {one["id"] for one in found(filled, "category:rare_earths")}
    head = filled / "data" / "categories" / "rare_earths.json"
    kept = json.loads(head.read_text(encoding="utf-8"))
    kept["head"]["bias"] -= 0.001
    head.write_text(json.dumps(kept), encoding="utf-8")
    assert " 0 kept" in done(filled, "tag")
    done(filled, "index")
    [after] = [one for one in found(filled, "category:rare_earths") if one["id"] == hit["id"]]
    assert after["model_version"] != hit["model_version"]
    assert after["corrections"][0]["verdict"] == "right"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"id": NOWHERE}, f"There is no article '{NOWHERE}' in the archive"),
        ({"category": "terorism"}, "no category 'terorism': did you mean terrorism?"),
        ({"by": "  "}, "--by has 0 characters; give 1 to 80, in one line"),
        ({"by": "Mei\n"}, None),
        ({"note": "x" * 501}, "--note has 501 characters; give 0 to 500"),
        (
            {"note": "two\nlines"},
            "--note holds the sign '\\n'; give 0 to 500 characters, in one line",
        ),
        ({"by": "M\x1b[31mei"}, "--by holds the sign '\\x1b'; give 1 to 80 characters"),
        ({"by": "M\u202eei"}, "--by holds the sign '\\u202e'; give 1 to 80 characters"),
        ({"id": "\udcff"}, "There is no article '\\udcff' in the archive"),
        ({"verdict": "maybe"}, "maybe"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    filled: Path, given: dict[str, str], said: str | None
) -> None:
    if said is None:  # a line's end after the name is no second line
        assert "nothing changed" not in correct(
            filled, found(filled)[-1]["id"], "south_china_sea", "wrong", given["by"]
        )
        return
    asked = {"id": found(filled)[0]["id"], "category": "terrorism", "verdict": "wrong"}
    asked |= {"by": "Mei", "note": ""} | given
    words = [word for name in list(asked)[1:] for word in (f"--{name}", asked[name])]
    assert said in refused(filled, "model", "correct", asked["id"], *words)


def test_an_id_is_taken_as_it_is_pasted_and_names_as_khmer_and_japanese_write_them(
    filled: Path,
) -> None:
    article = found(filled)[-1]["id"]
    pasted = f" {article.upper()}"
    for by in ("សុខ\u200bវណ្ណា", "山田\u3000太郎"):
        assert f"says {by}" in correct(filled, pasted, "terrorism", "wrong", by)
    assert f"{article}\tterrorism\twrong\t山田\u3000太郎" in done(filled, "model", "corrections")


def test_no_correction_so_far_is_said(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    ended = shoalwatch(tmp_path, "model", "corrections", **SETTINGS)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "no corrections so far" in ended.stderr


def test_a_taken_id_an_unknown_category_and_a_wrong_place_are_refused(filled: Path) -> None:
    assert "shoalwatch model remove-category rare_earths" in refused(
        filled, "model", "add-category", "rare.yml"
    )
    assert "There is no own category 'x'; there are: rare_earths" in refused(
        filled, "model", "remove-category", "x"
    )
    assert "cannot be written" in refused(
        filled, "model", "corrections", "--export", "nowhere/said.jsonl"
    )


def test_examples_with_nothing_in_common_are_warned_of(tmp_path: Path) -> None:
    some = random.Random(1).sample(read_items(), 10)
    entry = {"id": "odds", "names": {"en": "Odds"}, "definition": "Nothing in common."}
    texts = [f"{item.title} {item.summary}" for item in some]
    (tmp_path / "odds.yml").write_text(yaml.safe_dump(entry | {"examples": texts}), "utf-8")
    ended = shoalwatch(tmp_path, "model", "add-category", "odds.yml", **SETTINGS)
    assert ended.returncode == 0, ended.stderr
    assert "Warning: odds does hardly better than chance (F1 0.00" in ended.stderr
    assert "shoalwatch model remove-category odds" in ended.stderr


def test_an_article_that_is_not_tagged_yet_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    with Newsroom() as newsroom:
        catalogue = tmp_path / "sources" / "newsroom.yml"
        catalogue.write_text(newsroom.catalogue(), encoding="utf-8")
        done(tmp_path, "crawl", "--report", "crawl.json")
    pages = json.loads((tmp_path / "crawl.json").read_text(encoding="utf-8"))["pages"]
    article = next(page["article_id"] for page in pages if page.get("article_id"))
    assert "is not tagged yet; run `shoalwatch tag` first" in refused(
        tmp_path,
        *("model", "correct", article, "--category", "terrorism"),
        *("--verdict", "wrong", "--by", "Mei"),
    )


def test_a_removed_category_leaves_the_tags_and_the_query_language(filled: Path) -> None:
    correct(filled, found(filled)[0]["id"], "rare_earths", "wrong", "Mei")
    said = done(filled, "model", "remove-category", "rare_earths")
    assert "takes its tags off" in said
    assert "on it are kept, without effect" in said
    done(filled, "tag")
    done(filled, "index")
    assert not any("rare_earths" in hit["risks"] for hit in found(filled))
    assert "There is no category 'rare_earths'" in refused(filled, "search", "category:rare_earths")
