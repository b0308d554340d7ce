"""Orphans of a killed run are found, though the clock was a day off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.state import SourceHealth, State
from crawlers.orphans import remember_orphans
from tests.articles.making import SEEN, make


@pytest.mark.parametrize(("days", "found"), [(0, 1), (1, 1), (-1, 1), (3, 0)])
def test_an_article_that_nobody_remembers_is_found(tmp_path: Path, days: int, found: int) -> None:
    """`days`: how much later than the article the last good run was, by the clock of then."""
    archive, last = Archive(str(tmp_path)), SEEN + timedelta(days=days)
    archive.append("crawled", [make(1)])
    before = SourceHealth(
        source_id="outlet", status="healthy", since=last, last_run=last, last_success=last
    )
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        assert remember_orphans(archive, state, "outlet", before) == found
        assert (state.page(make(1).canonical_url) is not None) == bool(found)
