"""Orphans of a killed run are found, whatever they are, and though the clock was a day off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.state import SourceHealth, State
from crawlers.orphans import remember, remember_orphans, settle_left
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


@pytest.mark.parametrize(
    ("status", "found"), [("empty", 0), ("quiet", 0), ("malformed", 0), ("failing", 1)]
)
def test_of_a_source_that_is_read_but_never_healthy_not_all_days_are_looked_at(
    tmp_path: Path, status: str, found: int
) -> None:
    archive, last = Archive(str(tmp_path)), SEEN + timedelta(days=3)
    archive.append("crawled", [make(1)])
    before = SourceHealth(source_id="outlet", status=status, since=last, last_run=last)
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        assert remember_orphans(archive, state, "outlet", before) == found


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(str(tmp_path / "archive"))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened


def test_an_update_of_an_old_article_is_remembered_from_the_journal(
    archive: Archive, state: State
) -> None:
    now = SEEN + timedelta(days=40)
    old = make(1)
    archive.append("crawled", [old])
    remember(state, old)
    newer = make(1, text="Another text.", version=2, changed=("text",), fetched=now)
    archive.journal([newer])
    assert settle_left(archive, state, "outlet", now) == 1
    assert settle_left(archive, state, "outlet", now) == 0
    known = state.page(old.canonical_url)
    assert known is not None
    assert (known.version, known.content_hash, known.last_outcome) == (
        2,
        newer.content_hash,
        "updated",
    )
    found = list(archive.read("crawled", versions=True))
    assert [(a.version, a.changed) for a in found] == [(1, ()), (2, ("text",))]
    assert state.yields("outlet", SEEN.date()) == {}


def test_an_update_is_found_by_a_state_that_is_older_than_the_archive(
    archive: Archive, state: State
) -> None:
    remember(state, make(1))
    archive.append("crawled", [make(1), make(1, text="Another text.", version=2)])
    assert remember_orphans(archive, state, "outlet", None) == 1
    assert remember_orphans(archive, state, "outlet", None) == 0


def test_what_another_source_has_taken_is_given_up_to_it(archive: Archive, state: State) -> None:
    archive.journal([make(1), make(2)])
    theirs = make(1, source_id="other")
    archive.append("crawled", [theirs])
    remember(state, theirs)
    assert settle_left(archive, state, "outlet", SEEN) == 1
    found = archive.read("crawled")
    assert sorted((a.source_id, a.id) for a in found) == sorted(
        [("other", theirs.id), ("outlet", make(2).id)]
    )
    assert state.unwritten_article_sources("other") == {theirs.id: ["outlet"]}


def test_new_articles_count_whether_the_state_knew_them_or_not(
    archive: Archive, state: State
) -> None:
    """A process that dies has counted none of the groups that it had written."""
    recent, old = SEEN - timedelta(hours=9), SEEN - timedelta(days=300)
    known = make(1, published=recent, published_from="feed")
    archive.journal([known, make(2), make(3, published=old, published_from="feed")])
    remember(state, known)
    assert settle_left(archive, state, "outlet", SEEN) == 2
    assert state.yields("outlet", SEEN.date()) == {SEEN.date(): 2}
