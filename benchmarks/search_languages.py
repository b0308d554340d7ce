"""How often a question finds an article in another language.

    python -m benchmarks.search_languages

    --items FILE       real headlines among which the articles must be found (JSON Lines, gzip)
    --number N         how many of them (2,000)

Prints recall@10 and the mean reciprocal rank over the pairs of tests/search/cross_language.yml,
with the shipped tagger's embeddings, by language of the question.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import structlog

from articles.record import Article
from benchmarks.search_bars import articles as real_articles
from benchmarks.search_engines import ROOT
from models.tagger import TaggerInput, load
from search.embedded import EmbeddedEngine
from shoalwatch.knowledge import knowledge
from tests.search.cross_language import pairs, rank_of
from tests.search.judging import articles as judged_articles


def embedded(articles: list[Article]) -> list[Article]:
    """Give articles the shipped encoder's embeddings."""
    tagged = load().tag([TaggerInput(a.title, a.text, a.language) for a in articles])
    return [
        article.model_copy(update={"embedding": one.embedding})
        for article, one in zip(articles, tagged, strict=True)
    ]


def main() -> None:
    """Print recall@10 over all pairs and by the question's language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT.parent / "shared" / "news" / "unlabelled_2023_jan_sep.jsonl.gz"
    parser.add_argument("--items", type=Path, default=default)
    parser.add_argument("--number", type=int, default=2000)
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder) / "index", "UTC", knowledge([], load))
        # Without the invented Chinese and Thai ones, heaps of the very words that are asked for.
        made = real_articles(chosen.items, chosen.number)
        others = [article for article in made if article.language == "en"]
        engine.index(embedded([*others, *judged_articles()]))
        ranks: dict[str, list[int | None]] = defaultdict(list)
        for pair in pairs():
            ranks[pair.language].append(rank_of(engine, pair))
    every = [rank for found in ranks.values() for rank in found]
    for language, found in [*sorted(ranks.items()), ("all", every)]:
        hits = [rank for rank in found if rank is not None]
        print(
            f"{language}: {len(found)} pairs, recall@10 {len(hits) / len(found):.3f}, "
            f"mean reciprocal rank {sum(1 / rank for rank in hits) / len(found):.3f}"
        )


if __name__ == "__main__":
    main()
