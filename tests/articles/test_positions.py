"""YAML with its lines: what is refused, and at which line."""

from __future__ import annotations

import pytest
import yaml

from articles.positions import PositionedYAML


def _bomb(levels: int) -> str:
    lists = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, levels)]
    return "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(lists)


def test_each_part_has_its_line_an_anchor_too() -> None:
    document = PositionedYAML("- id: one\n- &two\n  id: two\n")
    assert document.value == [{"id": "one"}, {"id": "two"}]
    assert [document.line((0, "id")), document.line((1, "id"))] == [1, 3]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (_bomb(40), 2, "alias *l0: write out what it stands for"),
        ("- &a\n- [*a]\n", 2, "alias *a"),
        ("- &a [*a]\n", 1, "alias *a"),
        ("- {k: &a {x: 1}}\n- <<: *a\n", 2, "alias *a"),
        ("- one\n- *bold words\n", 2, "a text that begins with * between quotes"),
        ("id: x\nday: 2026-13-45\n", 2, "month must be in 1..12"),
        ("id: x\nday: !!int ''\n", 2, "index out of range"),
        ("id: x\nis: !!bool foo\n", 2, "foo"),
        ("id: x\nday: !!timestamp foo\n", 2, "NoneType"),
        ("id: x\nid: y\n", 2, "key 'id' stands twice"),
    ],
)
def test_what_is_refused_is_pointed_at(text: str, line: int, said: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as raised:
        PositionedYAML(text)
    assert raised.value.problem_mark
    assert raised.value.problem_mark.line + 1 == line
    assert said in str(raised.value.problem)
