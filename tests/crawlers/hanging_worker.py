"""The reading worker, on an extractor that hangs, fills or dies at the addresses that say so."""

from __future__ import annotations

import itertools
import os
import re
import signal
from typing import Any

from crawlers.extraction import extract, pipeline, worker


def extract_or_hang(html: bytes, url: str, *rest: Any) -> Any:
    if "hang-in-c" in url:
        sum(itertools.repeat(0))  # one call into C that never comes back
    if "hang-in-python" in url:
        re.match(r"(a+)+$", "a" * 60 + "b")
    if "fill-in-c" in url:
        html = b"<p>x" * 1_900_000
        setattr(pipeline, "MAX_TAGS", len(html))  # noqa: B010 - not a constant for once
    if "fill-in-python" in url:
        [[each] for each in range(10_000_000)]
    if "die" in url:
        os.kill(os.getpid(), signal.SIGSEGV)
    return extract(html, url, *rest)


if __name__ == "__main__":
    setattr(worker, "extract", extract_or_hang)  # noqa: B010 - the name is not exported
    worker.main()
