from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from articles.errors import StateError
from articles.migrating import NEWEST, configuration
from articles.state import KnownPage, SentDigest, SourceHealth, State, Validators
from articles.tables import metadata

SEEN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def page(number: int = 1, **fields: object) -> KnownPage:
    values: dict[str, object] = {
        "canonical_url": f"https://outlet.example/{number}",
        "article_id": f"id{number}",
        "source_id": "outlet",
        "first_seen": SEEN,
        "content_hash": "same",
        "last_outcome": "new",
        "last_fetched": SEEN,
    }
    return KnownPage.model_validate({**values, **fields})


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'state.db'}"


def test_what_is_saved_is_there_after_reopening(url: str) -> None:
    health = SourceHealth(
        source_id="outlet", status="failing", since=SEEN, last_run=SEEN, faults="[]"
    )
    sent = SentDigest(day=date(2026, 11, 24), recipient="a@b.example", message_id="m", sent_at=SEEN)
    with State.open(url) as state:
        state.save_validators("https://a/feed", Validators(etag='"1"'))
        state.save_page(page())
        state.save_address("https://outlet.example/1?x", "https://outlet.example/1")
        state.save_source_health(health)
        state.save_sent_digest(sent)
        state.save_indexed_partitions("g1", {"tagged/2026-11-24/outlet": "abc"})
    with State.open(url) as state:
        assert state.validators("https://a/feed") == Validators(etag='"1"')
        assert state.page("https://outlet.example/1") == page()
        assert state.page_by_address("https://outlet.example/1?x") == page()
        assert state.source_health() == [health]
        assert state.sent_digest(sent.day, sent.recipient) == sent
        assert state.indexed_partitions("g1") == {"tagged/2026-11-24/outlet": "abc"}


def test_what_was_never_saved_is_none(url: str) -> None:
    with State.open(url) as state:
        assert state.validators("https://a") is None
        assert state.page("https://a") is None
        assert state.page_by_address("https://a") is None
        assert state.article_with_content("x") is None
        assert state.sent_digest(date(2026, 1, 1), "a") is None
        assert state.indexed_partitions("g") == {}


def test_saving_again_replaces(url: str) -> None:
    with State.open(url) as state:
        state.save_page(page())
        state.save_page(page(version=2))
        assert state.page("https://outlet.example/1") == page(version=2)


def test_moments_come_back_in_utc_whatever_zone_they_went_in(url: str) -> None:
    manila = SEEN.astimezone(timezone(timedelta(hours=8)))
    with State.open(url) as state:
        state.save_page(page(first_seen=manila))
        found = state.page("https://outlet.example/1")
    assert found is not None
    assert found.first_seen == SEEN
    assert found.first_seen.utcoffset() == timedelta(0)


def test_the_first_page_with_a_text_is_the_original(url: str) -> None:
    with State.open(url) as state:
        state.save_page(page(2, first_seen=SEEN + timedelta(hours=1)))
        state.save_page(page(1))
        found = state.article_with_content("same")
    assert found is not None
    assert found.article_id == "id1"


def test_the_first_page_with_a_text_can_be_asked_of_one_source(url: str) -> None:
    with State.open(url) as state:
        state.save_pages(
            [page(1, source_id="other"), page(2), page(3, first_seen=SEEN + timedelta(hours=1))]
        )
        found = state.article_with_content("same", "outlet")
        assert found is not None
        assert found.article_id == "id2"
        assert state.article_with_content("same", "nobody") is None


def test_pages_are_saved_with_their_addresses(url: str) -> None:
    with State.open(url) as state:
        state.save_pages([page(1)], {"https://amp.example/1": "https://outlet.example/1"})
        assert state.page_by_address("https://amp.example/1") == page(1)


def _write_pages(url: str, start: int) -> None:
    with State.open(url) as state:
        for number in range(start, start + 50):
            state.save_page(page(number))


def test_processes_open_and_write_at_once(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_pages, args=(url, n * 50)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with State.open(url) as state:
        assert all(state.page(f"https://outlet.example/{n}") for n in range(150))


def test_migrations_make_exactly_the_declared_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    State.open(url).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    command.downgrade(configuration(engine), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()


def test_the_newest_migration_is_the_one_that_upgrading_looks_for(tmp_path: Path) -> None:
    engine = create_engine("sqlite://")
    assert ScriptDirectory.from_config(configuration(engine)).get_current_head() == NEWEST


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    State.open(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match=r"'9999'.*newer one. Upgrade Shoalwatch"):
        State.open(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("nonsense", "'nonsense' cannot be opened"),
        ("postgresql+nodriver://user:hidden@h/db", r"user:\*\*\*@h/db"),
        ("sqlite:////proc/none/state.db", "/proc/none/state.db cannot be opened"),
    ],
)
def test_a_wrong_address_is_named_without_its_password(wrong: str, said: str) -> None:
    with pytest.raises(StateError, match=said) as caught:
        State.open(wrong)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    file.write_text("this is no database, " * 100)
    with pytest.raises(StateError, match="not a database"):
        State.open(f"sqlite:///{file}")
