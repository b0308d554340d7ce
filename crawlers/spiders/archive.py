"""The archive spider: recorded pages in WARC files alone."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.source import SourceSpider


class ArchiveSpider(SourceSpider):
    """Reads its sources' recorded pages in WARC files."""

    name = "archive"
    kinds: ClassVar[tuple[str, ...]] = ("archive",)
