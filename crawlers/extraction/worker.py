"""The reader of pages as a program of its own: `python -m crawlers.extraction.worker SECONDS`.

It reads jobs from stdin (a JSON line, then the page's bytes) and answers each with a JSON line.
Its end is the crawl's safety: a page on which it hangs, in Python or in a C library, is ended by
the system's CPU timers, and only the worker dies.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from crawlers.deadline import DeadlineError, deadline
from crawlers.extraction.page import ExtractionError
from crawlers.extraction.pipeline import extract
from crawlers.extraction.worker_messages import Answer, Job
from crawlers.memory import peak_memory

HARD = 1.5
"""The kernel ends the process at so many times the limit: only work in C gets that far."""


def answer(job: Job, html: bytes, seconds: float) -> Answer:
    """Read one page within so many CPU seconds.

    What Python code and regular expressions take longer for ends in `too_slow`; a C library that
    takes one and a half times as long ends this process by SIGPROF.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, HARD * seconds)
    try:
        with deadline(seconds):
            page = extract(html, job.url, job.content_type, job.now)
    except ExtractionError as problem:
        return Answer(refusal=(problem.reason, problem.explanation))
    except DeadlineError as problem:
        return Answer(too_slow=str(problem))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Answer(page=page)


def serve(jobs: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer jobs until there are no more."""
    for line in iter(jobs.readline, b""):
        job = Job.model_validate_json(line)
        told = answer(job, jobs.read(job.size), seconds)
        told = told.model_copy(update={"peak_memory_bytes": peak_memory()})
        answers.write(told.model_dump_json().encode() + b"\n")
        answers.flush()


def main() -> None:
    """Serve stdin; whatever prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the crawl process says when it is over
    serve(sys.stdin.buffer, answers, float(sys.argv[1]))


if __name__ == "__main__":
    main()
