"""One article, with the copies that repeat it, as the reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from articles.measured import measured
from articles.record import Article, Correction, Span, Tag
from digests.cleaning import (
    MAX_EVIDENCE,
    MAX_NAME,
    MAX_SUMMARY,
    MAX_TITLE,
    clean,
    host_of,
    safe_link,
)
from digests.content import AlsoAt, DigestItem, DigestTag
from digests.grouping import Group, group
from digests.names import country_name, language_name

MAX_COUNTRIES = 8
"""Countries named with an item, prominent first."""


def items_of(
    articles: Iterable[Article],
    categories: Mapping[str, str],
    outlets: Mapping[str, str],
    *,
    limit: int,
    alike: float,
) -> tuple[tuple[DigestItem, ...], int]:
    """Return articles as items, and how many items there would be without the limit.

    Near-identical titles (`alike`, 0 to 100) are told once; at most `limit` items, 0 is all.
    """
    groups = group(articles, alike)
    kept = groups[:limit] if limit else groups
    return tuple(item_of(one, categories, outlets) for one in kept), len(groups)


def item_of(found: Group, categories: Mapping[str, str], outlets: Mapping[str, str]) -> DigestItem:
    """Return the group's leading article as an item, every string clean and bounded.

    `categories` and `outlets` hold the reader's names by key; a missing outlet shows its key.
    """
    article = found.lead
    link = safe_link(article.url)
    return DigestItem(
        article_id=article.id,
        title=clean(article.title, MAX_TITLE) or "(no title)",
        outlet=_outlet(article, outlets),
        link=link,
        host=host_of(link),
        language=clean(article.language, 20) or "und",
        language_name=_language(article.language),
        published=article.published,
        first_seen=article.first_seen,
        updated=article.version > 1,
        summary=clean(article.summary, MAX_SUMMARY),
        tags=_tags(article, categories),
        sentiment=article.sentiment,
        sentiment_probability=article.sentiment_probability,
        refusal=clean(article.refusal, MAX_TITLE),
        countries=tuple(country_name(code) for code in article.countries[:MAX_COUNTRIES]),
        also_at=_also_at(found, outlets),
        judged=tuple(_judged(said, categories) for said in article.corrections),
    )


def _language(code: str) -> str:
    """Return a language's name, and a warning where nobody measured how right its tags are."""
    name = language_name(code)
    return name if measured(code) else f"{name} (tags not measured in this language)"


def _outlet(article: Article, outlets: Mapping[str, str]) -> str:
    return clean(outlets.get(article.source_id, article.source_id), MAX_NAME)


def _also_at(found: Group, outlets: Mapping[str, str]) -> tuple[AlsoAt, ...]:
    others: dict[str, AlsoAt] = {}
    for article in found.repeats:
        if article.source_id != found.lead.source_id:
            other = AlsoAt(outlet=_outlet(article, outlets), link=safe_link(article.url))
            others.setdefault(article.source_id, other)
    return tuple(sorted(others.values(), key=lambda other: (other.outlet, other.link or "")))


def _judged(said: Correction, categories: Mapping[str, str]) -> str:
    name = categories.get(said.category, said.category)
    return f"{name} judged {said.verdict} by {clean(said.by, MAX_NAME)}"


def _tags(article: Article, categories: Mapping[str, str]) -> tuple[DigestTag, ...]:
    ranked = sorted(article.tags, key=lambda tag: (-tag.probability, tag.category))
    return tuple(_tag(article, tag, categories[tag.category]) for tag in ranked)


def _tag(article: Article, tag: Tag, name: str) -> DigestTag:
    evidence = _quoted(article, tag.evidence) if tag.evidence else ""
    return DigestTag(
        category=tag.category,
        name=name,
        probability=None if article.refused else tag.probability,
        unsure=tag.category in article.unsure,
        evidence=evidence,
        evidence_in=tag.evidence.field if tag.evidence and evidence else "none",
    )


def _quoted(article: Article, span: Span) -> str:
    field: str = getattr(article, span.field)
    return clean(field[span.start : span.end], MAX_EVIDENCE)
