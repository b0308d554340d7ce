"""Crawls that are killed, die in part or are stopped: nothing lost, nothing double."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil
import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from articles.state import State
from tests.conftest import ROOT
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

ROUNDS = 6
"""Of four kills each, from nothing; every other one with a single crawl process."""
STORIES = 16
"""Of each outlet: more than the requests of four kills, fewer than make the test slow."""
TIMES = {"first_seen", "fetched", "updated"}


@pytest.fixture
def other() -> Iterator[OutletServer]:
    with OutletServer("127.0.0.12") as server:
        yield server


def _drive(home: Path, processes: int = 2, /, **feeds: str) -> subprocess.Popen[bytes]:
    home.mkdir(exist_ok=True)
    told = home / "told.json"
    says = {"home": str(home / "data"), "processes": processes, "feeds": feeds}
    told.write_text(json.dumps(says))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crawlers.crawl_driver", str(told)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _kill_all(program: subprocess.Popen[bytes]) -> None:
    living = program.poll() is None
    everyone = psutil.Process(program.pid).children(recursive=True) if living else []
    program.kill()
    for child in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    program.communicate()
    deadline = time.monotonic() + 10
    while any(_lives(child) for child in everyone) and time.monotonic() < deadline:
        time.sleep(0.005)


def _lives(process: psutil.Process) -> bool:
    """Whether a process can still write; a dead one that nobody has buried yet cannot."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _wait_for(outlets: list[OutletServer], requests: int, program: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while sum(sum(each.seen.values()) for each in outlets) < requests:
        assert time.monotonic() < deadline, "the crawl made too few requests"
        if program.poll() is not None:
            return
        time.sleep(0.005)


def _articles(home: Path) -> list[dict[str, Any]]:
    found = Archive(str(home / "data" / "archive")).read("crawled", versions=True)
    return [article.model_dump(exclude=TIMES) for article in sorted(found, key=lambda a: a.id)]


def test_killed_again_and_again_it_ends_like_an_undisturbed_run(
    outlet: OutletServer, other: OutletServer, tmp_path: Path
) -> None:
    outlets = [outlet, other]
    for each in outlets:
        for number in range(STORIES):
            each.article(f"/story-{number}", f"Story {number} of {each.host}")
        copy = f'<link rel="canonical" href="{each.url}/story-3">'
        each.article("/copy", f"Story 3 of {each.host}", head=copy)
    feeds = {
        each.host.replace("127.0.0.", "outlet_"): each.feed(
            *(f"/story-{n}" for n in range(STORIES)), "/copy", "/gone"
        )
        for each in outlets
    }
    undisturbed = _drive(tmp_path / "undisturbed", **feeds)
    assert undisturbed.wait(120) == 0
    undisturbed.communicate()
    expected = _articles(tmp_path / "undisturbed")
    assert len(expected) == 2 * STORIES
    points, kills = random.Random(20261124), 0
    for number in range(ROUNDS):
        disturbed = tmp_path / f"disturbed-{number}"
        for _ in range(4):
            program = _drive(disturbed, 1 + number % 2, **feeds)
            kills += _kill_somewhere(outlets, points, program)
        last = _drive(disturbed, **feeds)
        assert last.wait(120) == 0
        last.communicate()
        assert _articles(disturbed) == expected
    assert kills >= 20


def _kill_somewhere(
    outlets: list[OutletServer], points: random.Random, program: subprocess.Popen[bytes]
) -> bool:
    """Kill a crawl that has just been started at a random moment; False if it had ended before."""
    for each in outlets:
        each.seen.clear()
    _wait_for(outlets, points.randint(2, 18), program)
    time.sleep(points.random() * 0.1)
    living = program.poll() is None
    _kill_all(program)
    return living


def test_articles_archived_but_not_remembered_are_found_again(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/one")
    outlet.article("/two")
    feed = outlet.feed("/one", "/two")
    crawl_feeds(sample=feed)
    before = list(Archive(storage.archive).read("crawled"))
    Path(storage.state.removeprefix("sqlite:///")).unlink()
    report = crawl_feeds(sample=feed)
    assert report.totals["unchanged"] == 2
    assert [a.model_dump() for a in Archive(storage.archive).read("crawled")] == [
        a.model_dump() for a in before
    ]


def _die_before_the_state(storage: StorageSettings, **feeds: str) -> None:
    """Crawl in a process that is killed once its articles are journalled."""
    told = storage.home / "told.json"
    told.parent.mkdir(exist_ok=True)
    told.write_text(json.dumps({"home": str(storage.home), "feeds": feeds}))
    program = [sys.executable, "-m", "tests.crawlers.dying_crawl", str(told)]
    died = subprocess.run(program, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    assert list(Path(storage.archive).glob("journal/*/*.zst"))


@pytest.mark.parametrize("killed", [False, True])
def test_an_update_that_the_state_has_not_heard_of_says_what_changed(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, killed: bool
) -> None:
    outlet.article("/story", "Ferry delayed")
    feed = outlet.feed("/story")
    crawl_feeds(sample=feed)
    outlet.routes["/story"] = Answer(page("Ferry cancelled"), etag='"second"')
    outlet.feed("/story", title="Touched {path}")
    if killed:
        _die_before_the_state(storage, sample=feed)
    crawl_feeds(sample=feed)
    versions = list(Archive(storage.archive).read("crawled", versions=True))
    assert [(a.version, a.changed) for a in versions] == [(1, ()), (2, ("title", "text"))]
    with State.open(storage.state) as state:
        known = state.page(versions[1].canonical_url)
    assert known is not None
    assert (known.version, known.content_hash) == (2, versions[1].content_hash)
    outlet.routes["/story"] = Answer(page("Ferry delayed"), etag='"third"')
    outlet.feed("/story", title="Touched again {path}")
    assert crawl_feeds(sample=feed).totals["updated"] == 1


def test_an_address_that_another_source_took_while_a_killed_run_lay_is_one_article(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/shared")
    outlet.article("/own")
    feeds = {
        "first": outlet.feed("/shared", "/own", path="/first.xml"),
        "second": outlet.feed("/shared", path="/second.xml"),
    }
    _die_before_the_state(storage, first=feeds["first"])
    assert crawl_feeds(second=feeds["second"]).totals["new"] == 1
    outlet.feed("/own", path="/first.xml")
    crawl_feeds(**feeds)
    found = Archive(storage.archive).read("crawled", versions=True)
    assert sorted((a.url[-4:], a.source_id, a.also_from) for a in found) == [
        ("/own", "first", ()),
        ("ared", "second", ("first",)),
    ]


def test_what_a_killed_run_found_is_counted(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    now = datetime.now(UTC)
    shown = f'<meta property="article:published_time" content="{now.isoformat()}">'
    outlet.article("/one", head=shown)
    outlet.article("/two", head=shown)
    feed = outlet.feed("/one", "/two")
    _die_before_the_state(storage, sample=feed)
    assert crawl_feeds(sample=feed).totals["unchanged"] == 2
    with State.open(storage.state) as state:
        assert sum(state.yields("sample", now.date()).values()) == 2


def test_the_next_page_of_a_feed_is_read_though_a_killed_run_knew_all_of_the_first(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl, tmp_path: Path
) -> None:
    """The run dies with its first group: all of the first page and some of the second."""
    paths = [f"/story-{number}" for number in range(40)]
    for path in paths:
        outlet.article(path)
    feed = outlet.feed(*paths[:20])
    first = outlet.routes["/feed.xml"]
    assert isinstance(first, Answer)
    following = outlet.feed(*paths[20:], path="/feed.xml?page=2")
    link = f'<channel><link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{following}"/>'
    body = first.body.replace(b"<channel>", link.encode())
    outlet.routes["/feed.xml"] = replace(first, body=body)
    undisturbed = _drive(tmp_path / "undisturbed", sample=feed)
    assert undisturbed.wait(60) == 0
    undisturbed.communicate()
    _die_before_the_state(storage, sample=feed)
    crawl_feeds(sample=feed)
    assert len(_articles(tmp_path / "undisturbed")) == 40
    assert _articles(tmp_path) == _articles(tmp_path / "undisturbed")


def _kill_client(handler: BaseHTTPRequestHandler) -> None:
    port = handler.client_address[1]
    for child in psutil.Process().children(recursive=True):
        if any(each.laddr.port == port for each in child.net_connections()):
            os.kill(child.pid, signal.SIGKILL)
    handler.close_connection = True


def test_a_process_that_dies_takes_only_its_open_pages_with_it(
    outlet: OutletServer, other: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/one")
    outlet.routes["/deadly"] = _kill_client
    other.article("/fine")
    feeds = {"dying": outlet.feed("/one", "/deadly", "/three"), "living": other.feed("/fine")}
    report = crawl_feeds(**feeds)
    dying, living = report.source("dying"), report.source("living")
    assert dying.reasons == {"failed:process_died": 3}
    assert (dying.health, dying.detail) == ("failing", "crawl process ended by signal 9")
    assert (living.health, living.outcomes["new"]) == ("healthy", 1)
    assert sorted(process.exit for process in report.processes) == [-9, 0]
    with State.open(storage.state) as state:
        assert {row.source_id: row.status for row in state.source_health()} == {
            "dying": "failing",
            "living": "healthy",
        }
    outlet.article("/deadly")
    outlet.article("/three")
    assert crawl_feeds(**feeds).source("dying").outcomes["new"] == 3
    assert len(list(Archive(storage.archive).read("crawled"))) == 4


def _slowly(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.3)
    body = page(f"About {handler.path}")
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def test_ctrl_c_keeps_what_was_read_and_leaves_no_process_behind(
    outlet: OutletServer, tmp_path: Path
) -> None:
    paths = [f"/story-{n}" for n in range(40)]
    for path in paths:
        outlet.routes[path] = _slowly
    program = _drive(tmp_path / "stopped", sample=outlet.feed(*paths))
    _wait_for([outlet], 6, program)
    children = psutil.Process(program.pid).children(recursive=True)
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=30)
    assert b"KeyboardInterrupt" in said
    assert program.returncode != 0
    assert not [child for child in children if child.is_running()]
    kept = _articles(tmp_path / "stopped")
    assert 3 <= len(kept) < 40


def test_processes_end_when_their_parent_is_killed(outlet: OutletServer, tmp_path: Path) -> None:
    paths = [f"/story-{n}" for n in range(40)]
    for path in paths:
        outlet.routes[path] = _slowly
    program = _drive(tmp_path / "orphaned", sample=outlet.feed(*paths))
    _wait_for([outlet], 5, program)
    children = psutil.Process(program.pid).children(recursive=True)
    program.kill()
    program.communicate()
    gone, living = psutil.wait_procs(children, timeout=20)
    assert gone
    assert not living


def test_an_archive_that_cannot_be_written_ends_the_crawl_with_a_word(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/one")
    outlet.article("/two")
    feed = outlet.feed("/one", "/two")
    storage.home.mkdir()
    (storage.home / "archive").write_text("a file where the archive's folder should be")
    report = crawl_feeds(sample=feed)
    assert report.source("sample").reasons == {"failed:process_died": 2}
    assert report.source("sample").detail == "crawl process ended by exit code 4"
    (storage.home / "archive").unlink()
    assert crawl_feeds(sample=feed).totals["new"] == 2
