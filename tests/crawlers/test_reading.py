"""A page that hangs its reader, in Python or in C, ends alone: the next page gets a new reader."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psutil
import pytest

from crawlers.deadline import DeadlineError
from crawlers.extraction import ExtractedPage, ExtractionError, extract
from crawlers.extraction.worker import FULL, MEMORY
from crawlers.memory import STATUS
from crawlers.reading import ReaderDiedError, ReaderHere, WorkerReader
from tests.crawlers.outlet_server import page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://o.example/story"
HANGING = (sys.executable, "-m", "tests.crawlers.hanging_worker")
Read = Callable[[str], ExtractedPage]


@pytest.fixture
def worker() -> Iterator[WorkerReader]:
    reader = WorkerReader(seconds=1.0, command=HANGING)
    yield reader
    reader.close()


@pytest.fixture
def read(worker: WorkerReader) -> Read:
    def one(url: str) -> ExtractedPage:
        return asyncio.run(worker.read(page("About /story"), url, "text/html", NOW))

    return one


def test_the_worker_reads_what_is_read_here(worker: WorkerReader, read: Read) -> None:
    here = extract(page("About /story"), URL, "text/html", NOW)
    assert read(URL) == here
    assert asyncio.run(ReaderHere().read(page("About /story"), URL, "text/html", NOW)) == here
    assert worker.peak_memory_bytes > 10_000_000


@pytest.mark.parametrize("hang", ["hang-in-c", "hang-in-python"])
def test_a_page_that_hangs_is_ended_and_the_next_is_read(read: Read, hang: str) -> None:
    with pytest.raises(DeadlineError, match=r"not read within 1 CPU seconds"):
        read(f"{URL}?{hang}")
    assert read(URL).text


@pytest.mark.skipif(not STATUS.exists(), reason="memory is bounded on Linux only")
@pytest.mark.parametrize("fill", ["fill-in-c", "fill-in-python"])
def test_a_page_of_too_much_memory_is_refused_and_the_next_has_a_new_reader(
    capfd: pytest.CaptureFixture[str], fill: str
) -> None:
    reader = WorkerReader(command=HANGING)
    html = page("About /story")
    with pytest.raises(ExtractionError, match="more memory") as refused:
        asyncio.run(reader.read(html, f"{URL}?{fill}", "text/html", NOW))
    assert refused.value.reason == "too_much_memory"
    assert FULL * MEMORY < reader.peak_memory_bytes < MEMORY + 100_000_000
    assert capfd.readouterr().err.count("MemoryError") <= 1
    assert asyncio.run(reader.read(html, URL, "text/html", NOW)).text
    reader.close()


def test_a_page_that_kills_its_reader_is_told_and_the_next_is_read(read: Read) -> None:
    with pytest.raises(ReaderDiedError, match=r"ended the process that read it \(exit code -11\)"):
        read(f"{URL}?die")
    assert read(URL).text


def test_a_page_of_two_hundred_thousand_nested_elements_ends(worker: WorkerReader) -> None:
    nested = b"<html><body>" + b"<div>" * 200_000 + b"words " * 50 + b"</body></html>"
    with contextlib.suppress(DeadlineError, ExtractionError, ReaderDiedError):
        asyncio.run(worker.read(nested, URL, "text/html", NOW))
    good = asyncio.run(worker.read(page("About /story"), URL, "text/html", NOW))
    assert good.text


def test_a_refusal_keeps_its_reason(worker: WorkerReader) -> None:
    with pytest.raises(ExtractionError, match="no content") as refused:
        asyncio.run(worker.read(b" ", URL, None, NOW))
    assert refused.value.reason == "empty"


def test_closing_leaves_no_process_behind(worker: WorkerReader, read: Read) -> None:
    others = psutil.Process().children()  # of other tests in this process: an engine's node
    read(URL)
    children = [child for child in psutil.Process().children() if child not in others]
    assert children
    worker.close()
    assert not any(child.is_running() for child in children)
