"""Replay: a day's articles made again from the responses that its crawls kept, without a network.

The kept responses are answered to the same spider in the order in which they came, with its clock
at the moment of each, so every decision falls as it fell. What was known before the day comes from
the archive. Where two crawl processes ran side by side and met the same text at two outlets within
seconds, which of them was first may fall otherwise than it did.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict
from scrapy import Request

from articles.archive import Archive
from articles.errors import ShoalwatchError
from articles.record import Article
from articles.settings import StorageSettings
from articles.state import SourceHealth, State
from crawlers.catalogue import Source
from crawlers.crawl_spec import CrawlSpec
from crawlers.failures import Ending
from crawlers.findings import settled
from crawlers.further_sources import write_further_sources
from crawlers.orphans import remember
from crawlers.outcomes import Event, PageDone, SourceDone
from crawlers.reading import PageReader, ReaderHere
from crawlers.settings import CrawlSettings
from crawlers.spiders.source import SourceSpider
from crawlers.warc import StoredResponse, WarcError, read_responses

SUFFIX = ".warc.gz"

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
    """How every page of the day's crawls ended, again, in their order."""
    sources: tuple[SourceDone, ...]
    """How every source was judged at the end of each crawl, again."""
    articles: int
    """Versions of articles that were had on the day."""
    partitions: int
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
) -> ReplayReport:
    """Make a day's articles again from kept responses, and put them into the archive.

    Nothing else is removed from the archive, and the state is left as it is.

    Args:
        sources: The sources whose articles are made again.
        settings: As of the crawl.
        storage: Where the archive is.
        folder: Where the crawls kept their responses.
        day: The UTC day.

    Raises:
        ReplayError: no response of that day was kept.
        ArchiveError: the archive cannot be read or written.
    """
    files = _files(folder, day)
    archive = Archive(storage.archive)
    told: list[Event] = []
    remade, responses, unknown = _make_again(archive, sources, settings, (files, day), told.append)
    places, differing = _put_back(archive, remade)
    return ReplayReport(
        day=day,
        responses=responses,
        pages=tuple(event for event in told if isinstance(event, PageDone)),
        sources=tuple(event for event in told if isinstance(event, SourceDone)),
        articles=len(remade),
        partitions=places,
        differing=differing,
        unknown_sources=tuple(sorted(unknown)),
    )


def _make_again(
    archive: Archive,
    sources: Sequence[Source],
    settings: CrawlSettings,
    kept: tuple[dict[str, list[Path]], date],
    tell: Callable[[Event], None],
) -> tuple[list[Article], int, set[str]]:
    """Return the day's articles, how many answers made them, and sources that are unknown."""
    files, day = kept
    with tempfile.TemporaryDirectory(prefix="shoalwatch-replay-") as made:
        spec = CrawlSpec(
            sources=tuple(sources),
            settings=settings,
            archive=f"{made}/archive",
            state=f"sqlite:///{made}/state.db",
        )
        _prepare(archive, spec, day)
        responses, unknown = _answer_all(files, spec, tell)
        remade = [
            article
            for article in Archive(spec.archive).read("crawled", versions=True)
            if article.fetched.astimezone(UTC).date() == day
        ]
    return remade, responses, unknown


def _put_back(archive: Archive, remade: Sequence[Article]) -> tuple[int, tuple[str, ...]]:
    """Write what was made again; return how many partitions it is, and which were not so."""
    places = {(article.first_seen.astimezone(UTC).date(), article.source_id) for article in remade}
    before = {place: archive.partition("crawled", *place) for place in places}
    archive.append("crawled", remade)
    after = {place: archive.partition("crawled", *place) for place in places}
    differing = (f"{p[0]}/{p[1]}" for p in places if before[p] != after[p])
    return len(places), tuple(sorted(differing))


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


def _prepare(archive: Archive, spec: CrawlSpec, day: date) -> None:
    """Let the replay know what was known when the day began."""
    morning = datetime.combine(day, time(), UTC)
    own = {source.id for source in spec.sources}
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
        for source_id in own:
            state.save_source_health(_long_down(source_id, morning))


def _long_down(source_id: str, morning: datetime) -> SourceHealth:
    """Return a row by which sitemaps are read as far back as they ever are.

    How far a crawl looked back is not known any more; pages it did not ask for have no response.
    """
    then = morning - timedelta(days=365)
    return SourceHealth(
        source_id=source_id, status="healthy", since=then, last_run=then, last_success=then
    )


def _answer_all(
    files: dict[str, list[Path]], spec: CrawlSpec, tell: Callable[[Event], None]
) -> tuple[int, set[str]]:
    """Answer every process's requests in the order of time; return responses and lost sources."""
    known = {source.id for source in spec.sources}
    unknown: set[str] = set()
    streams = [_responses(name, places, spec) for name, places in files.items()]
    players: dict[str, _Player] = {}
    count = 0
    for _, name, stored in heapq.merge(*streams, key=lambda each: (each[0], each[1])):
        if stored is None:
            if name in players:
                players[name].end()
        elif stored.source_id in known:
            player = players.get(name) or players.setdefault(name, _Player(spec, tell))
            count += player.answer(stored)
        else:
            unknown.add(stored.source_id or "")
    with State.open(spec.state) as state:
        write_further_sources(Archive(spec.archive), state, spec.sources)
    return count, unknown


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


class _ReplaySpider(SourceSpider):
    """The spider of every crawl, run by hand instead of by Scrapy's engine."""

    def make_reader(self) -> PageReader:
        """Return what reads the pages: this process, so that nothing is ever waited for."""
        return ReaderHere()

    def stop_crawl(self) -> None:
        """Raise what could not be stored: there is no engine to be stopped."""
        if self.storage_error is not None:
            raise self.storage_error


def _at_once(callback: Coroutine[None, None, list[Request]]) -> list[Request]:
    """Run a spider's callback, which never waits here, to its end."""
    try:
        callback.send(None)
    except StopIteration as ended:
        requests: list[Request] = ended.value
        return requests
    raise RuntimeError("a replay has nothing to wait for")


class _Player:
    """Answers one crawl process's requests with what was kept."""

    def __init__(self, spec: CrawlSpec, tell: Callable[[Event], None]) -> None:
        self._spider = _ReplaySpider(spec=spec, tell=tell)
        self._open: dict[tuple[str, str], Request] = {}
        self._started = False

    def answer(self, stored: StoredResponse) -> bool:
        """Answer the request that a response was kept for; False if the spider has none."""
        self._spider.now = lambda: stored.at
        if not self._started:
            self._started = True
            self._expect(self._spider.opening_requests())
        if stored.owed:
            self._spider.runs[stored.source_id or ""].owe(stored.owed)
            return False
        if stored.passing:
            return False
        key = (stored.source_id or "", stored.asked or stored.url)
        while key not in self._open:
            if not self._lose_page(key[0], stored.at):
                return False
        request = self._open.pop(key)
        if stored.failure:
            self._expect(self._lose(request, stored.failure))
            return True
        assert request.callback is not None  # noqa: S101 - the spider sets one on each
        self._expect(_at_once(request.callback(stored.as_response(), **request.cb_kwargs)))
        return True

    def end(self) -> None:
        """Write what waits, and give up what was never answered."""
        self._spider.end("replayed")
        self._spider.close_stores()

    def _expect(self, requests: Iterable[Request]) -> None:
        for request in requests:
            asked = request.cb_kwargs
            visit = asked.get("visit")
            key = (visit.source.id, visit.url) if visit else (asked["run"].source.id, asked["url"])
            self._open[key] = request

    def _lose(self, request: Request, failure: tuple[str, str]) -> list[Request]:
        """Let a request end as it did, without an answer."""
        asked = request.cb_kwargs
        ending: Ending = ("rejected" if failure[0] == "rejected" else "failed", failure[1])
        if "visit" in asked:
            return self._spider.lose_page(asked["visit"], ending)
        return self._spider.lose_document(asked["run"], asked["access"], asked["url"], ending)

    def _lose_page(self, source_id: str, at: datetime) -> bool:
        """Let a source's page fail that has no response, so that its next one is asked for."""
        for key, request in self._open.items():
            visit = request.cb_kwargs.get("visit")
            if visit is not None and key[0] == source_id:
                del self._open[key]
                lost = settled(visit, "failed", "connection", at)
                self._expect(self._spider.answered(visit, lost))
                return True
        return False
