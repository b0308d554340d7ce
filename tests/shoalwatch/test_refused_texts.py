"""A text that the tagger cannot read, from the archive to search, export, digest and correction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.archive import Archive
from tests.articles.making import make
from tests.shoalwatch.commanding import shoalwatch

ATTACK = make(1, title="هجوم إرهابي في جاكرتا يقتل عشرة أشخاص", text="", language="ar")
CHURCH = make(2, title="Bomb kills ten at a church in Jakarta", text="Police blame the group JAD.")
WHY = "written in a script that the model does not know"
DAY = "2026-11-24"


def done(folder: Path, *words: str) -> str:
    ended = shoalwatch(folder, *words, home="data")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def hits(folder: Path, *words: str) -> dict[str, dict[str, object]]:
    page = json.loads(done(folder, "search", *words, "--format", "json"))
    return {hit["id"]: hit for hit in page["hits"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refused")
    Archive(str(folder / "data" / "archive")).append("crawled", [ATTACK, CHURCH])
    assert done(folder, "tag") == "2 tagged, 1 of them refused, 0 kept as they were\n"
    done(folder, "index")
    return folder


def test_the_reason_stands_where_tags_would(folder: Path) -> None:
    found = hits(folder)
    refused, read = found[ATTACK.id], found[CHURCH.id]
    assert (refused["refused"], refused["sentiment"], refused["risks"]) == (WHY, None, {})
    assert read["refused"] is None
    assert f"not tagged: {WHY}" in done(folder, "search", "--format", "csv")
    digest = done(folder, "digest", "--day", DAY, "--format", "text")
    assert f"Cannot be tagged: 1 article, {WHY}" in digest


def test_a_correction_says_that_the_text_was_refused_and_holds(folder: Path) -> None:
    said = done(
        folder,
        *("model", "correct", ATTACK.id, "--category", "terrorism"),
        *("--verdict", "right", "--by", "Mei"),
    )
    assert f"(the model refused the text: {WHY}) is right, says Mei" in said
    assert "does not train" in said
    done(folder, "tag")
    done(folder, "index")
    assert ATTACK.id in hits(folder, "category:terrorism")
    digest = done(folder, "digest", "--day", DAY, "--format", "text")
    assert f"Terrorism | not tagged: {WHY}" in digest
    ended = shoalwatch(
        folder,
        *("model", "corrections", "--export", "said.jsonl"),
        home="data",
    )
    assert "0 corrections in said.jsonl; 1 left out" in ended.stderr
