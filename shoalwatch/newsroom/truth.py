"""What a crawl of the sample newsroom should find: the truth that tests and the demo compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shoalwatch.newsroom.records import Outlet, Risk, SampleArticle, Sentiment


@dataclass(frozen=True, slots=True)
class SampleOutlet:
    """An outlet as it is served: who it is and where it answers."""

    id: str
    name: str
    language: str
    country: str
    address: str
    feed_url: str
    sitemap_url: str
    articles: int


@dataclass(frozen=True, slots=True)
class SampleLabel:
    """What an article is about in truth, by the labelling guide; `event` joins its tellers."""

    title: str
    language: str
    risks: tuple[Risk, ...]
    sentiment: Sentiment
    event: str | None


@dataclass(frozen=True, slots=True)
class OutletCounts:
    """Feed entries of an outlet and the outcome each should have in a first crawl.

    new + duplicate + rejected + failed = feed_entries; `undated` are among the new ones.
    A word-for-word copy in another outlet is new there: it is that outlet's article.
    """

    feed_entries: int
    new: int
    duplicate: int
    rejected: int
    failed: int
    undated: int


def expected_counts(outlet: Outlet) -> OutletCounts:
    """Count what the first crawl of one outlet should report."""
    amp = _special(outlet.articles, "amp")
    rejected = _special(outlet.articles, "private", "thin")
    failed = _special(outlet.articles, "missing")
    return OutletCounts(
        feed_entries=len(outlet.articles) + amp,
        new=len(outlet.articles) - rejected - failed,
        duplicate=amp,
        rejected=rejected,
        failed=failed,
        undated=_special(outlet.articles, "undated"),
    )


def label(outlet: Outlet, article: SampleArticle) -> SampleLabel:
    """Return the truth about one article."""
    return SampleLabel(
        title=article.title,
        language=outlet.language,
        risks=article.risks,
        sentiment=article.sentiment,
        event=article.event,
    )


def _special(articles: Iterable[SampleArticle], *kinds: str) -> int:
    return sum(article.special in kinds for article in articles)
