"""A document that hangs its parser is given up, and so is a process that has gone silent."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import threading
import time

import psutil
import pytest

from crawlers import processes
from crawlers.deadline import DeadlineError, deadline
from crawlers.feeds import read_feed
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import OutletServer


def test_python_code_and_regular_expressions_are_interrupted() -> None:
    with pytest.raises(DeadlineError, match=r"not read within 0\.2 CPU seconds"), deadline(0.2):
        sum(1 for _ in itertools.count())
    with pytest.raises(DeadlineError), deadline(0.2):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_a_deadline_that_is_swallowed_comes_again() -> None:
    def swallow_one() -> None:
        with contextlib.suppress(DeadlineError):
            sum(1 for _ in itertools.count())
        sum(1 for _ in range(10**9))

    with pytest.raises(DeadlineError), deadline(0.1):
        swallow_one()


def test_a_block_that_ends_in_time_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with deadline(0.1):
        pass
    start = time.process_time()
    while time.process_time() < start + 0.3:
        pass
    assert signal.getsignal(signal.SIGVTALRM) is before


def test_a_feed_that_takes_too_long_is_given_up() -> None:
    items = "<item><title>x</title></item>" * 200_000
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    with pytest.raises(DeadlineError), deadline(0.5):
        read_feed(body, "https://o.example/feed", None, 200_000)


def test_a_process_that_has_gone_silent_is_ended(
    outlet: OutletServer, crawl_feeds: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SILENCE", 15.0)
    stopped = threading.Event()

    def stop_the_asker() -> None:
        for child in psutil.Process().children():
            if "crawlers.process" in child.cmdline():
                os.kill(child.pid, signal.SIGSTOP)
        stopped.set()

    outlet.routes["/story"] = lambda _: stop_the_asker()
    report = crawl_feeds(sample=outlet.feed("/story"))
    assert stopped.is_set()
    assert report.source("sample").reasons == {"failed:process_died": 1}
    assert report.processes[0].exit == -signal.SIGKILL
