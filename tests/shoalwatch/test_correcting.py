"""Verdicts given again: on a text that changed since, and after a change of mind."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.archive import Archive
from articles.corrections import corrected
from articles.record import Article, Correction, Tag
from models.corrections import read_corrections
from tests.articles.making import SEEN, make
from tests.shoalwatch.commanding import shoalwatch

SENTENCE = "no sentence to show"


def _article(text: str, version: int = 1, risk: float = 0.76) -> Article:
    tags = (Tag(category="terrorism", probability=risk),) if risk > 0.33 else ()
    return make(1, text=text, version=version, tags=tags, risks={"terrorism": risk})


def _put(folder: Path, article: Article) -> None:
    archive = Archive(str(folder / "data" / "archive"))
    archive.append("crawled", [article])
    archive.write("tagged", SEEN.date(), article.source_id, [article])


def _judged(article: Article, verdict: str) -> Article:
    said = {"category": "terrorism", "verdict": verdict, "by": "Mei", "made": SEEN}
    return corrected(article, [Correction.model_validate(said)])


def _correct(folder: Path, article: Article, verdict: str, by: str = "Mei") -> str:
    ended = shoalwatch(
        folder,
        *("model", "correct", article.id, "--category", "terrorism"),
        *("--verdict", verdict, "--by", by),
        home="data",
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _export(folder: Path) -> str:
    words = ("model", "corrections", "--export", "said.jsonl")
    return shoalwatch(folder, *words, home="data").stderr


def test_a_verdict_given_again_on_a_changed_text_is_kept_and_trains(tmp_path: Path) -> None:
    first = _article("Police blamed insurgents for the bomb.")
    second = _article("A gas cylinder exploded, police said.", version=2)
    _put(tmp_path, first)
    _correct(tmp_path, first, "wrong")
    assert "nothing changed" in _correct(tmp_path, first, "wrong")
    _put(tmp_path, _judged(second, "wrong"))
    assert "0 corrections in said.jsonl; 1 left out" in _export(tmp_path)
    again = _correct(tmp_path, second, "wrong")
    assert "nothing changed" not in again
    assert "It replaces 'wrong' by Mei of" in again
    assert "nothing changed" in _correct(tmp_path, second, "wrong")
    assert _export(tmp_path) == "1 corrections in said.jsonl\n"
    [item] = read_corrections(tmp_path / "said.jsonl")
    assert (item.summary, item.labels) == (second.text, {"terrorism": False})


@pytest.mark.parametrize("risk", [0.76, 0.02])
def test_of_a_tag_that_a_verdict_took_off_nothing_is_said_of_the_model(
    tmp_path: Path, risk: float
) -> None:
    article = _article("Police blamed insurgents for the bomb.", risk=risk)
    _put(tmp_path, article)
    said = _correct(tmp_path, article, "wrong", "Bo")
    _put(tmp_path, _judged(article, "wrong"))
    turned = _correct(tmp_path, article, "right")
    assert "is right, says Mei: the next run puts the tag on\n" in turned
    assert SENTENCE not in said + turned


def test_of_a_tag_that_the_model_does_not_give_it_is_said_that_it_has_no_sentence(
    tmp_path: Path,
) -> None:
    article = _article("Police blamed insurgents for the bomb.", risk=0.02)
    _put(tmp_path, article)
    assert SENTENCE in _correct(tmp_path, article, "right")
