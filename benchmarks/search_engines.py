"""Measure both search engines on the same articles: `python -m benchmarks.search_engines`.

    --items FILE       news items to index (JSON Lines, gzip; title, summary, feed, date)
    --number N         how many articles (10,000)
    --url URL          an Elasticsearch (index benchmark-articles is replaced and left empty);
                       without it a node is started as the tests do
    --embeddings       with a random unit vector on each article

Prints documents a second for indexing, and median and 95th percentile of a filtered search with
facets, timeline and snippets. Search times are of one caller, one search at a time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from articles.record import EMBEDDING_WIDTH, Article, Tag
from search.elasticsearch import ElasticsearchEngine
from search.embedded import EmbeddedEngine
from search.engine import FACETS, Filters, Query, SearchEngine
from search.settings import SearchSettings
from tests.services.node import running_node

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2023, 1, 1, tzinfo=UTC)
QUERIES = (
    "china", "south china sea", '"coast guard"', "philippines OR vietnam", "taiwan -trade",
    "president", "police attack", "(bomb OR blast) killed", "xi jinping", "asean summit",
    "economy", "myanmar junta", '"belt and road"', "military drill", "tariff OR sanctions",
    "indonesia", "court", "navy ship", "minister said", "market",
)  # fmt: skip


def articles(items: Path, number: int, *, embeddings: bool) -> Iterator[Article]:
    """Make articles of real headlines and summaries, with drawn tags, countries and dates."""
    draw, vectors = random.Random(1), np.random.default_rng(1)
    with gzip.open(items, "rt", encoding="utf-8") as lines:
        for at, line in zip(range(number), lines, strict=False):
            yield _article(json.loads(line), at, draw, vectors if embeddings else None)


def _article(
    item: dict[str, Any], at: int, draw: random.Random, vectors: np.random.Generator | None
) -> Article:
    url = f"https://outlet.example/{at}"
    seen = START + timedelta(minutes=draw.randrange(60 * 24 * 270))
    vector = None
    if vectors is not None:
        vector = vectors.standard_normal(EMBEDDING_WIDTH, dtype=np.float32)
        vector /= np.linalg.norm(vector)
    return Article(
        id=hashlib.sha256(url.encode()).hexdigest()[:32],
        url=url,
        canonical_url=url,
        source_id=f"outlet-{draw.randrange(200)}",
        content_hash=str(at),
        title=item["title"],
        text=item.get("summary") or "",
        language="en",
        published=seen,
        published_from="feed",
        first_seen=seen,
        fetched=seen,
        tags=tuple(
            Tag(category=one, probability=0.9)
            for one in ("south_china_sea", "terrorism", "policy_divergence")
            if draw.random() < 0.1
        ),
        sentiment=draw.choice(("negative", "neutral", "positive")),
        countries=tuple(sorted(set(draw.choices(("CN", "PH", "VN", "ID", "MY", "TH"), k=2)))),
        embedding=vector,
    )


def _filters() -> list[Filters]:
    return [
        Filters(since=START + timedelta(days=60), until=START + timedelta(days=150)),
        Filters(countries=("PH", "VN")),
        Filters(categories=("south_china_sea", "terrorism"), sentiments=("negative",)),
    ]


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def measure(name: str, engine: SearchEngine, made: list[Article]) -> None:
    """Index everything once, then ask each query with each filter five times."""
    seconds = _timed(lambda: engine.index(made))
    print(f"{name}: indexed {len(made):,} in {seconds:.1f} s, {len(made) / seconds:,.0f} a second")
    asked = [
        Query(text=text, filters=filters, facets=FACETS, timeline="day")
        for text in QUERIES
        for filters in _filters()
    ]
    for query in asked:
        engine.search(query)
    times = sorted(1000 * _timed(partial(engine.search, q)) for _ in range(5) for q in asked)
    p95 = times[int(len(times) * 0.95)]
    print(f"{name}: search median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms")
    totals = [engine.search(query).total for query in asked]
    print(f"{name}: matches from {min(totals):,} to {max(totals):,} articles")


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT.parent / "shared" / "news" / "unlabelled_2023_jan_sep.jsonl.gz"
    parser.add_argument("--items", type=Path, default=default)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--url")
    parser.add_argument("--embeddings", action="store_true")
    chosen = parser.parse_args()
    made = list(articles(chosen.items, chosen.number, embeddings=chosen.embeddings))
    text = sum(len((a.title + a.text).encode()) for a in made) / 1e6
    print(f"{len(made):,} articles, {text:.1f} MB of text")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measure("embedded", EmbeddedEngine(home / "index"), made)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"embedded: {_size(home):.1f} MB on disk, process at most {peak:,.0f} MB")
        url = chosen.url
        if url is None:
            url = stack.enter_context(running_node())
        engine = ElasticsearchEngine(SearchSettings(search_url=url, search_index="benchmark"))
        engine.reset()
        measure("elasticsearch", engine, made)
        engine.reset()
        engine.close()


if __name__ == "__main__":
    main()
