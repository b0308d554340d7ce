"""The archive: what was crawled and tagged, by UTC day of first sight and by source.

A partition is one zstd-compressed JSON Lines file and a manifest that names it:

    ARCHIVE/crawled/2026-11-24/vnexpress.json                  manifest: file, count, checksum
    ARCHIVE/crawled/2026-11-24/vnexpress-1f0c….jsonl.zst       one line for each version seen
    ARCHIVE/tagged/2026-11-24/vnexpress-77ab….f32              embeddings, in the lines' order

A crawl, which finds a few articles at a time, puts them into a source's journal first, and into
their partitions when it is done with the source: a partition is rewritten whole, so that adding to
a large one by the dozen would take longer with each dozen.

    ARCHIVE/journal/vnexpress/01795…-77ab….jsonl.zst           articles not in a partition yet

The manifest is the commit: data goes to a name of its own first, then the manifest is moved into
place, then what it replaced is removed. A process killed at any moment leaves the old partition
or the new one, never a half. Reading checks the checksum, so damage is named, not passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import UTC, date
from itertools import groupby
from pathlib import Path
from time import time_ns

import fsspec
import structlog
from fsspec.implementations.local import LocalFileSystem
from pydantic import ValidationError

from articles.errors import ArchiveError, TornPartitionError
from articles.partition import STAGES, Manifest, Partition, Stage, pack, read_lines, unpack
from articles.record import Article
from articles.whole_files import DRAFTS, write_whole

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

log = structlog.get_logger()


class Archive:
    """Articles on disk or in object storage, under a path or any fsspec URL."""

    def __init__(self, url: str) -> None:
        """Use the archive at `url`; it is made by the first write. Raises ArchiveError."""
        self.url = url
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as problem:
            raise ArchiveError(f"Archive {url!r} cannot be used: {problem}") from problem

    def append(self, stage: Stage, articles: Sequence[Article]) -> None:
        """Add versions of articles; one that is there already (id, version) is replaced."""
        ordered = sorted(articles, key=_place)
        for (day, source_id), new in groupby(ordered, key=_place):
            there = self._load(self._partition(stage, day, source_id))
            merged = {(a.id, a.version): a for a in (*there, *new)}
            self.write(stage, day, source_id, list(merged.values()))

    def journal(self, articles: Iterable[Article]) -> dict[str, str]:
        """Keep articles, for `settle` to put into their partitions.

        Returns:
            The journal's file that holds each, by the article's id. Raises ArchiveError.
        """
        places: dict[str, str] = {}
        ordered = sorted(articles, key=lambda a: a.source_id)
        for source_id, group in groupby(ordered, key=lambda a: a.source_id):
            new = list(group)
            packed, _, checksum = pack(new)
            name = f"{time_ns():020d}-{checksum[:32]}.jsonl.zst"
            path = f"{self._root}/journal/{source_id}/{name}"
            self._put(path, packed)
            places |= dict.fromkeys((article.id for article in new), path)
        return places

    def find_in_journal(self, path: str, article_id: str) -> Article | None:
        """Return an article from a file of a journal; None where that is settled by now.

        Raises TornPartitionError.
        """
        try:
            found = read_lines(path, self._get(path))
        except FileNotFoundError:
            return None
        return next((article for article in reversed(found) if article.id == article_id), None)

    def settle(
        self, source_id: str, given_up: Callable[[list[Article]], Container[str]] = lambda _: ()
    ) -> int:
        """Put what a source's journal holds into its partitions; return how many articles it was.

        Safe to repeat after a kill at any moment. Only who may write the source's partitions may
        call it. A damaged file of the journal is logged by name and left where it is. `given_up` is
        asked once, before anything is written, with what the journal holds in the order in which it
        came; the articles whose ids it returns are not put anywhere.
        """
        found = self._journal(source_id)
        articles = [article for part in found.values() for article in part]
        lost = given_up(articles)
        articles = [article for article in articles if article.id not in lost]
        self.append("crawled", articles)
        for path in (*found, *self._fs.glob(f"{self._root}/journal/{source_id}/{DRAFTS}")):
            self._fs.rm_file(path)  # a draft is what a killed process was about to journal
        return len(articles)

    def _journal(self, source_id: str) -> dict[str, list[Article]]:
        """Return what the files of a source's journal hold, by their paths, the oldest first."""
        paths = sorted(map(str, self._fs.glob(f"{self._root}/journal/{source_id}/*.jsonl.zst")))
        found: dict[str, list[Article]] = {}
        for path in paths:
            try:
                found[path] = read_lines(path, self._get(path))
            except TornPartitionError as torn:
                log.error("torn_journal", path=path, reason=str(torn))
        return found

    def write(
        self,
        stage: Stage,
        day: date,
        source_id: str,
        articles: Sequence[Article],
        made_from: str | None = None,
    ) -> None:
        """Replace a whole partition, in one step that is never half done."""
        ordered = sorted(articles, key=lambda a: (a.first_seen, a.id, a.version))
        packed, vectors, checksum = pack(ordered)
        stem = f"{source_id}-{checksum[:16]}"
        manifest = Manifest(
            file=f"{stem}.jsonl.zst",
            count=len(ordered),
            checksum=checksum,
            embeddings=f"{stem}.f32" if vectors is not None else None,
            made_from=made_from,
        )
        folder = f"{self._root}/{stage}/{day}"
        old = self._partition(stage, day, source_id)
        self._put(f"{folder}/{manifest.file}", packed)
        if vectors is not None:
            self._put(f"{folder}/{manifest.embeddings}", vectors)
        self._put(f"{folder}/{source_id}.json", manifest.model_dump_json(indent=1).encode())
        self._drop_replaced(folder, old, manifest)

    def read(
        self,
        stage: Stage,
        *,
        day: date | None = None,
        source: str | None = None,
        versions: bool = False,
    ) -> Iterator[Article]:
        """Yield articles by day, source and first sight; the latest version of each, or all.

        A torn partition is logged by name and passed over: the rest still reads. Use `check` to
        have them listed, `read_partition` to have them raised.
        """
        for partition in self.partitions(stage, day=day, source=source):
            try:
                yield from self.read_partition(partition, versions=versions)
            except TornPartitionError as torn:
                log.error("torn_partition", partition=partition.name, reason=str(torn))

    def read_partition(self, partition: Partition, *, versions: bool = False) -> list[Article]:
        """Return a partition's articles. Raises TornPartitionError, which names it."""
        try:
            found = self._load(partition)
        except TornPartitionError:
            # A writer may have replaced it since it was listed: then the new one is read.
            now = self._partition(partition.stage, partition.day, partition.source_id)
            if now == partition:
                raise
            found = self._load(now)
        return found if versions else list({article.id: article for article in found}.values())

    def find(self, stage: Stage, article_id: str, day: date, source: str) -> Article | None:
        """Return the latest version of an article, or None. Raises TornPartitionError."""
        found = [a for a in self._load(self._partition(stage, day, source)) if a.id == article_id]
        return found[-1] if found else None

    def partition(self, stage: Stage, day: date, source_id: str) -> Partition | None:
        """Return the partition of that day and source, or None. Raises TornPartitionError."""
        return self._partition(stage, day, source_id)

    def partitions(
        self,
        stage: Stage,
        *,
        day: date | None = None,
        source: str | None = None,
        since: date | None = None,
    ) -> list[Partition]:
        """List partitions by day, then source; a manifest that cannot be read is logged.

        Of one source, or of the days `since` one, the cost does not grow with what else is there.
        """
        found = []
        for place in self._places(stage, day, source, since):
            try:
                part = self._partition(*place)
            except TornPartitionError as torn:
                log.error("torn_partition", partition="/".join(map(str, place)), reason=str(torn))
                continue
            if part is not None:
                found.append(part)
        return found

    def check(self) -> list[TornPartitionError]:
        """Read every partition of both stages and return what is wrong with them."""
        torn = []
        for place in (place for stage in STAGES for place in self._places(stage)):
            try:
                self._load(self._partition(*place))
            except TornPartitionError as problem:
                torn.append(problem)
        return torn

    def _places(
        self,
        stage: Stage,
        day: date | None = None,
        source: str | None = None,
        since: date | None = None,
    ) -> Iterator[tuple[Stage, date, str]]:
        """Yield where partitions lie; of one source, where one may lie."""
        for each in [day] if day else self._days(stage):
            if since and each < since:
                continue
            if source:
                yield stage, each, source
                continue
            for path in sorted(map(str, self._fs.glob(f"{self._root}/{stage}/{each}/*.json"))):
                yield stage, each, path.rsplit("/", 1)[1].removesuffix(".json")

    def _days(self, stage: Stage) -> list[date]:
        try:
            folders = self._fs.ls(f"{self._root}/{stage}", detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return []  # what stands in the folder's place is told by the first write
        except OSError as problem:
            raise ArchiveError(f"Archive {self.url!r} cannot be read: {problem}") from problem
        names = (str(folder).rstrip("/").rsplit("/", 1)[-1] for folder in folders)
        return sorted(date.fromisoformat(name) for name in names if _DAY.fullmatch(name))

    def _partition(self, stage: Stage, day: date, source_id: str) -> Partition | None:
        path = f"{self._root}/{stage}/{day}/{source_id}.json"
        try:
            text = self._get(path)
        except FileNotFoundError:
            return None
        try:
            manifest = Manifest.model_validate_json(text)
        except ValidationError as problem:
            raise TornPartitionError(f"{path} is no readable manifest: {problem}") from problem
        return Partition(stage=stage, day=day, source_id=source_id, manifest=manifest)

    def _load(self, partition: Partition | None) -> list[Article]:
        if partition is None:
            return []
        folder, manifest = f"{self._root}/{partition.stage}/{partition.day}", partition.manifest
        try:
            packed = self._get(f"{folder}/{manifest.file}")
            beside = manifest.embeddings
            vectors = self._get(f"{folder}/{beside}") if beside else None
        except FileNotFoundError as problem:
            raise TornPartitionError(f"{partition.name}: file missing: {problem}") from problem
        return unpack(partition, packed, vectors)

    def _put(self, path: str, data: bytes) -> None:
        """Write a file in one step: by a move on a local disk, by one PUT in object storage."""
        try:
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            if not isinstance(self._fs, LocalFileSystem):
                self._fs.pipe_file(path, data)
                return
            # fsspec's own transaction moves from the system's temporary folder, which may lie on
            # another disk: then the move is a copy that a kill can cut.
            write_whole(Path(path), data)
        except OSError as problem:
            raise ArchiveError(f"Archive {self.url!r} cannot be written: {problem}") from problem

    def _get(self, path: str) -> bytes:
        try:
            return bytes(self._fs.cat_file(path))
        except FileNotFoundError:
            raise
        except OSError as problem:
            raise ArchiveError(f"Archive {self.url!r} cannot be read: {problem}") from problem

    def _drop_replaced(self, folder: str, old: Partition | None, new: Manifest) -> None:
        if old is None:
            return
        kept = {new.file, new.embeddings, None}
        for name in {old.manifest.file, old.manifest.embeddings} - kept:
            path = f"{folder}/{name}"
            if self._fs.exists(path):
                self._fs.rm_file(path)


def _place(article: Article) -> tuple[date, str]:
    return article.first_seen.astimezone(UTC).date(), article.source_id
