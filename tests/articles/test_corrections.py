"""Verdicts on tags: kept one by one, the newest standing, and what they make of an article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.corrections import Corrections, KeptCorrection, Verdicts, corrected
from articles.record import Article, Tag
from articles.state import State
from tests.articles.making import SEEN, make

DAY = date(2026, 11, 24)


def kept(number: int = 1, **fields: Any) -> KeptCorrection:
    article = make(number)
    values = {
        "article_id": article.id,
        "source_id": "outlet",
        "day": DAY,
        "content_hash": article.content_hash,
        "category": "terrorism",
        "verdict": "wrong",
        "said_by": "Mei",
        "made": SEEN,
    }
    return KeptCorrection.model_validate(values | fields)


def tagged() -> Article:
    return make(
        1,
        tags=(
            Tag(category="terrorism", probability=0.9),
            Tag(category="rare_earths", probability=0.6),
        ),
        risks={"terrorism": 0.9, "rare_earths": 0.6, "south_china_sea": 0.7, "other": 0.1},
        unsure=("rare_earths", "south_china_sea"),
        model_version="v",
    )


@pytest.fixture
def corrections(tmp_path: Path) -> Iterator[Corrections]:
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:
        yield Corrections(state)


def test_the_newest_verdict_stands_and_the_history_keeps_the_others(
    corrections: Corrections,
) -> None:
    first = kept(note="a sports team", probability=0.9, model_version="v")
    other = kept(category="policy_divergence", verdict="right")
    second = kept(verdict="right", said_by="Bo", made=SEEN + timedelta(hours=1))
    for one in (first, other, second):
        corrections.add(one)
    assert corrections.history() == [first, other, second]
    assert corrections.standing() == [other, second]


def test_wrong_takes_a_tag_off_right_puts_one_on_and_probabilities_stay() -> None:
    said = [
        kept(category="rare_earths", verdict="wrong"),
        kept(category="south_china_sea", verdict="right"),
        kept(category="terrorism", verdict="right"),
        kept(category="gone", verdict="right"),
    ]
    article = tagged()
    result = corrected(article, Verdicts(said).of(article))
    assert result.tags == (
        Tag(category="terrorism", probability=0.9),
        Tag(category="south_china_sea", probability=0.7),
    )
    assert result.risks == article.risks
    assert result.unsure == ()
    assert [one.category for one in result.corrections] == [
        "rare_earths",
        "south_china_sea",
        "terrorism",
    ]
    assert {one.by for one in result.corrections} == {"Mei"}
    assert Article.model_validate_json(result.model_dump_json()) == result


def test_verdicts_on_a_refused_text_hold_for_the_categories_there_are(tmp_path: Path) -> None:
    said = [
        kept(category="gone", verdict="right"),
        kept(category="south_china_sea", verdict="wrong"),
        kept(category="terrorism", verdict="right"),
    ]
    article = make(1, refused="no readable word in title or text", model_version="v")
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:
        for one in said:
            Corrections(state).add(one)
        verdicts = Verdicts.of_state(state, ("south_china_sea", "terrorism"))
    result = corrected(article, verdicts.of(article))
    assert result.tags == (Tag(category="terrorism", probability=0.0),)
    assert [one.category for one in result.corrections] == ["south_china_sea", "terrorism"]


def test_an_article_without_a_verdict_stays_as_it_is() -> None:
    article = tagged()
    assert corrected(article, Verdicts([kept(2)]).of(article)) is article


def test_a_partitions_mark_follows_its_verdicts_and_no_others() -> None:
    one = Verdicts([kept(1)])
    assert one.mark(DAY, "outlet")
    assert one.mark(DAY, "other") == one.mark(DAY - timedelta(days=1), "outlet") == ""
    assert Verdicts([kept(1), kept(2)]).mark(DAY, "outlet") != one.mark(DAY, "outlet")
    assert Verdicts([kept(1, verdict="right")]).mark(DAY, "outlet") != one.mark(DAY, "outlet")
    assert Verdicts([kept(2), kept(1)]).mark(DAY, "outlet") == Verdicts([kept(1), kept(2)]).mark(
        DAY, "outlet"
    )
