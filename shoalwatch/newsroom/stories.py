"""An outlet's articles as they stand at one moment: dates, addresses and current text."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from shoalwatch.newsroom.records import Outlet, SampleArticle

BUDDHIST_ERA_OFFSET = 543
"""Years between the Thai Buddhist and the common era since 1941."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article at one moment; `published` and `modified` carry the outlet's own offset."""

    article: SampleArticle
    path: str
    number: int
    published: datetime
    modified: datetime
    shown_date: str | None
    shown_update: str | None
    summary: str
    paragraphs: tuple[str, ...]

    @property
    def dated(self) -> bool:
        """Tell whether any date of this story is published at all."""
        return self.article.special != "undated"


def stories_at(outlet: Outlet, now: datetime, revision: int) -> list[Story]:
    """Return the outlet's stories at `now` (aware), newest first, by the given revision."""
    stories = [_story(outlet, article, now, revision) for article in outlet.articles]
    return sorted(stories, key=lambda story: (-story.published.timestamp(), story.article.id))


def _story(outlet: Outlet, article: SampleArticle, now: datetime, revision: int) -> Story:
    zone = ZoneInfo(outlet.timezone)
    published = _before(now, article.age, zone)
    changed = article.revision if revision >= 2 else None
    modified = _before(now, changed.age, zone) if changed else published
    dated = article.special != "undated"
    return Story(
        article=article,
        path=_path(outlet, article),
        number=_number(article),
        published=published,
        modified=modified,
        shown_date=shown_date(outlet, published) if dated else None,
        shown_update=shown_date(outlet, modified) if changed else None,
        summary=changed.summary if changed else article.summary,
        paragraphs=_paragraphs(changed.body if changed else article.body),
    )


def _before(now: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """Return the moment `hours` before `now`, to the minute, on the outlet's clock."""
    moment = now - timedelta(minutes=round(hours * 60))
    return moment.astimezone(zone)


def _number(article: SampleArticle) -> int:
    """Return the article's number in the outlet's system: stable, whatever else is added."""
    return 1_000_000 + zlib.crc32(article.id.encode()) % 8_000_000


def _path(outlet: Outlet, article: SampleArticle) -> str:
    if article.special == "private":
        return f"/private/{article.id}"
    return outlet.article_path.format(
        section=article.section, id=article.id, number=_number(article)
    )


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())


def shown_date(outlet: Outlet, moment: datetime) -> str:
    """Write a moment as the outlet's readers know it, by its CLDR pattern and language.

    `BBBB` in the pattern stands for the Buddhist year, which CLDR patterns cannot name.
    """
    era = f"'{moment.year + BUDDHIST_ERA_OFFSET}'"
    pattern = outlet.date_pattern.replace("BBBB", era)
    return str(format_datetime(moment, pattern, locale=outlet.language))
