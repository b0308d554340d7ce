"""The crawl's parent hears of the end of each process, whatever the process says."""

from __future__ import annotations

import sys

import pytest

from articles.settings import StorageSettings
from crawlers import processes
from crawlers.catalogue import FeedAccess, Source
from crawlers.crawl_spec import CrawlSpec
from crawlers.processes import CrawlProcesses
from crawlers.settings import CrawlSettings

SPEC = CrawlSpec(
    sources=(
        Source(
            id="outlet",
            name="Outlet",
            country="SG",
            languages=("en",),
            owner=None,
            state_media=False,
            access=(FeedAccess(kind="feed", url="http://127.0.0.1:9/feed"),),
        ),
    ),
    settings=CrawlSettings(),
    archive=StorageSettings().archive,
    state=StorageSettings().state,
)


@pytest.mark.parametrize("said", ["no JSON", '{"event": "from_the_future"}', '{"event": "page_'])
def test_a_process_that_says_what_is_no_event_is_ended_and_the_run_goes_on(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = f"print({said!r}, flush=True); import time; time.sleep(600)"
    monkeypatch.setattr(processes, "COMMAND", [sys.executable, "-c", stand_in])
    with CrawlProcesses([SPEC]) as running:
        ledgers, exits = running.follow(lambda _: None)
    assert exits == [-9]
    [report] = ledgers[0].source_reports()
    assert report.health == "failing"
