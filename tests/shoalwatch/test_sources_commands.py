"""`shoalwatch sources`: feeds are asked and nothing is kept; what is not known is not claimed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from articles.state import SourceHealth, State
from crawlers.catalogue import ArchiveAccess
from crawlers.outcomes import FeedDone, FeedOutcome
from shoalwatch.source_tables import HealthRow, print_health, verdict
from tests.crawlers.conftest import source
from tests.crawlers.outlet_server import Answer, OutletServer
from tests.shoalwatch.commanding import shoalwatch

SETTINGS = {
    "home": "data",
    "sources": "sources.yml",
    "crawl_delay": "0",
    "allowed_private_hosts": '["127.0.0.0/8"]',
}


def _catalogue(folder: Path, **feeds: str) -> None:
    entries = [source(name, url).model_dump(mode="json") for name, url in feeds.items()]
    (folder / "sources.yml").write_text(yaml.safe_dump(entries), encoding="utf-8")


def test_check_asks_every_feed_and_keeps_nothing(tmp_path: Path) -> None:
    with OutletServer("127.0.0.31") as outlet:
        outlet.routes["/barred.xml"] = Answer(b"no", 403)
        outlet.routes["/page.xml"] = Answer(b"<html><p>Hello</p></html>")
        _catalogue(
            tmp_path,
            good=outlet.feed("/one", "/two"),
            barred=f"{outlet.url}/barred.xml",
            page=f"{outlet.url}/page.xml",
        )
        done = shoalwatch(tmp_path, "sources", "check", **SETTINGS)
        assert done.returncode == 3, done.stderr
        assert outlet.seen["/one"] == 0
        alone = shoalwatch(tmp_path, "sources", "check", "--sources", "good", **SETTINGS)
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.strip()}
    assert rows["good"][1:5] == ["read", "2", "2026-11-20", "08:00"]
    assert rows["barred"][1:3] == ["failed:", "http_403"]
    assert rows["page"][1] == "malformed"
    assert "1 of 3 feeds were read (0 of them empty), 0 not reached, 2 answered" in done.stdout
    assert alone.returncode == 0
    assert not (tmp_path / "data" / "state.db").exists()
    assert not (tmp_path / "data" / "archive").exists()


def test_check_asks_a_disabled_source_where_it_is_named(tmp_path: Path) -> None:
    with OutletServer("127.0.0.31") as outlet:
        entry = source("mended", outlet.feed("/one")).model_dump(mode="json")
        entry["disabled"] = "its address was never asked"
        (tmp_path / "sources.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
        done = shoalwatch(tmp_path, "sources", "check", "--sources", "mended", **SETTINGS)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 feeds were read" in done.stdout


def test_an_outlet_of_two_languages_is_listed_under_each(tmp_path: Path) -> None:
    both = source("both", "https://a.example/feed", languages=("km", "en"))
    alone = source("alone", "https://b.example/feed")
    entries = [entry.model_dump(mode="json") for entry in (both, alone)]
    (tmp_path / "sources.yml").write_text(yaml.safe_dump(entries), encoding="utf-8")
    for language, shown in (("km", ["both"]), ("en", ["both", "alone"]), ("th", [])):
        listed = shoalwatch(tmp_path, "sources", "list", "--language", language, **SETTINGS).stdout
        assert [name for name in ("both", "alone") if name in listed] == shown
        assert f"{len(shown)} of 2 sources" in listed
        assert ("km, en" in listed) is bool(shown)


def test_sources_are_listed_by_language_and_country_whatever_the_capitals(tmp_path: Path) -> None:
    entry = source("one", "https://a.example/feed", languages=("zh-Hant",)).model_dump(mode="json")
    (tmp_path / "sources.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    for options, count in (
        (("--language", "zh", "--country", "ph"), 1),
        (("--country", "sg"), 0),
    ):
        listed = shoalwatch(tmp_path, "sources", "list", *options, **SETTINGS).stdout
        assert f"{count} of 1 sources" in listed


def test_check_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    access = ArchiveAccess(kind="archive", url="old/*.warc.gz", hosts=("o.example",))
    entry = source("old", "https://a.example/feed").model_copy(update={"access": (access,)})
    written = yaml.safe_dump([entry.model_dump(mode="json")])
    (tmp_path / "sources.yml").write_text(written, encoding="utf-8")
    done = shoalwatch(tmp_path, "sources", "check", **SETTINGS)
    assert done.returncode == 3
    assert "failed: no_such_file" in done.stdout
    said = "0 answered with something else; there is no such file: old/*.warc.gz"
    assert f"0 of 1 feeds were read (0 of them empty), 0 not reached, {said}" in done.stdout


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        (datetime(2024, 11, 2, 3, 4, tzinfo=UTC), "2024-11-02 03:04"),
        (datetime.now(UTC).replace(month=1, day=2, hour=3, minute=4), "01-02 03:04"),
    ],
)
def test_health_shows_the_year_of_a_moment_of_another_year(since: datetime, shown: str) -> None:
    entry, told = source("one", "https://a.example/feed"), StringIO()
    last = SourceHealth(source_id="one", status="failing", since=since, last_run=since, articles=0)
    print_health(Console(file=told, width=200), [HealthRow(entry, last, None)])
    assert f" {shown} " in told.getvalue()
    assert f"-{shown} " not in told.getvalue()


def test_check_without_a_network_says_nothing_of_the_sources(tmp_path: Path) -> None:
    _catalogue(tmp_path, one="http://127.0.0.31:9/feed.xml", two="http://127.0.0.32:9/feed.xml")
    done = shoalwatch(tmp_path, "sources", "check", **SETTINGS)
    assert done.returncode == 3
    assert "Nothing was reachable: none of 2 feeds" in done.stdout
    assert "It says nothing of the sources." in done.stdout


def test_health_says_how_each_source_does_and_what_it_yields(tmp_path: Path) -> None:
    with OutletServer("127.0.0.31") as outlet:
        outlet.article("/one")
        outlet.routes["/barred.xml"] = Answer(b"no", 403)
        _catalogue(tmp_path, good=outlet.feed("/one"), barred=f"{outlet.url}/barred.xml")
        assert shoalwatch(tmp_path, "crawl", "--sources", "barred", **SETTINGS).returncode == 3
        before = shoalwatch(tmp_path, "sources", "health", **SETTINGS).stdout
        shoalwatch(tmp_path, "crawl", **SETTINGS)
    with State.open(f"sqlite:///{tmp_path}/data/state.db") as state:
        for day in range(1, 15):
            state.add_yield("good", datetime.now(UTC).date() - timedelta(days=day), 2)
    after = shoalwatch(tmp_path, "sources", "health", **SETTINGS)
    rows = {line.split()[0]: line.split() for line in after.stdout.splitlines() if line.strip()}
    assert "never crawled" in before
    assert rows["barred"][1] == "blocked"
    assert "http_403" in after.stdout
    assert rows["good"][1] == "healthy"
    assert rows["good"][-1] == "2.0"
    assert "1 blocked, 1 healthy" in after.stdout
    alone = shoalwatch(tmp_path, "sources", "health", "--sources", "good", **SETTINGS).stdout
    assert "barred" not in alone


def test_pages_are_kept_and_a_day_is_made_again(tmp_path: Path) -> None:
    with OutletServer("127.0.0.31") as outlet:
        outlet.article("/one")
        _catalogue(tmp_path, good=outlet.feed("/one", "/gone"))
        assert shoalwatch(tmp_path, "crawl", "--keep-pages", **SETTINGS).returncode == 0
    options = ("--from-pages", "today", "--report", str(tmp_path / "again.json"))
    again = shoalwatch(tmp_path, "crawl", *options, **SETTINGS)
    assert again.returncode == 0, again.stderr
    told = json.loads((tmp_path / "again.json").read_text())
    assert [page["outcome"] for page in told["pages"]] == ["new", "failed"]
    assert "  failed (http_404): 1\n  new: 1\n" in again.stdout
    assert "1 of 1 partitions were byte for byte the same" in again.stdout
    missing = shoalwatch(tmp_path, "crawl", "--from-pages", "2020-02-02", **SETTINGS)
    assert missing.returncode == 1
    assert "No responses of 2020-02-02 are kept in" in missing.stderr


def test_what_is_made_again_cannot_be_kept_again(tmp_path: Path) -> None:
    done = shoalwatch(tmp_path, "crawl", "--from-pages", "today", "--keep-pages", **SETTINGS)
    assert done.returncode == 2
    said = " ".join(done.stderr.replace("│", " ").split())
    assert "--keep-pages does not go with --from-pages" in said
    assert "asks nobody, so there is nothing new to be kept; leave out one of them" in said


@pytest.mark.parametrize(
    ("endings", "said"),
    [
        ([("failed", "dns"), ("failed", "timeout")], "Nothing was reachable"),
        ([("failed", "dns"), ("failed", "http_404")], "0 of 2 feeds were read"),
        ([("read", None), ("failed", "dns")], "1 of 2 feeds were read (1 of them empty), 1 not"),
    ],
)
def test_the_verdict_claims_no_more_than_was_seen(
    endings: list[tuple[FeedOutcome, str | None]], said: str
) -> None:
    feeds = [
        FeedDone(source_id="s", url=f"https://o.example/{n}", outcome=outcome, reason=reason)
        for n, (outcome, reason) in enumerate(endings)
    ]
    assert verdict(feeds).startswith(said)
