"""Pairs of a question and an article in another language, and where the article is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from search.embedded import EmbeddedEngine
from search.engine import Query
from tests.search.judging import NOW, judged


@dataclass(frozen=True)
class Pair:
    """A question, its language, and the article that answers it in another language."""

    question: str
    language: str
    article: str


def pairs() -> Iterator[Pair]:
    path = Path(__file__).with_name("cross_language.yml")
    there = judged()["articles"]
    for topic in yaml.safe_load(path.read_text(encoding="utf-8")).values():
        for language, question in topic["questions"].items():
            for key in topic["articles"]:
                if there[key]["language"].split("-")[0] != language:
                    yield Pair(question, language, key)


def rank_of(engine: EmbeddedEngine, pair: Pair) -> int | None:
    """Where among the first ten the article is, from 1; None if it is not."""
    query = Query(text=f"~{pair.question}", size=10, snippets=False, asked_at=NOW)
    found = [hit.article.url.rpartition("/")[2] for hit in engine.search(query).hits]
    return found.index(pair.article) + 1 if pair.article in found else None
