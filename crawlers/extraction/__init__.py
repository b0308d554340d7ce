"""From a fetched page to its article: title, text, authors, dates, language.

`extract` is the one function; `ExtractedPage` is what it returns and `ExtractionError` what it
raises.
"""

from __future__ import annotations

from crawlers.extraction.page import ExtractedPage, ExtractionError
from crawlers.extraction.pipeline import MAX_BYTES, extract

__all__ = ["MAX_BYTES", "ExtractedPage", "ExtractionError", "extract"]
