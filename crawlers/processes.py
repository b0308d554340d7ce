"""The crawl processes of a run: started, listened to, and never left behind."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import IO

import structlog

from crawlers.crawl_spec import CrawlSpec
from crawlers.ledger import BatchLedger
from crawlers.outcomes import EVENTS, Event
from crawlers.reading import child_environment

SILENCE = 120.0
"""Seconds without a word after which a process hangs: a healthy one tells of its traffic every
second, but while it reads a document (`crawlers.reading.READING_SECONDS`)."""
COMMAND = [sys.executable, "-m", "crawlers.process"]
GRACE = 10.0
"""Seconds that a crawl process has to write what it holds once it is told to stop."""

log = structlog.get_logger()


class CrawlProcesses:
    """The crawl processes of a run; leaving the context ends those that still live."""

    def __init__(self, specs: Sequence[CrawlSpec]) -> None:
        """Prepare one process for each spec; the context starts them."""
        self._specs = specs
        self._events: queue.Queue[tuple[int, Event | int]] = queue.Queue()
        self._children: list[subprocess.Popen[bytes]] = []
        self._errors: list[IO[bytes]] = []
        self._heard: list[float] = []

    def __enter__(self) -> CrawlProcesses:
        """Start the processes."""
        for number, spec in enumerate(self._specs):
            self._start(number, spec)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what still runs."""
        self._stop()
        for file in self._errors:
            file.close()

    def follow(self, on_event: Callable[[Event], None]) -> tuple[list[BatchLedger], list[int]]:
        """Pass events on until all processes have ended; return their books and exit codes."""
        ledgers = [BatchLedger(spec.sources) for spec in self._specs]
        exits = dict.fromkeys(range(len(ledgers)), 0)
        living = len(ledgers)
        while living:
            number, event = self._next()
            if not isinstance(event, int):
                ledgers[number].enter(event)
                on_event(event)
                continue
            living -= 1
            exits[number] = event
            for ending in ledgers[number].close("process_died", self._said(number, event)):
                on_event(ending)
        return ledgers, list(exits.values())

    def _next(self) -> tuple[int, Event | int]:
        """Return the next event or exit code, and kill processes that have gone silent."""
        while True:
            for number, child in enumerate(self._children):
                if monotonic() - self._heard[number] > SILENCE and child.poll() is None:
                    log.error("crawl_process_silent", process=number, seconds=SILENCE)
                    child.kill()
            with contextlib.suppress(queue.Empty):
                return self._events.get(timeout=1.0)

    def _start(self, number: int, spec: CrawlSpec) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._errors.append(errors)
        child = subprocess.Popen(  # noqa: S603 - our own module
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=child_environment(),
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in good order
        )
        self._children.append(child)
        self._heard.append(monotonic())
        threading.Thread(
            target=self._listen, args=(number, child, spec.model_dump_json()), daemon=True
        ).start()

    def _listen(self, number: int, child: subprocess.Popen[bytes], spec: str) -> None:
        assert child.stdin is not None  # noqa: S101 - both were asked for
        assert child.stdout is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(spec.encode() + b"\n")
            child.stdin.flush()
        try:
            for line in child.stdout:
                self._heard[number] = monotonic()
                if line.endswith(b"\n"):  # a killed process may leave half a line
                    self._events.put((number, EVENTS.validate_json(line)))
        except ValueError as problem:  # not our event: an upgrade in mid-crawl, or a stray write
            log.error("crawl_process_not_understood", process=number, reason=str(problem))
            child.kill()
        finally:  # whatever happened, whoever waits for this process must hear of its end
            self._events.put((number, child.wait()))
        child.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()

    def _said(self, number: int, code: int) -> str:
        """Return how a process ended; the end of what it said on stderr goes to the log."""
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if code:
            size = self._errors[number].seek(0, os.SEEK_END)
            self._errors[number].seek(max(0, size - 2_000))
            tail = self._errors[number].read().decode(errors="replace")
            log.error("crawl_process_died", how=how, stderr=tail)
        return f"crawl process ended by {how}"

    def _stop(self) -> None:
        living = [child for child in self._children if child.poll() is None]
        for child in living:
            child.send_signal(signal.SIGINT)
        deadline = monotonic() + GRACE
        for child in living:
            try:
                child.wait(max(0.0, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
