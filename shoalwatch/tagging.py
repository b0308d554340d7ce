"""The tag stage: crawled partitions become tagged ones, each only when it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from articles.archive import Archive
from articles.corrections import UNCORRECTED, Verdicts, corrected
from articles.errors import TornPartitionError
from articles.partition import Partition
from articles.record import Article, Tag
from models.tagger import Tagged, Tagger, TaggerInput
from shoalwatch.console import Progress

STEP = 64
"""Articles handed to the tagger at once, so that progress shows and memory stays flat."""


class TagReport(BaseModel):
    """How many articles were tagged anew, kept as they were, and which partitions were torn.

    `refused` counts those of `tagged` whose text the model could not read.
    """

    model_config = ConfigDict(frozen=True)

    tagged: int = 0
    refused: int = 0
    kept: int = 0
    torn: tuple[str, ...] = ()


def pending(
    archive: Archive,
    model_version: str,
    day: date | None = None,
    verdicts: Verdicts = UNCORRECTED,
) -> list[Partition]:
    """List the crawled partitions whose tagged one is missing or made from something else."""
    made = {
        (part.day, part.source_id): part.manifest.made_from
        for part in archive.partitions("tagged", day=day)
    }
    return [
        part
        for part in archive.partitions("crawled", day=day)
        if made.get((part.day, part.source_id)) != _origin(part, model_version, verdicts)
    ]


def tag(
    archive: Archive,
    tagger: Tagger,
    partitions: Sequence[Partition],
    progress: Progress,
    verdicts: Verdicts = UNCORRECTED,
) -> TagReport:
    """Tag partitions one after another; each is written whole, so a stopped run goes on.

    The latest version of each article is tagged. One that is there already with the same content,
    model and verdicts of analysts is kept, so that a day that grows is not tagged from its
    beginning again.
    """
    tagged, refused, kept, torn = 0, 0, 0, []
    for part in partitions:
        try:
            articles = archive.read_partition(part)
            before = _tagged_before(archive, part, tagger.model_version, verdicts)
        except TornPartitionError as problem:
            torn.append(str(problem))
            continue
        done = [before.get((a.id, a.content_hash)) for a in articles]
        todo = [a for a, there in zip(articles, done, strict=True) if there is None]
        progress.advance(len(articles) - len(todo))
        made = _tag_all(tagger, todo, progress)
        fresh = iter(made)
        result = [there if there is not None else _judged(next(fresh), verdicts) for there in done]
        origin = _origin(part, tagger.model_version, verdicts)
        archive.write("tagged", part.day, part.source_id, result, origin)
        tagged, kept = tagged + len(todo), kept + len(articles) - len(todo)
        refused += sum(one.refused is not None for one in made)
    return TagReport(tagged=tagged, refused=refused, kept=kept, torn=tuple(torn))


def with_tags(article: Article, tagged: Tagged) -> Article:
    """Return the article with what the tagger says of it, most certain category first.

    Of a refused text nothing but the reason, the names found in it and the model's version: its
    zeros and its stand-in for an embedding would be taken for 'no risk' and 'the same text'.
    """
    if tagged.refused is not None:
        return article.model_copy(
            update={
                "refused": tagged.refused,
                "countries": tuple(tagged.countries),
                "places": tuple(tagged.places),
                "model_version": tagged.model_version,
            }
        )
    order = sorted(tagged.categories, key=lambda name: (-tagged.risks[name], name))
    tags = tuple(
        Tag(category=name, probability=tagged.risks[name], evidence=tagged.evidence.get(name))
        for name in order
    )
    return article.model_copy(
        update={
            "tags": tags,
            "risks": {name: round(value, 6) for name, value in sorted(tagged.risks.items())},
            "unsure": tuple(sorted(tagged.unsure)),
            "sentiment": tagged.sentiment,
            "sentiment_probability": round(tagged.sentiment_probability, 6),
            "countries": tuple(tagged.countries),
            "places": tuple(tagged.places),
            "model_version": tagged.model_version,
            "embedding": tagged.embedding,
        }
    )


def _judged(article: Article, verdicts: Verdicts) -> Article:
    return corrected(article, verdicts.of(article))


def _origin(part: Partition, model_version: str, verdicts: Verdicts) -> str:
    mark = verdicts.mark(part.day, part.source_id)
    return f"{part.manifest.checksum} {model_version} {mark}".rstrip()


def _tagged_before(
    archive: Archive, part: Partition, model_version: str, verdicts: Verdicts
) -> dict[tuple[str, str], Article]:
    there = archive.partition("tagged", part.day, part.source_id)
    if there is None:
        return {}
    return {
        (article.id, article.content_hash): article
        for article in archive.read_partition(there)
        if article.model_version == model_version and article.corrections == verdicts.of(article)
    }


def _tag_all(tagger: Tagger, articles: Sequence[Article], progress: Progress) -> list[Article]:
    result: list[Article] = []
    for start in range(0, len(articles), STEP):
        some = articles[start : start + STEP]
        inputs = [TaggerInput(a.title, a.text or a.summary, a.language) for a in some]
        result += [with_tags(a, t) for a, t in zip(some, tagger.tag(inputs), strict=True)]
        progress.advance(len(some))
    return result
