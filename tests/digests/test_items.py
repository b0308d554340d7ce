"""An item says in which language it is, and where its tags are no more than hints."""

from __future__ import annotations

import pytest

from digests.grouping import Group
from digests.items import item_of
from tests.digests.samples import article


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-Hant", "Chinese"),
        ("ja", "Japanese (tags not measured in this language)"),
        ("und", "language unknown"),
    ],
)
def test_tags_of_an_unmeasured_language_are_marked(language: str, shown: str) -> None:
    item = item_of(Group(article(1, language=language)), {"terrorism": "Terrorism"}, {})
    assert item.language_name == shown
