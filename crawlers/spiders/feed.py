"""The feed spider: RSS, Atom and JSON feeds alone."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.source import SourceSpider


class FeedSpider(SourceSpider):
    """Reads its sources' RSS, Atom and JSON feeds."""

    name = "feed"
    kinds: ClassVar[tuple[str, ...]] = ("feed",)
