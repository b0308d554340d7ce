"""Settings of the crawl."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from articles.settings import FROM_ENVIRONMENT
from crawlers.hosts import as_host_or_network

PRODUCT = "Shoalwatch"
"""Our product token: the name that a robots.txt calls us by (RFC 9309, 2.2.1)."""
MIN_DELAY = 0.001
"""Seconds between two requests to a host where the setting is 0. At a delay of 0 Scrapy (2.19) does
not look at the clock, and sends several at once though it is to have one under way at a time."""


class CrawlSettings(BaseSettings):
    """How outlets are visited: how politely, how far, and what is never touched."""

    model_config = FROM_ENVIRONMENT

    sources: Path | None = Field(
        default=None,
        description="Folder or file of the catalogue; the one that ships with Shoalwatch if unset",
    )
    contact: str | None = Field(
        default=None,
        min_length=3,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Your web or mail address in the user agent, for outlets that wish to complain",
    )
    crawl_delay: float = Field(
        default=1.0,
        ge=0,
        le=600,
        description="Seconds between two requests to a host at the least; 0 is for one's own hosts",
    )
    crawl_processes: int = Field(
        default=2, ge=1, le=64, description="Crawl processes at a time, hosts shared among them"
    )
    allowed_private_hosts: tuple[Annotated[str, AfterValidator(as_host_or_network)], ...] = Field(
        default=(),
        description='Private hosts or networks that may be crawled, as JSON: ["127.0.0.0/8"]',
    )
    max_page_bytes: int = Field(
        default=8_000_000,
        ge=10_000,
        description="Bytes of a page or feed, as sent and as unpacked; a larger one is rejected",
    )
    page_timeout: float = Field(default=30.0, gt=0, le=600, description="Seconds for one response")
    source_timeout: float = Field(
        default=3_600.0,
        gt=0,
        description="Seconds for one source in a run; what is not reached is left to the next",
    )
    max_redirects: int = Field(default=5, ge=0, le=20, description="Redirects followed for a page")
    max_feed_entries: int = Field(
        default=1_000,
        ge=1,
        description="Entries read of a feed, new ones of a sitemap; the report counts the rest",
    )
    browser: bool = Field(
        default=False,
        description="Render pages of sources marked `browser: true` in Chromium (extra `browser`)",
    )
    browser_path: Path | None = Field(
        default=None,
        description="The Chromium to be used; the one of `playwright install chromium` if unset",
    )
    recheck_days: int = Field(
        default=2,
        ge=0,
        description="Days after its first sight in which a page is looked at again for changes",
    )
    recheck_hours: float = Field(
        default=6.0, ge=0, description="Hours between two such looks at a page that feeds repeat"
    )

    @property
    def user_agent(self) -> str:
        """The one honest user agent: who we are and where to complain."""
        where = f"+{self.contact}" if self.contact else "no contact address set"
        return f"{PRODUCT}/{_version()} ({where})"

    def for_scrapy(self) -> dict[str, Any]:
        """Return the Scrapy settings that follow from these."""
        return {
            "USER_AGENT": self.user_agent,
            # Not the whole: names of groups are looked for in it, and the contact may hold one.
            "ROBOTSTXT_USER_AGENT": PRODUCT,
            "DOWNLOAD_DELAY": max(self.crawl_delay, MIN_DELAY),
            "AUTOTHROTTLE_START_DELAY": self.crawl_delay,
            # A delay of 0 means one's own hosts (demo, tests): nobody there to be spared.
            "AUTOTHROTTLE_ENABLED": self.crawl_delay > 0,
            "DOWNLOAD_MAXSIZE": self.max_page_bytes,
            "DOWNLOAD_TIMEOUT": self.page_timeout,
            "REDIRECT_MAX_TIMES": self.max_redirects,
            "SHOALWATCH_SOURCE_TIMEOUT": self.source_timeout,
            "SHOALWATCH_ALLOWED_PRIVATE_HOSTS": list(self.allowed_private_hosts),
        }


def _version() -> str:
    try:
        return version("shoalwatch")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
