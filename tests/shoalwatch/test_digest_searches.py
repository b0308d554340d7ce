"""Saved searches in the morning digest, mailed to a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.record import Article
from articles.saved_searches import SavedSearch, SavedSearches
from articles.settings import StorageSettings
from digests.settings import DigestSettings
from shoalwatch.digesting import compose_day, digest
from shoalwatch.settings import Settings
from shoalwatch.workspace import Workspace
from tests.digests.mail_servers import Mailbox, serving
from tests.search.corpus import make

TODAY = datetime.now(UTC).date() - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
MIDNIGHT = datetime.combine(TODAY, time(), UTC)
ONE, TWO = "one@desk.example", "two@desk.example"


def reef(key: str, hours: float, **fields: Any) -> Article:
    return make(key, f"Reef {key}", first_seen=MIDNIGHT + timedelta(hours=hours), **fields)


class Desk:
    """A workspace whose digest goes to a mail server."""

    def __init__(self, home: Path, box: Mailbox, port: int, **digest_settings: Any) -> None:
        self.box = box
        mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
        self.workspace = Workspace(
            Settings(
                storage=StorageSettings(home=home, timezone="UTC"),
                digest=DigestSettings.model_validate(
                    {**mail, "digest_to": (ONE,), **digest_settings}
                ),
            )
        )
        self.searches = SavedSearches(self.workspace.state)

    def save(self, name: str, query: str) -> None:
        made = MIDNIGHT + timedelta(hours=1)
        self.searches.add(SavedSearch(name=name, query=query, made=made))

    def mail(self, day: date) -> str:
        """Make the day's digest; return the text part of the last mail."""
        digest(self.workspace, day)
        body = self.box.mails[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    box = Mailbox()
    with serving(box) as port:
        made = Desk(tmp_path / "home", box, port)
        with made.workspace:
            made.save("reef", "reef")
            yield made


def section(text: str, name: str = "reef") -> str:
    """The part of a digest that a saved search fills."""
    rest = text.split(f"SAVED SEARCH: {name} ")[1]
    return rest.split("SAVED SEARCH:")[0].split("WHAT IS MISSING")[0]


def test_each_article_is_told_in_one_digest(desk: Desk) -> None:
    desk.workspace.engine.index([reef("early", 2), reef("before", -3), make("other", "Harvest")])
    first = section(desk.mail(TODAY))
    assert first.startswith("(2 new)\nreef\n")
    assert first.index("Reef early") < first.index("Reef before")
    desk.workspace.engine.index([reef("late", 23), reef("next", 25)])
    second = section(desk.mail(TOMORROW))
    assert "(2 new)" in second
    assert "Reef late" in second
    assert "Reef next" in second
    assert len(desk.box.mails) == 2


def test_the_html_part_has_the_section_and_escapes_it(desk: Desk) -> None:
    desk.save("odd", 'reef OR "<b>bold</b>"')
    desk.workspace.engine.index([reef("<i>one</i>", 2)])
    desk.mail(TODAY)
    html = desk.box.mails[0].get_body(("html",))
    assert html is not None
    shown = html.get_content()
    assert "Saved search: reef" in shown
    assert "&lt;i&gt;one" in shown
    assert "&lt;b&gt;bold" in shown
    assert "<b>bold" not in shown


def test_a_digest_made_again_or_read_first_tells_the_same(desk: Desk) -> None:
    desk.workspace.engine.index([reef("one", 2)])
    assert "Reef one" in section(compose_text(desk))
    assert "Reef one" in section(desk.mail(TODAY))
    assert "Reef one" in section(compose_text(desk))
    digest(desk.workspace, TODAY)
    assert len(desk.box.mails) == 1
    assert "(0 new)" in section(desk.mail(TOMORROW))
    assert "Nothing new." in section(desk.mail(TOMORROW))


def compose_text(desk: Desk) -> str:
    from digests.render import render

    return render(compose_day(desk.workspace, TODAY)).text


def test_what_was_not_mailed_to_everybody_is_told_again(tmp_path: Path) -> None:
    box = Mailbox({TWO: ["550 Mailbox full"]})
    with serving(box) as port:
        desk = Desk(tmp_path / "home", box, port, digest_to=(ONE, TWO))
        with desk.workspace:
            desk.save("reef", "reef")
            desk.workspace.engine.index([reef("one", 2)])
            assert "Reef one" in section(desk.mail(TODAY))
            assert desk.searches.last_delivered("digest:reef") is None
            assert "Reef one" in section(desk.mail(TOMORROW))
            assert desk.searches.last_delivered("digest:reef") == MIDNIGHT + timedelta(hours=2)
            digest(desk.workspace, TODAY)  # made good: the second reader's first mail
    assert [str(mail["To"]) for mail in box.mails] == [ONE, ONE, TWO, TWO]


def test_without_a_reader_nothing_counts_as_told(tmp_path: Path) -> None:
    box = Mailbox()
    with serving(box) as port:
        desk = Desk(tmp_path / "home", box, port, digest_to=())
        with desk.workspace:
            desk.save("reef", "reef")
            desk.workspace.engine.index([reef("one", 2)])
            digest(desk.workspace, TODAY)
            assert desk.searches.last_delivered("digest:reef") is None
    assert box.mails == []


def test_the_analyst_s_own_account_stays_apart(desk: Desk) -> None:
    desk.workspace.engine.index([reef("one", 2)])
    desk.mail(TODAY)
    assert desk.searches.delivered("reef") == set()
    assert desk.searches.get("reef").watermark is None
    desk.searches.remove("reef")
    assert desk.searches.delivered("digest:reef") == set()


def test_the_settings_choose_and_what_cannot_run_is_told(tmp_path: Path) -> None:
    box = Mailbox()
    with serving(box) as port:
        chosen = ("reef", "gone", "wrong")
        desk = Desk(tmp_path / "home", box, port, digest_searches=chosen)
        with desk.workspace:
            for name, query in (("reef", "reef"), ("wrong", "place:nowhere"), ("not-asked", "a")):
                desk.save(name, query)
            text = desk.mail(TODAY)
    assert "Nothing new." in section(text)
    assert "could not be run: there is no saved search of this name" in section(text, "gone")
    assert "could not be run: No sea, strait or feature" in section(text, "wrong")
    assert "not-asked" not in text


def test_no_searches_no_sections(tmp_path: Path) -> None:
    box = Mailbox()
    with serving(box) as port:
        desk = Desk(tmp_path / "home", box, port, digest_searches=())
        with desk.workspace:
            desk.save("reef", "reef")
            assert "SAVED SEARCH" not in desk.mail(TODAY)


def test_long_sections_are_cut_and_say_so(tmp_path: Path) -> None:
    box = Mailbox()
    with serving(box) as port:
        desk = Desk(tmp_path / "home", box, port, digest_limit=2)
        with desk.workspace:
            desk.save("reef", "reef")
            words = ("atoll storm", "fishing boat", "coral survey", "island airfield")
            desk.workspace.engine.index(reef(word, n + 1) for n, word in enumerate(words))
            text = section(desk.mail(TODAY))
    assert "(4 new)" in text
    assert text.count("* Reef") == 2
    assert "2 older items are left out here" in text
