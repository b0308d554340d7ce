"""Replay: a day's articles made again from the responses that its crawls kept, without a network.

The kept responses are answered to the same spider in the order in which they came, with its clock
at the moment of each, so every decision falls as it fell. What was known before the day comes from
the archive, and from what each crawl kept of it. Where two crawl processes ran side by side and met
the same text at two outlets within seconds, which of them was first may fall otherwise than it did.
"""

from __future__ import annotations

import heapq
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import BaseModel, ConfigDict

from articles.archive import Archive
from articles.errors import InvalidURLError, ShoalwatchError
from articles.identity import article_id, former_canonical_url
from articles.partition import Partition
from articles.record import Article
from articles.settings import StorageSettings
from articles.state import State
from crawlers.catalogue import Source
from crawlers.crawl_spec import CrawlSpec
from crawlers.further_sources import write_further_sources
from crawlers.known import KnownAtStart
from crawlers.orphans import remember
from crawlers.outcomes import Event, PageDone, SourceDone
from crawlers.player import Player
from crawlers.settings import CrawlSettings
from crawlers.warc import StoredResponse, WarcError, read_known, read_responses

SUFFIX = ".warc.gz"
_Record = TypeVar("_Record")

log = structlog.get_logger()


class ReplayError(ShoalwatchError):
    """There are no kept responses of the day that was asked for."""


class ReplayReport(BaseModel):
    """What a replay made again."""

    model_config = ConfigDict(frozen=True)

    day: date
    responses: int
    """Answers and failures that were replayed; redirects and robots.txt on the way not counted."""
    pages: tuple[PageDone, ...]
    """How every page of the sources' crawls of the day ended, again, in their order."""
    sources: tuple[SourceDone, ...]
    """How every source was judged at the end of each crawl, again."""
    articles: int
    """Versions of articles that were had on the day."""
    partitions: int
    """Partitions that these are in, or articles of which the day's crawls learnt something."""
    differing: tuple[str, ...]
    """Partitions of the archive that were not as the replay made them, and now are."""
    unknown_sources: tuple[str, ...]
    """Sources of kept responses that the catalogue lacks; they were passed over."""


def replay(
    sources: Sequence[Source],
    settings: CrawlSettings,
    storage: StorageSettings,
    folder: Path,
    day: date,
    others: Iterable[Source] = (),
) -> ReplayReport:
    """Make a day's articles again from kept responses, and put them into the archive.

    Nothing else is removed from the archive, and the state is left as it is.

    Args:
        sources: The sources whose articles are made again, and of which the report tells.
        settings: As of the crawl.
        storage: Where the archive is.
        folder: Where the crawls kept their responses.
        day: The UTC day.
        others: Further sources that were crawled on the day. Their responses are judged too, for
            whose an article is and what it repeats depends on them; nothing of them is written.

    Raises:
        ReplayError: no response of that day was kept.
        ArchiveError: the archive cannot be read or written.
    """
    files = _files(folder, day)
    archive = Archive(storage.archive)
    names = {source.id for source in sources}
    further = [source for source in others if source.id not in names]
    told: list[Event] = []
    with tempfile.TemporaryDirectory(prefix="shoalwatch-replay-") as made:
        spec = _spec((*sources, *further), settings, made)
        before = _prepare(archive, spec, day)
        answered, unknown = _answer_all(files, spec, told.append)
        everything = _remade(Archive(spec.archive), before)
        remade = [each for each in _as_held(archive, everything, day) if each.source_id in names]
    partitions, differing = _put_back(archive, remade)
    return ReplayReport(
        day=day,
        responses=sum(answered[name] for name in names),
        pages=tuple(e for e in told if isinstance(e, PageDone) and e.source_id in names),
        sources=tuple(e for e in told if isinstance(e, SourceDone) and e.source_id in names),
        articles=sum(article.fetched.astimezone(UTC).date() == day for article in remade),
        partitions=partitions,
        differing=differing,
        unknown_sources=tuple(sorted(unknown)),
    )


def _spec(sources: tuple[Source, ...], settings: CrawlSettings, folder: str) -> CrawlSpec:
    """Return a crawl into an archive and a state of the replay's own."""
    return CrawlSpec(
        sources=sources,
        settings=settings,
        archive=f"{folder}/archive",
        state=f"sqlite:///{folder}/state.db",
    )


def _remade(made: Archive, before: set[Partition]) -> list[Article]:
    """Return the articles of those partitions that the replay has written.

    Those of earlier days are among them: another source may name them since, or they changed.
    """
    written = (part for part in made.partitions("crawled") if part not in before)
    return [article for part in written for article in made.read_partition(part, versions=True)]


def _as_held(archive: Archive, remade: list[Article], day: date) -> list[Article]:
    """Return what was made again, with what the archive has of it under former ids in its place.

    Days that were crawled while `canonical_url` had its former form have an answer (address and
    moment) under the id that this made, as a version of an earlier day's article perhaps. It is
    not put beside that under another id.
    """
    former = {each.id: _former_id(each) for each in remade}
    others = {each.source_id for each in remade if former[each.id] != each.id}
    answers = [(former[each.id], each.url, each.fetched) for each in remade]
    wanted = set(answers)
    there = {
        answer: each
        for source_id in sorted(others)
        for part in archive.partitions("crawled", source=source_id)
        if part.day <= day
        for each in archive.read("crawled", day=part.day, source=source_id, versions=True)
        if (answer := (each.id, each.url, each.fetched)) in wanted
    }
    pairs = [(each, there.get(answer)) for each, answer in zip(remade, answers, strict=True)]
    ids = {each.id: held.id for each, held in pairs if held and held.id != each.id}
    return [
        held if held and each.id in ids else _naming(each, ids)
        for each, held in pairs
        if held or each.id not in ids
    ]


def _former_id(article: Article) -> str:
    try:
        return article_id(former_canonical_url(article.canonical_url))
    except InvalidURLError:
        return article.id


def _naming(article: Article, ids: dict[str, str]) -> Article:
    """Return an article that names its original by the id that the archive has for it."""
    original = article.near_duplicate_of or ""
    changes = {"near_duplicate_of": ids[original]} if original in ids else {}
    return article.model_copy(update=changes)


def _put_back(archive: Archive, remade: Iterable[Article]) -> tuple[int, tuple[str, ...]]:
    """Write what was made again; return how many partitions it is, and which were not so."""
    places: defaultdict[tuple[date, str], list[Article]] = defaultdict(list)
    for article in remade:
        places[article.first_seen.astimezone(UTC).date(), article.source_id].append(article)
    differing = []
    for place, articles in sorted(places.items(), key=lambda each: each[0]):
        before = archive.partition("crawled", *place)
        there = archive.read_partition(before, versions=True) if before else []
        archive.append("crawled", [_with_later(article, there) for article in articles])
        if archive.partition("crawled", *place) != before:
            differing.append(f"{place[0]}/{place[1]}")
    return len(places), tuple(differing)


def _with_later(article: Article, there: Iterable[Article]) -> Article:
    """Return an article with the further sources that later days have found of it.

    Of two versions, the one that was the latest when a source came to name the article tells of
    it, and which that was is known to the archive alone: one there is not told what another is.
    """
    versions = {each.version: each for each in there if each.id == article.id}
    own = versions.pop(article.version, None)
    if own is None:
        return article
    elsewhere = {name for each in versions.values() for name in each.also_from}
    also = {*own.also_from, *(set(article.also_from) - elsewhere)}
    return article.model_copy(update={"also_from": tuple(sorted(also))})


def _files(folder: Path, day: date) -> dict[str, list[Path]]:
    """Return the files of the crawl processes that kept responses on the day, by their name.

    A crawl over midnight has files in two days, and its feeds may lie in the first.
    """
    names = sorted(file.name for file in (folder / str(day)).glob(f"*{SUFFIX}"))
    if not names:
        raise ReplayError(
            f"No responses of {day} are kept in {folder}; `shoalwatch crawl --keep-pages` keeps "
            "those of the crawls that it is given with"
        )
    return {name: sorted(folder.glob(f"*/{name}")) for name in names}


def _prepare(archive: Archive, spec: CrawlSpec, day: date) -> set[Partition]:
    """Let the replay know the articles that were known when the day began; return where they are.

    What else was known is told by the crawls' own records.
    """
    morning = datetime.combine(day, time(), UTC)
    known = Archive(spec.archive)
    with State.open(spec.state) as state:
        for partition in archive.partitions("crawled"):
            if partition.day >= day:
                continue
            versions = archive.read_partition(partition, versions=True)
            earlier = [article for article in versions if article.fetched < morning]
            known.append("crawled", earlier)
            for article in {each.id: each for each in earlier}.values():
                remember(state, article)
    return set(known.partitions("crawled"))


def _answer_all(
    files: dict[str, list[Path]], spec: CrawlSpec, tell: Callable[[Event], None]
) -> tuple[Counter[str], set[str]]:
    """Answer every process's requests in the order of time.

    Returns:
        How many answers were for each source, and sources that are not known.
    """
    known = {source.id for source in spec.sources}
    answered: Counter[str] = Counter()
    unknown: set[str] = set()
    streams = [_responses(name, places, spec) for name, places in files.items()]
    players: dict[str, Player] = {}
    ended: list[Source] = []
    for _, name, stored in heapq.merge(*streams, key=lambda each: (each[0], each[1])):
        if stored is None:
            if name in players:
                player = players.pop(name)
                player.end()
                ended.extend(player.sources)
            if ended and not players:  # the run has ended
                _write_further(spec, ended)
                ended.clear()
        elif stored.source_id in known:
            if name not in players:
                players[name] = Player(spec, _known_at_start(files[name], spec), tell)
            answered[stored.source_id] += players[name].answer(stored)
        else:
            unknown.add(stored.source_id or "")
    _write_further(spec, spec.sources)
    return answered, unknown


def _write_further(spec: CrawlSpec, sources: Iterable[Source]) -> None:
    with State.open(spec.state) as state:
        write_further_sources(Archive(spec.archive), state, sources)


def _known_at_start(places: Sequence[Path], spec: CrawlSpec) -> KnownAtStart:
    """Return what a process knew when it began, and what it asked for."""
    found = KnownAtStart()
    for known in _whole(places, read_known, spec):
        found.gather(known)
    if not found.documents:  # of Shoalwatch before this was kept: at least those that were answered
        for stored in _whole(places, read_responses, spec):
            if not stored.passing and not stored.owed:
                asked = found.documents.setdefault(stored.source_id or "", set())
                asked.add(stored.asked or stored.url)
    return found


def _whole(
    places: Iterable[Path], read: Callable[[str, int], Iterator[_Record]], spec: CrawlSpec
) -> Iterator[_Record]:
    """Yield the records of files, of torn ones those before the damage."""
    for place in places:
        try:
            yield from read(str(place), spec.settings.max_page_bytes * 4)
        except WarcError:
            continue  # told of when its responses are replayed


def _responses(
    name: str, places: Iterable[Path], spec: CrawlSpec
) -> Iterator[tuple[datetime, str, StoredResponse | None]]:
    """Yield a process's responses with their time and its name, and None at their end."""
    at = datetime.min.replace(tzinfo=UTC)
    for place in places:
        try:
            for stored in read_responses(str(place), spec.settings.max_page_bytes * 4):
                at = stored.at
                yield at, name, stored
        except WarcError as problem:
            log.warning("kept_pages_torn", reason=str(problem))
    yield at, name, None
