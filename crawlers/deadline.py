"""A deadline for work on a hostile document: a parser that hangs must not hang the crawl."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from articles.errors import ShoalwatchError

AGAIN = 1.0
"""CPU seconds until the error is raised anew. Python passes over one that falls into the callback
of a weak reference or into `__del__`, and a library's bare `except` may catch it."""


class DeadlineError(ShoalwatchError):
    """A document took longer to read than a document may."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise DeadlineError in a block that has used so many CPU seconds; in the main thread only.

    CPU time, so that a busy machine does not make a page fail. By a signal, which reaches Python
    code and regular expressions, where parsers hang. Work inside a C library is not interrupted:
    the parent process ends a crawl process that has gone silent (`crawlers.processes.SILENCE`).
    """

    def ring(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - its signature
        raise DeadlineError(f"a document was not read within {seconds:g} CPU seconds")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
