"""Self-training reads no headline that is labelled or near what the score card is measured on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.corpus import NEWS_BATCH, LabelledItem, Split
from models.evaluation import judging
from models.tagger import TaggerInput
from models.training import parts as dealing
from models.training import selftraining
from models.training.examples import Reader
from models.training.settings import TrainingSettings


def item(title: str, summary: str = "", batch: str = NEWS_BATCH) -> LabelledItem:
    return LabelledItem(
        id=title,
        event=title,
        batch=batch,
        language="en",
        date="2023-05-01",
        title=title,
        summary=summary,
        south_china_sea=0,
        terrorism=1,
        policy_divergence=0,
        sentiment="neg",
    )


TESTED = item("Bomb kills five soldiers", "Attack blamed upon southern insurgents")
SHARED = item("Navy vessels collide near disputed reef", "Manila protests")
LEARNT = item("Ministers discuss haze")
FREE = TaggerInput("Durian exports climb again", "Growers expect record harvest", "en")
POOL = [
    FREE,
    TaggerInput("Bomb kills soldiers", "Attack blamed upon insurgents", "en"),
    TaggerInput("Navy vessels collide near reef", "Manila protests", "en"),
    TaggerInput("MINISTERS discuss haze", "Other words entirely", "en"),
]


def test_headlines_near_the_real_test_part_and_labelled_ones_are_left_out() -> None:
    assert selftraining.apart(POOL, [LEARNT], [TESTED, SHARED]) == [FREE]
    assert selftraining.apart(POOL, [], []) == POOL


def test_the_teacher_is_asked_of_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[TaggerInput]] = []
    monkeypatch.setattr(dealing, "shared_news", lambda: Path("news"))
    monkeypatch.setattr(dealing, "read_news", lambda _: [SHARED])
    monkeypatch.setattr(dealing, "split", lambda items, _: Split((), (), tuple(items)))

    def choose(pool: list[TaggerInput], *_: object) -> list[object]:
        asked.append(pool)
        return []

    monkeypatch.setattr(selftraining, "choose", choose)
    settings = TrainingSettings(
        encoder=Path("e"), out=Path("o"), pseudo=3, teacher=Path("t"), pool=Path("p")
    )
    reader: Any = SimpleNamespace(settings=settings, _examples=lambda *_: [])
    parts = Split((LEARNT,), (), (TESTED,))
    assert Reader.pseudo(reader, POOL, [LEARNT], parts) == []
    assert asked == [[FREE]]


def test_written_items_of_the_test_part_keep_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "NEWS", Path("none"))
    settings = TrainingSettings(encoder=Path("e"), out=Path("o"))
    own = item(TESTED.title, batch="g1")
    assert dealing.real_test(settings, Split((), (), (own, TESTED))) == (TESTED,)
