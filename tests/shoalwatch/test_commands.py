"""The commands as their users type them, on the sample newsroom and on what goes wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from articles.lock import hold
from shoalwatch.newsroom import Newsroom
from tests.shoalwatch.commanding import shoalwatch

SETTINGS = {
    "home": "data",
    "sources": "sources",
    "crawl_delay": "0",
    "allowed_private_hosts": '["127.0.0.0/8"]',
}


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


@pytest.fixture(scope="module")
def filled(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one run has been done, stage by stage."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "sources").mkdir()
    (folder / "sources" / "newsroom.yml").write_text(newsroom.catalogue(), encoding="utf-8")
    for words in (("crawl", "--report", "crawl.json"), ("tag",), ("index",)):
        done = shoalwatch(folder, *words, **SETTINGS)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_crawl_report_accounts_for_every_feed_entry(filled: Path, newsroom: Newsroom) -> None:
    report = json.loads((filled / "crawl.json").read_text(encoding="utf-8"))
    expected = newsroom.counts()
    for source in report["sources"]:
        counts = expected[source["source_id"]]
        assert source["outcomes"] == {
            "new": counts.new,
            "updated": 0,
            "unchanged": 0,
            "duplicate": counts.duplicate,
            "rejected": counts.rejected,
            "failed": counts.failed,
        }
        assert source["undated"] == counts.undated
    for page in report["pages"]:
        assert (page["reason"] is not None) == (
            page["outcome"] in {"rejected", "failed", "duplicate"}
        )


def test_every_stage_is_idempotent(filled: Path) -> None:
    assert "0 tagged" in shoalwatch(filled, "tag", **SETTINGS).stdout
    assert shoalwatch(filled, "index", **SETTINGS).stdout.startswith("0 articles of 0 partitions")
    rebuilt = shoalwatch(filled, "index", "--rebuild", **SETTINGS).stdout
    total = sum(json.loads((filled / "crawl.json").read_text())["totals"][k] for k in ("new",))
    assert f"{total} in the index" in rebuilt


def test_the_search_of_the_issue(filled: Path) -> None:
    words = ("search", "scarborough OR 黄岩岛", "--category", "south_china_sea", "--since", "30d")
    chinese = shoalwatch(filled, *words, "--language", "zh", "--format", "json", **SETTINGS)
    assert chinese.returncode == 0, chinese.stderr
    page = json.loads(chinese.stdout)
    assert page["total"] >= 1
    assert all(hit["language"].startswith("zh") for hit in page["hits"])
    assert any("<mark>黄岩岛</mark>" in str(hit["snippet"]) for hit in page["hits"])
    everything = shoalwatch(filled, *words, "--format", "csv", **SETTINGS)
    rows = list(csv.DictReader(io.StringIO(everything.stdout)))
    assert len(rows) > page["total"]
    assert all(re.search(r"south_china_sea (0\.\d+|1\.0+)", row["categories"]) for row in rows)
    table = shoalwatch(filled, *words, **SETTINGS)
    assert "found" in table.stdout


def test_pages_of_results_go_on_without_repeating(filled: Path) -> None:
    seen: list[str] = []
    after: list[str] = []
    for _ in range(3):
        words = ("search", "", "--size", "20", "--sort", "newest", "--format", "json", *after)
        page = json.loads(shoalwatch(filled, *words, **SETTINGS).stdout)
        seen += [hit["id"] for hit in page["hits"]]
        after = ["--after", page["next"]]
    assert len(set(seen)) == 60


def test_a_digest_is_written_or_printed(filled: Path) -> None:
    written = shoalwatch(filled, "digest", "--folder", "out", **SETTINGS)
    assert written.returncode == 0, written.stderr
    assert len(list((filled / "out").iterdir())) == 2
    printed = shoalwatch(filled, "digest", "--format", "text", "--limit", "0", **SETTINGS)
    assert "South China Sea" in printed.stdout


def test_sources_are_listed_and_batched(filled: Path, newsroom: Newsroom) -> None:
    listed = shoalwatch(filled, "sources", "list", "--language", "th", **SETTINGS).stdout
    assert "healthy" in listed
    assert f"1 of {len(newsroom.outlets)} sources" in listed
    made = json.loads(
        shoalwatch(filled, "sources", "batches", "--format", "json", **SETTINGS).stdout
    )
    assert sorted(name for batch in made for name in batch) == sorted(
        outlet.id for outlet in newsroom.outlets
    )
    assert len(made) == 2


def test_the_archive_is_checked_and_damage_named(filled: Path, tmp_path: Path) -> None:
    whole = shoalwatch(filled, "archive", "check", **SETTINGS)
    assert whole.returncode == 0
    assert "0 torn" in whole.stdout
    shutil.copytree(filled, tmp_path / "copy")
    next((tmp_path / "copy" / "data" / "archive" / "crawled").rglob("*.zst")).write_bytes(b"half")
    torn = shoalwatch(tmp_path / "copy", "archive", "check", **SETTINGS)
    assert torn.returncode == 1
    assert "torn partition: crawled/" in torn.stderr


def test_the_doctor_finds_all_well_and_says_what_is_not(filled: Path, tmp_path: Path) -> None:
    well = shoalwatch(filled, "doctor", **SETTINGS)
    assert well.returncode == 0, well.stdout
    assert "WRONG" not in well.stdout
    ill = shoalwatch(
        filled, "doctor", **{**SETTINGS, "model": str(tmp_path), "search_url": "http://127.0.0.1:9"}
    )
    assert ill.returncode == 1
    assert [line.split()[1] for line in ill.stdout.splitlines() if "WRONG" in line] == [
        "model",
        "engine",
    ]


@pytest.mark.parametrize(
    ("words", "settings", "code", "said"),
    [
        (("search", "(open"), {}, 2, "(open"),
        (("search", "x", "--since", "recently"), {}, 2, "is no moment"),
        (("search", "x", "--after", "nonsense"), {}, 2, "after"),
        (("digest", "--day", "someday"), {}, 2, "is no day"),
        (("crawl", "--sources", "nobody"), {}, 2, "No source nobody"),
        (("tag",), {"colour": "blue"}, 2, "Unknown setting SHOALWATCH_COLOUR"),
        (("crawl",), {"sources": "nowhere"}, 2, "No catalogue at nowhere"),
        (("search", "x"), {"timezone": "Mars"}, 2, "SHOALWATCH_TIMEZONE='Mars'"),
        (("search", "x"), {"search_url": "http://127.0.0.1:9"}, 5, "127.0.0.1:9"),
        (("tag",), {"state_url": "nonsense", "archive_url": "nonsense://a"}, 1, "nonsense://a"),
        (("unknown",), {}, 2, "No such command"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(
    filled: Path, words: tuple[str, ...], settings: dict[str, str], code: int, said: str
) -> None:
    done = shoalwatch(filled, *words, **{**SETTINGS, **settings})
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_command_at_the_same_work_says_who_holds_it(filled: Path) -> None:
    report = json.loads((filled / "crawl.json").read_text(encoding="utf-8"))
    crawl = f"crawl-{report['sources'][0]['source_id']}"
    for command, lock in (("tag", "tag"), ("crawl", crawl)):
        with hold(filled / "data", [lock]):
            second = shoalwatch(filled, command, **SETTINGS)
        assert second.returncode == 4
        assert f"'{lock}' is locked: process" in second.stderr


def test_a_dead_source_ends_the_run_with_3_and_the_rest_is_done(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = closed.getsockname()[1]
    sources = tmp_path / "sources"
    sources.mkdir()
    entry = newsroom.catalogue().replace(newsroom.outlets[0].feed_url, f"http://127.0.0.1:{dead}/f")
    (sources / "newsroom.yml").write_text(entry, encoding="utf-8")
    chosen = ",".join(outlet.id for outlet in newsroom.outlets[:2])
    done = shoalwatch(tmp_path, "run", "--sources", chosen, "--report", "run.json", **SETTINGS)
    assert done.returncode == 3, done.stderr
    report = json.loads((tmp_path / "run.json").read_text())
    health = {s["source_id"]: s["health"] for s in report["crawl"]["sources"]}
    assert health == {newsroom.outlets[0].id: "failing", newsroom.outlets[1].id: "healthy"}
    assert report["index"]["indexed"] == newsroom.counts()[newsroom.outlets[1].id].new
    assert set(report["seconds"]) == {"crawl", "tag", "index", "digest"}
    digest = next((tmp_path / "data" / "digests").glob("*.html")).read_text(encoding="utf-8")
    assert newsroom.outlets[0].name in digest


def test_every_command_and_option_has_help(tmp_path: Path) -> None:
    for words in (
        ("demo",),
        ("run",),
        ("crawl",),
        ("tag",),
        ("index",),
        ("search",),
        ("digest",),
        ("sources", "list"),
        ("sources", "check"),
        ("sources", "batches"),
        ("archive", "check"),
        ("doctor",),
    ):
        shown = shoalwatch(tmp_path, *words, "--help")
        assert shown.returncode == 0, words
        assert "Usage: shoalwatch" in shown.stdout
