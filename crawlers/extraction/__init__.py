"""From a fetched page to its article: title, text, authors, dates, language.

`extract` is the one function; `ExtractedPage` is what it returns and `ExtractionError` what it
raises. The libraries behind `extract` are imported when it is first asked for: a crawl process,
whose pages are read in a worker, never needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crawlers.extraction.page import ExtractedPage, ExtractionError

if TYPE_CHECKING:
    from crawlers.extraction.pipeline import MAX_BYTES, extract

__all__ = ["MAX_BYTES", "ExtractedPage", "ExtractionError", "extract"]


def __getattr__(name: str) -> Any:
    if name not in {"MAX_BYTES", "extract"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("crawlers.extraction.pipeline"), name)
