"""The reader of pages as a program of its own: `python -m crawlers.extraction.worker SECONDS`.

It reads jobs from stdin (a JSON line, then the page's bytes) and answers each with a JSON line.
Its end is the crawl's safety: a page on which it hangs, in Python or in a C library, is ended by
the system's CPU timers, and only the worker dies. One that takes more memory than a page may is
refused, and the worker ends itself.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from crawlers.deadline import DeadlineError, deadline
from crawlers.extraction.page import ExtractionError
from crawlers.extraction.pipeline import extract
from crawlers.extraction.worker_messages import Answer, Job
from crawlers.memory import lift_memory_limit, limit_memory, peak_memory

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

HARD = 1.5
"""The kernel ends the process at so many times the limit: only work in C gets that far."""
MEMORY = 160_000_000
"""Bytes that this process may take beyond its imports (54 MB): a command, its crawl process and the
worker then stay under 500 MB together. The hungriest of 395 recorded pages takes 36 MB."""
FULL = 0.9
"""Share of it from which a page was refused some: libraries pass over that, and then call the page
broken or find less text in it."""
WORN = 0.6
"""Share of it from which the next page needs a new worker. Libraries keep what they have met: 395
recorded pages, one after the other, leave 70 MB."""


def answer(job: Job, html: bytes, seconds: float) -> Answer:
    """Read one page within so many CPU seconds.

    What Python code and regular expressions take longer for ends in `too_slow`; a C library that
    takes one and a half times as long ends this process by SIGPROF.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, HARD * seconds)
    try:
        with deadline(seconds):
            page = extract(html, job.url, job.content_type, job.now, job.country)
    except ExtractionError as problem:
        return Answer(refusal=(problem.reason, problem.explanation))
    except DeadlineError as problem:
        return Answer(too_slow=str(problem))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Answer(page=page)


def serve(jobs: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer jobs until there are no more. Raises MemoryError for a page that takes too much."""
    start = peak_memory()
    for line in iter(jobs.readline, b""):
        job = Job.model_validate_json(line)
        told = answer(job, jobs.read(job.size), seconds)
        peak = peak_memory()
        if peak - start > FULL * MEMORY:
            raise MemoryError
        _tell(answers, told, peak, worn=peak - start > WORN * MEMORY)


def _tell(answers: BinaryIO, told: Answer, peak: int, *, worn: bool) -> None:
    told = told.model_copy(update={"peak_memory_bytes": peak, "worn": worn})
    answers.write(told.model_dump_json().encode() + b"\n")
    answers.flush()


def _give_up(answers: BinaryIO) -> NoReturn:
    """Refuse the page that took too much memory, and end."""
    lift_memory_limit()  # the answer needs some, and there is no page after this one
    refusal = ("too_much_memory", "the page takes more memory than a page may")
    _tell(answers, Answer(refusal=refusal), peak_memory(), worn=True)
    os._exit(0)


def main() -> None:
    """Serve stdin within bounded memory; whatever prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the crawl process says when it is over

    def unraisable(told: UnraisableHookArgs) -> None:
        # lxml cannot raise while libxml2 parses: it would tell of each refused byte, then go on
        if issubclass(told.exc_type, MemoryError):
            _give_up(answers)
        sys.__unraisablehook__(told)

    sys.unraisablehook = unraisable
    limit_memory(MEMORY)
    try:
        serve(sys.stdin.buffer, answers, float(sys.argv[1]))
    except MemoryError:
        _give_up(answers)
    os._exit(0)  # the system takes back memory at once, the interpreter object by object


if __name__ == "__main__":
    main()
