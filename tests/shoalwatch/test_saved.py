"""Saved searches deliver each article once, late ones too, and feeds that readers can read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from articles.record import Article, Tag
from articles.saved_searches import SavedSearch, SavedSearches
from articles.state import State
from search.embedded import EmbeddedEngine
from search.engine import Hit, Snippet
from shoalwatch import saved as running
from shoalwatch.atom import as_atom
from shoalwatch.saved import deliver, new_hits
from tests.search.corpus import make

MADE = datetime(2026, 11, 24, 8, tzinfo=UTC)


def reef(key: str, hours: float, **fields: Any) -> Article:
    return make(key, f"Reef {key}", first_seen=MADE + timedelta(hours=hours), **fields)


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(tmp_path / "index")


@pytest.fixture
def searches(tmp_path: Path) -> Iterator[SavedSearches]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        made = SavedSearches(state)
        made.add(SavedSearch(name="reef", query="reef", made=MADE))
        yield made


def run(engine: EmbeddedEngine, searches: SavedSearches) -> list[str]:
    saved = searches.get("reef")
    hits = new_hits(engine, saved, searches.delivered("reef"))
    deliver(searches, saved, hits)
    return [hit.article.title.removeprefix("Reef ") for hit in hits]


def test_each_article_is_delivered_once(engine: EmbeddedEngine, searches: SavedSearches) -> None:
    engine.index([reef("long-ago", -30), reef("yesterday", -20), reef("now", 1), make("other")])
    assert run(engine, searches) == ["yesterday", "now"]
    assert run(engine, searches) == []
    engine.index([reef("later", 30)])
    assert run(engine, searches) == ["later"]
    assert run(engine, searches) == []


def test_an_article_that_is_indexed_late_is_delivered(
    engine: EmbeddedEngine, searches: SavedSearches
) -> None:
    engine.index([reef("now", 1)])
    assert run(engine, searches) == ["now"]
    engine.index([reef("late", -10), reef("too-late", -100)])
    assert run(engine, searches) == ["late"]


def test_a_run_that_fails_delivers_again(engine: EmbeddedEngine, searches: SavedSearches) -> None:
    engine.index([reef("now", 1)])
    saved = searches.get("reef")
    assert len(new_hits(engine, saved, searches.delivered("reef"))) == 1
    assert run(engine, searches) == ["now"]


def test_many_articles_come_in_several_runs(
    engine: EmbeddedEngine, searches: SavedSearches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE", 3)
    monkeypatch.setattr(running, "MOST", 7)
    engine.index([reef(f"n{n}", n / 60) for n in range(10)])
    assert [*run(engine, searches), *run(engine, searches)] == [f"n{n}" for n in range(10)]


def test_a_feed_reader_reads_the_feed() -> None:
    article = reef(
        "one",
        1,
        published=MADE,
        tags=(Tag(category="terrorism", probability=0.9),),
        sentiment="negative",
    ).model_copy(
        update={"title": "A <b>reef</b> & \x00\ud83d 黄岩岛", "url": "https://a.example/?b=1&c=2"}
    )
    hit = Hit(
        article=article, score=1.0, snippet=Snippet(title="", text="a &lt;i&gt; <mark>x</mark>")
    )
    feed = feedparser.parse(as_atom("reef", [hit], {"outlet": "The <Outlet>"}))
    assert not feed.bozo
    assert feed.feed.title == "Shoalwatch: reef"
    (entry,) = feed.entries
    assert entry.id == f"urn:shoalwatch:article:{article.id}"
    assert entry.link == "https://a.example/?b=1&c=2"
    assert "黄岩岛" in entry.title
    assert entry.author == "The <Outlet>"
    assert entry.tags[0].term == "terrorism"
    assert "terrorism 0.90, negative" in entry.summary
    assert entry.published_parsed[:4] == (2026, 11, 24, 8)


def test_an_empty_feed_is_a_feed() -> None:
    feed = feedparser.parse(as_atom("nothing", [], {}))
    assert not feed.bozo
    assert feed.entries == []
