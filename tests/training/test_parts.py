"""Labelled pool headlines are dealt out: all of them are learnt from, or developed with."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.corpus import LabelledItem, Split, part_of
from models.training import parts as dealing
from models.training.parts import with_pool_labels
from models.training.settings import TrainingSettings

SETTINGS = TrainingSettings(encoder=Path("encoder"), out=Path("out"))


def headline(number: int, **labels: int) -> LabelledItem:
    given = {"south_china_sea": 0, "terrorism": 0, "policy_divergence": 0} | labels
    doubtful = bool(given.pop("doubtful", 0))
    return LabelledItem.model_validate(
        {
            "id": f"r{number}",
            "event": f"event {number}",
            "batch": "r1",
            "language": "en",
            "date": "2023-05-01",
            "title": f"Headline {number}",
            "sentiment": "neu",
            "doubtful": doubtful,
            **given,
        }
    )


@pytest.fixture
def labelled(monkeypatch: pytest.MonkeyPatch) -> list[LabelledItem]:
    monkeypatch.setattr(dealing, "away_from_test", lambda items, _: list(items))
    plain = [headline(n) for n in range(1000)]
    telling = [headline(n, terrorism=1) for n in range(1000, 1100)]
    return plain + telling + [headline(n, doubtful=1) for n in range(1100, 1200)]


def test_every_labelled_headline_falls_into_one_part(labelled: list[LabelledItem]) -> None:
    parts, plain = with_pool_labels(Split((), (), ()), labelled, SETTINGS)
    dealt = [item.id for item in (*parts.train, *plain, *parts.development)]
    assert sorted(dealt) == sorted(item.id for item in labelled)
    assert not parts.test


def test_development_keeps_the_plain_ones_so_that_thresholds_meet_them_as_often_as_users_do(
    labelled: list[LabelledItem],
) -> None:
    parts, _ = with_pool_labels(Split((), (), ()), labelled, SETTINGS)
    theirs = [i for i in labelled if part_of(i.event, SETTINGS.seed) == "development"]
    assert list(parts.development) == theirs


def test_the_encoder_trains_on_a_share_of_the_plain_ones(labelled: list[LabelledItem]) -> None:
    parts, plain = with_pool_labels(Split((), (), ()), labelled, SETTINGS)
    kept = [item for item in parts.train if not item.terrorism and not item.doubtful]
    assert len(kept) / (len(kept) + len(plain)) == pytest.approx(SETTINGS.plain_share, abs=0.05)
    assert not [item for item in plain if item.terrorism or item.doubtful]


def test_a_share_of_one_leaves_none_out(labelled: list[LabelledItem]) -> None:
    everything = SETTINGS.model_copy(update={"plain_share": 1.0})
    assert with_pool_labels(Split((), (), ()), labelled, everything)[1] == []
