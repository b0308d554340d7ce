"""`shoalwatch sources`: feeds are asked and nothing is kept; what is not known is not claimed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crawlers.outcomes import FeedDone, FeedOutcome
from shoalwatch.source_tables import verdict
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


def test_check_without_a_network_says_nothing_of_the_sources(tmp_path: Path) -> None:
    _catalogue(tmp_path, one="http://127.0.0.31:9/feed.xml", two="http://127.0.0.32:9/feed.xml")
    done = shoalwatch(tmp_path, "sources", "check", **SETTINGS)
    assert done.returncode == 3
    assert "Nothing was reachable: none of 2 feeds" in done.stdout
    assert "It says nothing of the sources." in done.stdout


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
