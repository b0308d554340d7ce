"""The listing spider: section pages with a pattern of links alone."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.source import SourceSpider


class ListingSpider(SourceSpider):
    """Reads its sources' section pages with patterns of links."""

    name = "listing"
    kinds: ClassVar[tuple[str, ...]] = ("listing",)
