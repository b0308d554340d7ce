"""Saved searches: names, watermarks, and what was delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from articles.saved_searches import SavedSearch, SavedSearchError, SavedSearches
from articles.state import State

MADE = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def searches(tmp_path: Path) -> Iterator[SavedSearches]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        yield SavedSearches(state)


def saved(name: str = "reef") -> SavedSearch:
    return SavedSearch(name=name, query="reef OR 黄岩岛", made=MADE)


def test_what_is_kept_comes_back(searches: SavedSearches) -> None:
    assert searches.all() == []
    searches.add(saved("b"))
    searches.add(saved("a"))
    assert [one.name for one in searches.all()] == ["a", "b"]
    assert searches.get("a") == saved("a")
    searches.remove("a")
    assert searches.all() == [saved("b")]


def test_names_that_there_are_not_or_are_already(searches: SavedSearches) -> None:
    with pytest.raises(SavedSearchError, match="there are: none yet; make one with"):
        searches.get("reef")
    searches.add(saved())
    with pytest.raises(SavedSearchError, match="'reef' already: choose another name"):
        searches.add(saved())
    with pytest.raises(SavedSearchError, match="no saved search 'ref'; there are: reef"):
        searches.remove("ref")
    with pytest.raises(ValidationError, match="name"):
        saved("../Reef")


def test_the_watermark_only_goes_forward(searches: SavedSearches) -> None:
    searches.add(saved())
    searches.deliver("reef", [("a" * 16, MADE + HOUR), ("b" * 16, MADE)], MADE - HOUR)
    assert searches.get("reef").watermark == MADE + HOUR
    searches.deliver("reef", [("c" * 16, MADE)], MADE - HOUR)
    assert searches.get("reef").watermark == MADE + HOUR
    assert searches.delivered("reef") == {"a" * 16, "b" * 16, "c" * 16}


def test_what_no_run_looks_back_to_is_forgotten(searches: SavedSearches) -> None:
    searches.add(saved())
    searches.add(saved("other"))
    for name in ("reef", "other"):
        searches.deliver(name, [("a" * 16, MADE)], MADE)
    searches.deliver("reef", [], MADE + HOUR)
    assert searches.delivered("reef") == set()
    assert searches.delivered("other") == {"a" * 16}
    searches.remove("other")
    assert searches.delivered("other") == set()
