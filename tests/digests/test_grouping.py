from __future__ import annotations

from digests.grouping import group
from tests.digests.samples import article


def sizes(*titles: str, language: str = "en") -> list[int]:
    articles = [article(n, title, language=language) for n, title in enumerate(titles)]
    return [1 + len(found.repeats) for found in group(articles)]


def test_the_same_wire_story_is_one_group_led_by_the_first() -> None:
    first, second = (
        article(1, "Port strike ends in Haiphong"),
        article(2, "PORT STRIKE  ends in Haiphong."),
    )
    found = group([first, second])
    assert [(g.lead.id, [r.id for r in g.repeats]) for g in found] == [(first.id, [second.id])]


def test_full_width_letters_are_the_same_letters() -> None:
    assert sizes("南海：菲律宾抗议中国海警行动", "南海:菲律宾抗议中国海警行动", language="zh") == [
        2
    ]


def test_different_numbers_are_different_items() -> None:
    assert sizes("Blast in market kills 3 people", "Blast in market kills 30 people") == [1, 1]


def test_different_news_stays_apart() -> None:
    assert sizes("Coast guard blocks resupply mission", "Ministers sign fisheries agreement") == [
        1,
        1,
    ]


def test_the_same_words_in_two_languages_stay_apart() -> None:
    assert len(group([article(1, "ASEAN", language="en"), article(2, "ASEAN", language="vi")])) == 2


def test_items_without_a_title_stay_apart() -> None:
    assert sizes("", "") == [1, 1]


def test_a_recorded_near_duplicate_joins_what_it_repeats_in_either_order() -> None:
    original = article(1, "Navy drill off Natuna begins")
    copy = article(2, "Warships gather for exercise", near_duplicate_of=original.id)
    assert len(group([original, copy])) == 1
    assert len(group([copy, original])) == 1


def test_likeness_can_be_set() -> None:
    near = [article(1, "Envoy summoned over shoal"), article(2, "Envoys summoned over reef")]
    assert len(group(near, alike=100)) == 2
    assert len(group(near, alike=60)) == 1
