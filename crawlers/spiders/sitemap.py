"""The sitemap spider: sitemaps, news sitemaps, and indexes of them alone."""

from __future__ import annotations

from typing import ClassVar

from crawlers.spiders.source import SourceSpider


class SitemapSpider(SourceSpider):
    """Reads its sources' sitemaps, news sitemaps and indexes of them."""

    name = "sitemap"
    kinds: ClassVar[tuple[str, ...]] = ("sitemap",)
