"""An outlet's stories as JSON: the feed by jsonfeed.org, and schema.org's NewsArticle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoalwatch.newsroom.records import Outlet
from shoalwatch.newsroom.stories import Story


def json_feed(outlet: Outlet, linked: Sequence[tuple[Story, str]], base: str) -> dict[str, Any]:
    """Return the feed of stories with their addresses, by version 1.1 of jsonfeed.org."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}{outlet.feed_path}",
        "language": outlet.language,
        "items": [_item(story, link) for story, link in linked],
    }


def _item(story: Story, link: str) -> dict[str, Any]:
    item = {
        "id": link,
        "url": link,
        "title": story.article.title,
        "summary": story.summary,
        "content_text": story.summary,
        "authors": [{"name": name} for name in story.article.authors],
    }
    return item | _dates(story, "date_published", "date_modified")


def json_ld(outlet: Outlet, story: Story, base: str) -> dict[str, Any]:
    """Return a story's page as schema.org's NewsArticle."""
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.article.title,
        "description": story.summary,
        "inLanguage": outlet.language,
        "mainEntityOfPage": f"{base}{story.path}",
        "author": [{"@type": "Person", "name": name} for name in story.article.authors],
        "publisher": {"@type": "Organization", "name": outlet.name},
    }
    return article | _dates(story, "datePublished", "dateModified")


def _dates(story: Story, published: str, modified: str) -> dict[str, str]:
    """Return a story's dates under the format's names; none for an undated story."""
    if not story.dated:
        return {}
    return {published: story.published.isoformat(), modified: story.modified.isoformat()}
