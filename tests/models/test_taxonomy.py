"""The taxonomy file and its errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import TaxonomyError
from models.tagger import RISKS
from models.taxonomy import load_taxonomy


def test_shipped_taxonomy_names_the_taggers_risks() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.ids == RISKS
    assert taxonomy.categories[0].name("de") == "South China Sea"


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yml"
    path.write_text("categories: [{id: a, names: {}, definition: d, colour: red}]")
    with pytest.raises(TaxonomyError, match="colour"):
        load_taxonomy(path)


@pytest.mark.parametrize("content", ["categories: []", "categories: [", "[]"])
def test_a_malformed_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "taxonomy.yml"
    path.write_text(content)
    with pytest.raises(TaxonomyError, match="cannot be used"):
        load_taxonomy(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="does not exist"):
        load_taxonomy(tmp_path / "taxonomy.yml")
