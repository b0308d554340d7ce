"""Reading pages: in a worker process that can be killed, or here (replays, which meet no network).

A crawl process hands its pages to one worker, in the order in which they came, and goes on
downloading meanwhile. The worker is ended by the kernel when a page takes more CPU time than a
page may, even inside a C library, and the next page gets a new one.
"""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from signal import SIGPROF
from typing import Protocol

import structlog

from articles.errors import ShoalwatchError
from crawlers import extraction
from crawlers.deadline import DeadlineError, deadline
from crawlers.extraction.page import ExtractedPage, ExtractionError
from crawlers.extraction.worker_messages import Answer, Job

ROOT = Path(__file__).resolve().parent.parent
READING_SECONDS = 10.0
"""CPU seconds for reading one document; the slowest of 395 recorded pages took 0.2."""
MAX_WAIT = 600.0
"""Seconds on the clock after which a worker is ended that uses no CPU time, so never finishes."""
COMMAND = (sys.executable, "-m", "crawlers.extraction.worker")

log = structlog.get_logger()


class ReaderDiedError(ShoalwatchError):
    """The process that read a page has died of it (a fault in a C library)."""


class PageReader(Protocol):
    """Reads fetched pages, in the order in which they are given."""

    async def read(
        self,
        html: bytes,
        url: str,
        content_type: str | None,
        now: datetime,
        country: str | None = None,
    ) -> ExtractedPage:
        """Extract a page's article, its dates by the outlet's country where that is known.

        Raises:
            ExtractionError: there is none in it.
            DeadlineError: the page took too long.
            ReaderDiedError: the page ended the reader.
        """
        ...

    @property
    def peak_memory_bytes(self) -> int:
        """Memory at its peak that the reader took in a process of its own."""
        ...

    def close(self) -> None:
        """End the reader."""
        ...


class ReaderHere:
    """Reads pages in this process, where a C library that hangs cannot be interrupted."""

    peak_memory_bytes = 0

    async def read(
        self,
        html: bytes,
        url: str,
        content_type: str | None,
        now: datetime,
        country: str | None = None,
    ) -> ExtractedPage:
        """Extract a page's article at once, without ever waiting."""
        with deadline(READING_SECONDS):
            return extraction.extract(html, url, content_type, now, country)

    def close(self) -> None:
        """Do nothing: there is no process to be ended."""


class WorkerReader:
    """Reads pages in a process of its own, which is started anew when one ends it."""

    def __init__(self, seconds: float = READING_SECONDS, command: Sequence[str] = COMMAND) -> None:
        """Take pages that need so many CPU seconds at most; `command` gets that limit, too."""
        self._command = [*command, str(seconds)]
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="page-reader")
        self.peak_memory_bytes = 0

    def start(self) -> None:
        """Start the process ahead of the first page, so that its imports cost nobody's time."""
        self._thread.submit(self._running)

    async def read(
        self,
        html: bytes,
        url: str,
        content_type: str | None,
        now: datetime,
        country: str | None = None,
    ) -> ExtractedPage:
        """Extract a page's article in the worker."""
        job = Job(url=url, content_type=content_type, now=now, country=country, size=len(html))
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._thread, self._ask, job, html)
        self.peak_memory_bytes = max(self.peak_memory_bytes, answer.peak_memory_bytes)
        if answer.refusal:
            raise ExtractionError(*answer.refusal)
        if answer.page is None:
            raise DeadlineError(answer.too_slow or "")
        return answer.page

    def close(self) -> None:
        """End the worker, and wait for it."""
        self._thread.shutdown(wait=True)
        if self._process is not None:
            self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=child_environment(),
            )
        return self._process

    def _ask(self, job: Job, html: bytes) -> Answer:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(job.model_dump_json().encode() + b"\n" + html)
            process.stdin.flush()
        except BrokenPipeError:
            raise self._death(process, job.url) from None
        if not select.select([process.stdout], [], [], MAX_WAIT)[0]:
            process.kill()
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._death(process, job.url)
        answer = Answer.model_validate_json(line)
        if answer.worn:
            self._end(process)
        return answer

    def _death(self, process: subprocess.Popen[bytes], url: str) -> ShoalwatchError:
        """Return the error for a worker that ended without an answer."""
        self._end(process)
        code = process.returncode
        log.warning("page_ended_its_reader", url=url, code=code)
        if code == -SIGPROF:
            return DeadlineError(f"{url} was not read within {self._seconds:g} CPU seconds")
        return ReaderDiedError(f"{url} ended the process that read it (exit code {code})")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    log.debug("reader_was_gone")
        process.wait()
        self._process = None


def child_environment() -> dict[str, str]:
    """Return our environment, with our packages importable from wherever we are run."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
