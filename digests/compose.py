"""Compose a reader's day out of the search engine and the sources' reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from articles.errors import SettingsError
from articles.record import Article
from digests.content import Digest, Section, SourceReport
from digests.grouping import ALIKE
from digests.items import items_of
from digests.missing import missing_languages, missing_sources
from digests.names import REGION_LANGUAGES, country_name, language_name
from digests.tally import Tally
from search.engine import Filters, Query, SearchEngine

PAGE = 200
"""Articles read from the engine at a time: bounds memory at about 200 full texts."""


def compose(
    engine: SearchEngine,
    day: date,
    timezone: str,
    sources: Sequence[SourceReport],
    category_names: Mapping[str, str],
    *,
    languages: Sequence[str] = REGION_LANGUAGES,
    limit: int = 0,
    alike: float = ALIKE,
) -> Digest:
    """Return the digest of the articles first seen on the reader's day, [00:00, 24:00) local time.

    Args:
        engine: Holds the tagged articles.
        day: The reader's day.
        timezone: IANA name of the reader's zone.
        sources: How each source of the catalogue did on that day.
        category_names: Reader's names by key, in order; each has a section, even with no item.
        languages: BCP 47 codes of the languages that ought to be covered.
        limit: Items kept in a section; 0 keeps all.
        alike: Similarity of titles (0 to 100) from which two are the same item.

    Raises SettingsError for an unknown time zone, SearchError if the engine cannot answer.
    """
    start, end = day_bounds(day, timezone)
    tally = Tally(category_names)
    tagged = list(tally.watch(_articles(engine, start, end)))
    names = {source.source_id: source.name for source in sources}
    section = partial(_section, tagged, tally.names, names, limit=limit, alike=alike)
    return Digest(
        day=day,
        timezone=timezone,
        start=start,
        end=end,
        total=tally.total,
        undated=tally.undated,
        untagged=tally.untagged,
        refused=tally.counts(tally.refusals, str),
        taken_off=tally.taken_off,
        sections=tuple(map(section, tally.names)),
        by_category=tally.categories(),
        by_sentiment=tally.counts(tally.sentiments, str.capitalize),
        by_language=tally.counts(tally.languages, language_name),
        by_country=tally.counts(tally.countries, country_name),
        sources_working=sum(source.status == "ok" for source in sources),
        sources_missing=missing_sources(sources),
        languages_missing=missing_languages(sources, languages),
        model_versions=tuple(sorted(tally.versions)),
    )


def day_bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """Return the UTC moments at which the reader's day begins and ends (23 to 25 hours apart).

    Raises:
        SettingsError: No such time zone.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise SettingsError(
            f"SHOALWATCH_TIMEZONE is {timezone!r}, which is no IANA time zone; "
            "write one like 'Asia/Manila' or 'UTC'"
        ) from problem
    midnights = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
    start, end = (midnight.astimezone(UTC) for midnight in midnights)
    return start, end


def _articles(engine: SearchEngine, start: datetime, end: datetime) -> Iterator[Article]:
    window = Filters(first_seen_since=start, first_seen_until=end)
    after: str | None = None
    while True:
        page = engine.search(
            Query(filters=window, sort="oldest", size=PAGE, after=after, snippets=False)
        )
        yield from (hit.article for hit in page.hits)
        after = page.next
        if after is None:
            return


def _section(
    tagged: Sequence[Article],
    categories: Mapping[str, str],
    outlets: Mapping[str, str],
    category: str,
    *,
    limit: int,
    alike: float,
) -> Section:
    mine = [article for article in tagged if category in article.categories]
    mine.sort(key=lambda a: (-_certainty(a, category), -a.when.timestamp(), a.id))
    items, total = items_of(mine, categories, outlets, limit=limit, alike=alike)
    return Section(category=category, name=categories[category], items=items, total=total)


def _certainty(article: Article, category: str) -> float:
    return max(tag.probability for tag in article.tags if tag.category == category)
