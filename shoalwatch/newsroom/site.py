"""Render one outlet's whole site: every address it answers, as bytes with their headers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from shoalwatch.newsroom.records import Outlet
from shoalwatch.newsroom.stories import Story
from shoalwatch.newsroom.structured import json_feed, json_ld

FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "rss-cut": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
SITEMAP_REACH = timedelta(hours=48)
"""A news sitemap lists the articles of the last two days (Google's rule for such sitemaps)."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one address answers; `last_modified` is aware."""

    body: bytes
    content_type: str
    last_modified: datetime

    @property
    def etag(self) -> str:
        """Return the strong validator: a hash of the very bytes sent."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Site:
    """One outlet's pages at one moment, below `base` (scheme, host and port, no slash at end)."""

    def __init__(self, outlet: Outlet, stories: list[Story], base: str, now: datetime) -> None:
        """Prepare the templates; nothing is rendered yet."""
        self.outlet, self.stories, self.base, self.now = outlet, stories, base, now
        self.newest = max(story.modified for story in stories)
        self._templates = _environment()

    def pages(self) -> dict[str, Page]:
        """Return every page by its path."""
        found = {"/": self._listing("/", None)}
        for section in self.outlet.sections:
            found[f"/{section}/"] = self._listing(f"/{section}/", section)
        for story in self.stories:
            if story.article.special == "missing":
                continue
            found[story.path] = self._article(story)
            if story.article.special == "amp":
                found[f"/amp{story.path}"] = self._article(story)
        return found | self._machine_pages()

    def _machine_pages(self) -> dict[str, Page]:
        """Return feed, news sitemap and robots.txt."""
        robots = self._render("robots.txt").encode()
        sitemap = self._render("sitemap-news.xml", recent=self._recent()).encode()
        feed_type = FEED_TYPES[self.outlet.feed]
        return {
            self.outlet.feed_path: Page(self._feed().encode(), feed_type, self.newest),
            "/sitemap-news.xml": Page(sitemap, "application/xml; charset=utf-8", self.newest),
            "/robots.txt": Page(robots, "text/plain; charset=utf-8", self._oldest()),
        }

    def _oldest(self) -> datetime:
        return min(story.published for story in self.stories)

    def _recent(self) -> list[Story]:
        """Return the dated stories that a news sitemap may list."""
        hidden = {"missing", "private", "undated"}
        return [
            story
            for story in self.stories
            if self.now - story.published <= SITEMAP_REACH and story.article.special not in hidden
        ]

    def _feed(self) -> str:
        """Render the feed; a cut one loses its closing tags, as a truncated upload would."""
        if self.outlet.feed == "json":
            linked = [(story, link) for story in self.stories for link in self.feed_links(story)]
            feed = json_feed(self.outlet, linked, self.base)
            return json.dumps(feed, ensure_ascii=False, indent=1)
        text = self._render(f"feed-{self.outlet.feed.removesuffix('-cut')}")
        return text.removesuffix("</channel></rss>") if self.outlet.feed == "rss-cut" else text

    def feed_links(self, story: Story) -> list[str]:
        """Return the addresses under which the feed lists a story: two for an AMP story."""
        links = [f"{self.base}{story.path}{self.outlet.feed_link_suffix}"]
        if story.article.special == "amp":
            links.append(f"{self.base}/amp{story.path}")
        return links

    def _listing(self, path: str, section: str | None) -> Page:
        shown = [
            story
            for story in self.stories
            if story.article.special not in {"missing", "private"}
            and section in {None, story.article.section}
        ]
        html = self._render(
            f"{self.outlet.layout}/listing.html",
            path=path,
            shown=shown,
            section=section,
            charset="utf-8",
        )
        return Page(html.encode(), "text/html; charset=utf-8", self.newest)

    def _article(self, story: Story) -> Page:
        wrong = story.article.special == "charset"
        declared = "iso-8859-1" if wrong else "utf-8"
        html = self._render(
            self._article_template(story),
            story=story,
            related=self._related(story),
            comments=self._comments(story),
            advert=self.outlet.adverts[story.number % len(self.outlet.adverts)],
            charset=declared,
            json_ld=json_ld(self.outlet, story, self.base),
        )
        body = html.encode("gb18030" if wrong else "utf-8")
        return Page(body, f"text/html; charset={declared}", story.modified)

    def _article_template(self, story: Story) -> str:
        """Return the outlet's article layout; a thin page is a bare player with a caption."""
        thin = story.article.special == "thin"
        return "player.html" if thin else f"{self.outlet.layout}/article.html"

    def _related(self, story: Story) -> list[Story]:
        """Return up to four other stories, those of the same section first.

        The choice leaves dates out, so that a page's bytes do not hang on other pages' updates.
        """
        hidden = {"missing", "private", "thin"}
        others = [s for s in self.stories if s is not story and s.article.special not in hidden]
        same = story.article.section
        return sorted(others, key=lambda s: (s.article.section != same, s.number))[:4]

    def _comments(self, story: Story) -> list[Any]:
        pool = self.outlet.comments
        start = story.number % len(pool)
        return [pool[(start + step) % len(pool)] for step in range(min(2, len(pool)))]

    def _render(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(
            site=self, outlet=self.outlet, labels=self.outlet.labels, base=self.base, **values
        )


def _environment() -> Environment:
    """Return the templates with escaping on for every kind of page."""
    environment = Environment(
        loader=PackageLoader("shoalwatch.newsroom"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters["rfc822"] = format_datetime
    environment.filters["utc"] = lambda moment: moment.astimezone(UTC).isoformat()
    return environment
