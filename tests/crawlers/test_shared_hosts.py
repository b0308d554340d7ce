"""Sources that share a host, among whichever of their ways of access, do not ask it at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import yaml

from crawlers.catalogue import ArchiveAccess, ListingAccess, Source, crawl_locks
from crawlers.run import batches
from tests.conftest import ROOT
from tests.crawlers.conftest import source
from tests.crawlers.outlet_server import OutletServer, page

PATIENCE = 60


def _ids(sources: list[Source], count: int) -> list[list[str]]:
    return sorted(sorted(each.id for each in batch) for batch in batches(sources, count))


def test_a_source_has_the_hosts_of_all_its_ways_of_access() -> None:
    each = source("a", "https://Feeds.example./a", "http://m\xfcller.example:8080/b")
    recorded = ArchiveAccess(kind="archive", url="a.warc.gz", hosts=("Old.example",))
    listed = ListingAccess(
        kind="listing", url="https://c.example/", pattern="/2026/", hosts=("stories.example",)
    )
    whole = each.model_copy(update={"access": (*each.access, recorded, listed)})
    feeds = {"feeds.example", "xn--mller-kva.example"}
    assert whole.hosts == feeds | {"old.example", "c.example", "stories.example"}


def test_sources_that_share_any_host_are_in_one_batch_and_so_are_those_between_them() -> None:
    sources = [
        source("a", "https://proxy.example/a", "https://www.a.example/more"),
        source("b", "https://www.b.example/feed"),
        source("c", "https://www.c.example/feed"),
        source("d", "https://www.b.example/d", "https://www.a.example/d"),
    ]
    assert _ids(sources, 4) == [["a", "b", "d"], ["c"]]
    assert _ids(sources[:3], 3) == [["a"], ["b"], ["c"]]


def test_a_crawl_locks_its_sources_before_their_hosts() -> None:
    locks = crawl_locks([source("z", "https://b.example/"), source("y", "https://[::1]/f")])
    assert sorted(locks) == ["crawl-y", "crawl-z", "host-%3A%3A1", "host-b.example"]


class _Held:
    """Keeps the first who asks until it is let go, and counts how many ask."""

    def __init__(self) -> None:
        self.asked = 0
        self.first, self.go = threading.Event(), threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        self.first.set()
        self.go.wait(PATIENCE)
        body = page(f"About {handler.path}")
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SHOALWATCH_")}
    return clean | {
        "SHOALWATCH_HOME": str(tmp_path / "home"),
        "SHOALWATCH_SOURCES": str(tmp_path / "catalogue.yml"),
        "SHOALWATCH_CRAWL_DELAY": "0",
        "SHOALWATCH_PAGE_TIMEOUT": str(2 * PATIENCE),
        "SHOALWATCH_ALLOWED_PRIVATE_HOSTS": '["127.0.0.0/8"]',
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }


def _crawl(name: str, settings: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "shoalwatch.cli", "crawl", "--sources", name],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_crawl_of_the_host_is_refused_and_one_of_another_host_is_not(
    outlet: OutletServer, settings: dict[str, str]
) -> None:
    held = outlet.routes["/a"] = _Held()
    outlet.article("/b")
    with OutletServer("127.0.0.12") as other:
        other.article("/c")
        sources = [
            source("paper_a", outlet.feed("/a", path="/a.xml")),
            source("paper_b", other.feed("/c"), outlet.feed("/b", path="/b.xml")),
            source("paper_c", other.feed("/c", path="/c.xml")),
        ]
        entries = json.loads(json.dumps([each.model_dump(mode="json") for each in sources]))
        Path(settings["SHOALWATCH_SOURCES"]).write_text(yaml.safe_dump(entries))
        first = _crawl("paper_a", settings)
        try:
            assert held.first.wait(PATIENCE)
            second, third = _crawl("paper_b", settings), _crawl("paper_c", settings)
            said = second.communicate(timeout=PATIENCE)[1]
            third.communicate(timeout=PATIENCE)
        finally:
            held.go.set()
            first.communicate(timeout=PATIENCE)
        assert (first.returncode, second.returncode, third.returncode) == (0, 4, 0)
        assert held.asked == 1
        assert f"'host-{outlet.host}' is locked: process {first.pid} on " in said
        assert "--sources paper_a`) since 20" in said
        assert said.rstrip().endswith("Wait for it to end, or stop it.")
        assert outlet.seen["/b.xml"] == other.seen["/feed.xml"] == 0
        again = _crawl("paper_b", settings)
        again.communicate(timeout=PATIENCE)
        assert (again.returncode, outlet.seen["/b"]) == (0, 1)
