"""Analysts' verdicts on tags: kept one by one, the newest of each article and category standing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select

from articles import tables
from articles.errors import ShoalwatchError
from articles.record import Article, Correction, Tag, UTCDatetime
from articles.state import State


class CorrectionError(ShoalwatchError):
    """A verdict on a tag cannot be taken: no such article or category, or an unfit name or note."""


class KeptCorrection(BaseModel):
    """One verdict, with the place of its article and what the model said at the time."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    article_id: str
    source_id: str
    day: date = Field(description="UTC day of the article's first sight: its archive partition")
    content_hash: str = Field(description="Of the text that was judged")
    category: str
    verdict: Literal["right", "wrong"]
    said_by: str = Field(min_length=1, max_length=80)
    made: UTCDatetime
    note: str = Field(default="", max_length=500)
    probability: float | None = None
    model_version: str | None = None

    def shown(self) -> Correction:
        """Return it as it stands on the record."""
        return Correction(
            category=self.category,
            verdict=self.verdict,
            by=self.said_by,
            made=self.made,
            note=self.note,
        )


class Corrections:
    """The verdicts of a state database."""

    def __init__(self, state: State) -> None:
        """Use an open state database."""
        self._state = state

    def add(self, kept: KeptCorrection) -> None:
        """Keep one more; what was said before stays in the history. Raises StateError."""
        with self._state.writing() as connection:
            connection.execute(insert(tables.corrections).values(**kept.model_dump()))

    def history(self) -> list[KeptCorrection]:
        """Return every verdict in the order in which it was given. Raises StateError."""
        table = tables.corrections
        columns = [column for column in table.c if column.name != "number"]
        with self._state.reading() as connection:
            chosen = select(*columns).order_by(table.c.number)
            rows = connection.execute(chosen).mappings().all()
        return [KeptCorrection.model_validate(dict(row)) for row in rows]

    def standing(self) -> list[KeptCorrection]:
        """Return the newest verdict on each article and category, in the order of the history."""
        newest: dict[tuple[str, str], KeptCorrection] = {}
        for kept in self.history():
            newest.pop((kept.article_id, kept.category), None)
            newest[kept.article_id, kept.category] = kept
        return list(newest.values())


class Verdicts:
    """The standing verdicts by article, and a mark of them for each archive partition."""

    def __init__(self, standing: Iterable[KeptCorrection]) -> None:
        """Sort what stands; the order in which it is given does not matter."""
        self._articles: dict[str, list[Correction]] = {}
        self._places: dict[tuple[date, str], list[str]] = {}
        for kept in sorted(standing, key=lambda one: (one.article_id, one.category)):
            self._articles.setdefault(kept.article_id, []).append(kept.shown())
            said = f"{kept.article_id} {kept.shown().model_dump_json()}"
            self._places.setdefault((kept.day, kept.source_id), []).append(said)

    @classmethod
    def of_state(cls, state: State, categories: Collection[str]) -> Self:
        """Return those of a state database on the categories that there are. Raises StateError."""
        return cls(one for one in Corrections(state).standing() if one.category in categories)

    def of(self, article: Article) -> tuple[Correction, ...]:
        """Return what was said of an article, of the categories that its model knows.

        Of a text that the model refused, which has no probabilities to tell by, all that was said.
        """
        said = self._articles.get(article.id, ())
        return tuple(one for one in said if article.refused or one.category in article.risks)

    def mark(self, day: date, source_id: str) -> str:
        """Return what changes with any verdict on a partition's articles; empty without one."""
        said = "\n".join(self._places.get((day, source_id), ()))
        return hashlib.sha256(said.encode()).hexdigest()[:8] if said else ""


UNCORRECTED = Verdicts(())
"""No verdict on anything."""


def corrected(article: Article, said: Sequence[Correction]) -> Article:
    """Return a freshly tagged article with its tags as people corrected them.

    'wrong' takes the tag off, 'right' puts it on where the model did not. `risks` keep the model's
    probabilities, and a category that was judged is no longer unsure. Of a text that the model
    refused a tag has the probability 0.
    """
    if not said:
        return article
    wrong = {one.category for one in said if one.verdict == "wrong"}
    missing = {one.category for one in said} - wrong - set(article.categories)
    tags = [tag for tag in article.tags if tag.category not in wrong]
    tags += [Tag(category=name, probability=article.risks.get(name, 0.0)) for name in missing]
    judged = {one.category for one in said}
    return article.model_copy(
        update={
            "tags": tuple(sorted(tags, key=lambda tag: (-tag.probability, tag.category))),
            "unsure": tuple(name for name in article.unsure if name not in judged),
            "corrections": tuple(said),
        }
    )
