"""Takes an analyst's verdict on a tag, and gives the verdicts out again with their texts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from articles.archive import Archive
from articles.corrections import CorrectionError, Corrections, KeptCorrection
from articles.record import Article
from articles.whole_files import write_whole
from models.corrections import CorrectedText
from models.reading import LEAD_CHARACTERS
from shoalwatch.workspace import Workspace

_JOINERS = "\u200b\u200c\u200d\u3000\xa0"
"""Blanks and joiners that names in Khmer, Burmese, Japanese and French are written with."""


class Taken(BaseModel):
    """A verdict that was taken: on which article, what it replaces, whether it was said before."""

    model_config = ConfigDict(frozen=True)

    kept: KeptCorrection
    article: Article
    tagged: bool
    """Whether the article carries the tag, as it was last tagged and corrected."""
    overruled: bool
    """Whether that is so by an earlier verdict, beside which it is not told what the model says."""
    replaces: KeptCorrection | None
    repeated: bool


def take(
    workspace: Workspace,
    article_id: str,
    category: str,
    verdict: Literal["right", "wrong"],
    by: str,
    note: str = "",
) -> Taken:
    """Keep a verdict on one category of an article; the newest one stands.

    One that was given before is kept again where the text has changed since: it is on other words.
    The id may have blanks around it and capital letters, as it comes out of a table or a mail.

    Raises:
        CorrectionError: there is no such article or category, it is not tagged yet, or the name
            or note is empty, too long or not one line.
    """
    _known(category, workspace.taxonomy.ids)
    article = _tagged(workspace, article_id.strip().lower())
    article_id = article.id
    if not article.refused and category not in article.risks:
        raise CorrectionError(
            f"{category} was added after article {article_id} was tagged; run `shoalwatch tag` "
            "first, then look again whether its tag is wrong"
        )
    kept = _kept(article, category, verdict, _line("--by", by, 80), _line("--note", note, 500))
    corrections = Corrections(workspace.state)
    before = [one for one in corrections.standing() if _same_place(one, kept)]
    repeated = bool(before) and _says_the_same(before[0], kept)
    if not repeated:
        corrections.add(kept)
    return Taken(
        kept=kept,
        article=article,
        tagged=category in article.categories,
        overruled=category in {one.category for one in article.corrections},
        replaces=before[0] if before and not repeated else None,
        repeated=repeated,
    )


def texts(archive: Archive, standing: Sequence[KeptCorrection]) -> Iterator[CorrectedText]:
    """Yield the verdicts with the texts they were given on, to be trained with.

    One whose article has left the archive, or whose text the outlet has changed since, is left
    out: the verdict was on other words. So is one on a text that the model cannot read. Raises
    TornPartitionError.
    """
    for kept in standing:
        article = archive.find("tagged", kept.article_id, kept.day, kept.source_id)
        if article is None or article.refused:
            continue
        if article.content_hash == kept.content_hash:
            yield CorrectedText(
                article_id=kept.article_id,
                category=kept.category,
                verdict=kept.verdict,
                by=kept.said_by,
                made=kept.made,
                note=kept.note,
                probability=kept.probability,
                model_version=kept.model_version,
                language=article.language,
                date=article.when.date(),
                title=article.title,
                text=(article.text or article.summary)[:LEAD_CHARACTERS],
                url=article.url,
            )


def write_texts(found: Sequence[CorrectedText], file: Path) -> None:
    """Write one line of JSON for each verdict; the file appears when it is whole.

    Raises:
        CorrectionError: the file cannot be written.
    """
    try:
        write_whole(file, "".join(f"{one.model_dump_json()}\n" for one in found))
    except OSError as problem:
        raise CorrectionError(f"--export {file} cannot be written: {problem.strerror}") from problem


def _known(category: str, there: Sequence[str]) -> None:
    if category in there:
        return
    near = difflib.get_close_matches(category, there, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise CorrectionError(f"There is no category {category!r}: {hint}There are {', '.join(there)}")


def _tagged(workspace: Workspace, article_id: str) -> Article:
    # No database is asked for bytes that are no text, which a terminal hands on as lone surrogates.
    place = workspace.state.place(article_id) if article_id.isascii() else None
    if place and (found := workspace.archive.find("tagged", article_id, *place)):
        return found
    if place and workspace.archive.find("crawled", article_id, *place):
        raise CorrectionError(f"Article {article_id} is not tagged yet; run `shoalwatch tag` first")
    # The state may be younger than the archive: then the archive is read through.
    for article in workspace.archive.read("tagged"):
        if article.id == article_id:
            return article
    raise CorrectionError(
        f"There is no article {article_id[:40]!r} in the archive; `shoalwatch search` shows the id "
        "under each article"
    )


def _line(option: str, value: str, most: int) -> str:
    """Return a name or note without blanks around it. Raises CorrectionError."""
    given = value.strip()
    shortest = 1 if option == "--by" else 0
    unfit = next((c for c in given if not c.isprintable() and c not in _JOINERS), None)
    if unfit:
        raise CorrectionError(
            f"{option} holds the sign {unfit!r}; give {shortest} to {most} characters, in one line"
        )
    if not shortest <= len(given) <= most:
        raise CorrectionError(
            f"{option} has {len(given)} characters; give {shortest} to {most}, in one line"
        )
    return given


def _kept(
    article: Article, category: str, verdict: Literal["right", "wrong"], by: str, note: str
) -> KeptCorrection:
    return KeptCorrection(
        article_id=article.id,
        source_id=article.source_id,
        day=article.first_seen.date(),
        content_hash=article.content_hash,
        category=category,
        verdict=verdict,
        said_by=by,
        made=datetime.now(UTC).replace(microsecond=0),
        note=note,
        probability=article.risks.get(category),
        model_version=article.model_version,
    )


def _same_place(one: KeptCorrection, other: KeptCorrection) -> bool:
    return (one.article_id, one.category) == (other.article_id, other.category)


def _says_the_same(one: KeptCorrection, other: KeptCorrection) -> bool:
    """Whether verdicts on an article's category are alike in all but when they were given."""
    said = other.shown().model_copy(update={"made": one.made})
    return one.shown() == said and one.content_hash == other.content_hash
