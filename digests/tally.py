"""The day's totals, counted while its articles stream by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from articles.record import Article
from digests.cleaning import MAX_NAME, MAX_TITLE, clean
from digests.content import Count


class Tally:
    """Counts the day's articles while they stream by, and lets the tagged ones through."""

    def __init__(self, category_names: Mapping[str, str]) -> None:
        self.names = {key: clean(name, MAX_NAME) for key, name in category_names.items()}
        self.total = self.undated = self.untagged = self.taken_off = 0
        self.refusals: Counter[str] = Counter()
        self.sentiments: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.countries: Counter[str] = Counter()
        self.by_category: Counter[str] = Counter()
        self.versions: set[str] = set()

    def watch(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Count each article; yield the tagged ones, without their embeddings."""
        for article in articles:
            self._count(article)
            if article.tags:
                yield article.model_copy(update={"embedding": None})

    def _count(self, article: Article) -> None:
        self.total += 1
        self.undated += article.published is None
        self.untagged += article.model_version is None
        self.taken_off += any(said.verdict == "wrong" for said in article.corrections)
        self.languages[article.language] += 1
        self.countries.update(set(article.countries))
        self.by_category.update(set(article.categories))
        if article.refused:
            self.refusals[clean(article.refused, MAX_TITLE)] += 1
        if article.sentiment:
            self.sentiments[article.sentiment] += 1
        if article.model_version:
            self.versions.add(clean(article.model_version, MAX_NAME))
        for category in article.categories:
            self.names.setdefault(category, clean(category.replace("_", " "), MAX_NAME))

    def categories(self) -> tuple[Count, ...]:
        """Return how many articles carry each category, those with none included."""
        return tuple(
            Count(value=key, name=name, count=self.by_category[key])
            for key, name in self.names.items()
        )

    @staticmethod
    def counts(counter: Counter[str], name: Callable[[str], str]) -> tuple[Count, ...]:
        """Return the counter's values, most frequent first, named for the reader."""
        ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            Count(value=clean(value, MAX_NAME), name=name(value), count=n) for value, n in ranked
        )
