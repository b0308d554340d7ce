"""The judged articles and queries, and the measure of an order."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from articles.record import Article
from search.embedded import EmbeddedEngine
from search.engine import Query
from tests.search.corpus import make

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@cache
def judged() -> dict[str, Any]:
    path = Path(__file__).with_name("judged.yml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def articles() -> list[Article]:
    made: dict[str, Article] = {}
    for key, item in judged()["articles"].items():
        original = made.get(item.get("repeats", ""))
        made[key] = make(
            key,
            item["title"],
            item["text"],
            language=item["language"],
            published=NOW - timedelta(days=item["days"], hours=1),
            near_duplicate_of=original and original.id,
        )
    return list(made.values())


def ndcg(ranked: list[str], grades: dict[str, int]) -> float:
    """nDCG@10 with gains 2^grade - 1 (Burges et al., ICML 2005)."""

    def gain(found: list[int]) -> float:
        return math.fsum(
            (2.0**grade - 1) / math.log2(at + 2) for at, grade in enumerate(found[:10])
        )

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(key, 0) for key in ranked]) / best


def mean_ndcg(engine: EmbeddedEngine, queries: list[dict[str, Any]]) -> tuple[float, str]:
    scores = []
    for query in queries:
        hits = engine.search(Query(text=query["text"], asked_at=NOW, snippets=False)).hits
        ranked = [hit.article.url.rpartition("/")[2] for hit in hits]
        scores.append((ndcg(ranked, query["found"]), query["text"], ranked))
    worst = "\n".join(f"{score:.3f} {text} {ranked}" for score, text, ranked in sorted(scores)[:8])
    return sum(score for score, _, _ in scores) / len(scores), worst
