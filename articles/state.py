"""The state database: what Shoalwatch remembers between runs, by SQLAlchemy.

SQLite by default, any SQLAlchemy URL by setting. Several processes may use it at once: SQLite
runs with a write-ahead log and waits up to 30 s for another writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from articles import tables
from articles.errors import StateError
from articles.keyed_rows import by_key, remove, replace
from articles.migrating import upgrade
from articles.record import UTCDatetime

BUSY_SECONDS = 30.0


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Validators(_Row):
    """What a server said identifies a document's version."""

    etag: str | None = None
    last_modified: str | None = None


class KnownPage(_Row):
    """A page met before, and how it ended; without an article its `content_hash` is empty."""

    canonical_url: str
    article_id: str
    source_id: str
    first_seen: UTCDatetime
    content_hash: str
    etag: str | None = None
    last_modified: str | None = None
    version: int = 1
    last_outcome: str
    last_fetched: UTCDatetime
    feed_stamp: str | None = None
    """Hash of what the feed said of it (title and dates), to see that it changed."""
    feed_words: str | None = None
    """What the feed said of a page that failed and is to be asked for again, as JSON."""


class SourceHealth(_Row):
    """How a source did in its last run, and since when it has done so."""

    source_id: str
    status: str
    detail: str = ""
    since: UTCDatetime
    last_run: UTCDatetime
    last_success: UTCDatetime | None = None
    """When a run last found it healthy."""
    articles: int = 0
    faults: str | None = None
    """How those of its documents ended that have not been read well since, as JSON."""


class SentDigest(_Row):
    """One day's digest as sent to one reader."""

    day: date
    recipient: str
    message_id: str
    sent_at: UTCDatetime


class State:
    """An open state database; a context manager that closes it."""

    def __init__(self, engine: Engine) -> None:
        """Wrap a migrated database; callers use `open`."""
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at a SQLAlchemy URL, made or upgraded where needed.

        Raises:
            StateError: the URL is wrong, its driver is missing, or the database does not open.
        """
        try:
            engine = _engine(url)
            upgrade(engine)
        except (ArgumentError, ImportError, SQLAlchemyError, OSError) as problem:
            shown = _without_password(url)
            raise StateError(f"State database {shown} cannot be opened: {problem}") from problem
        return cls(engine)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def validators(self, url: str) -> Validators | None:
        """Return the validators last saved for a document, or None."""
        row = self._one(tables.validators, url=url)
        return row and Validators(etag=row["etag"], last_modified=row["last_modified"])

    def save_validators(self, url: str, validators: Validators) -> None:
        """Remember the validators of a document."""
        self._put(tables.validators, {"url": url}, validators.model_dump())

    def page(self, canonical: str) -> KnownPage | None:
        """Return the page known by its canonical URL, or None."""
        row = self._one(tables.pages, canonical_url=canonical)
        return row and KnownPage(**row)

    def pages(self, canonicals: Iterable[str]) -> dict[str, KnownPage]:
        """Return those of some pages that are known, by their canonical URLs."""
        found = tables.pages
        query = select(found).where(found.c.canonical_url.in_(tuple(canonicals)))
        with self._engine.connect() as connection:
            rows = [KnownPage(**row) for row in connection.execute(query).mappings()]
        return {row.canonical_url: row for row in rows}

    def page_by_address(self, url: str) -> KnownPage | None:
        """Return the page known by any address under which it was met, or None."""
        row = self._one(tables.addresses, url=url)
        return self.page(row["canonical_url"]) if row else None

    def article_with_content(
        self, content_hash: str, source_id: str | None = None
    ) -> KnownPage | None:
        """Return the page first seen with this text, of any source or of the one named, or None."""
        found = tables.pages
        query = select(found).where(found.c.content_hash == content_hash)
        if source_id is not None:
            query = query.where(found.c.source_id == source_id)
        query = query.order_by(found.c.first_seen, found.c.canonical_url).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return KnownPage(**row) if row else None

    def failed_pages(self, source_id: str, since: datetime) -> list[tuple[KnownPage, str]]:
        """Return a source's pages that failed and are to be asked for, with an address of each.

        These are the pages without a feed's stamp, first met since a moment; the newest first.
        """
        found, others = tables.pages, tables.addresses
        query = (
            select(found, others.c.url)
            .join(others, others.c.canonical_url == found.c.canonical_url, isouter=True)
            .where(found.c.source_id == source_id, found.c.last_outcome.startswith("failed:"))
            .where(found.c.feed_stamp.is_(None), found.c.first_seen >= since)
            .order_by(found.c.first_seen.desc(), found.c.canonical_url, others.c.url)
        )
        with self.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        addresses = {row["canonical_url"]: row.pop("url") for row in rows}
        pages = {row["canonical_url"]: KnownPage(**row) for row in rows}
        return [(page, addresses[key] or key) for key, page in pages.items()]

    def save_page(self, page: KnownPage) -> None:
        """Remember a page and how it ended."""
        self.save_pages([page])

    def save_pages(
        self, pages: Iterable[KnownPage], addresses: Mapping[str, str] | None = None
    ) -> None:
        """Remember pages, and which addresses lead to which canonical ones, all or none.

        An address that leads to itself leads to no other from now on.
        """
        with self.writing() as connection:
            known = [page.model_dump() for page in pages]
            replace(connection, tables.pages, ("canonical_url",), known)
            met = (addresses or {}).items()
            others = [{"url": url, "canonical_url": to} for url, to in met if url != to]
            replace(connection, tables.addresses, ("url",), others)
            own = [{"url": url} for url, to in met if url == to]
            remove(connection, tables.addresses, ("url",), own)

    def save_address(self, url: str, canonical: str) -> None:
        """Remember that an address leads to a canonical one."""
        self._put(tables.addresses, {"url": url}, {"canonical_url": canonical})

    def save_source_health(self, health: SourceHealth) -> None:
        """Remember how a source did."""
        values = health.model_dump(exclude={"source_id"})
        self._put(tables.source_health, {"source_id": health.source_id}, values)

    def source_health(self) -> list[SourceHealth]:
        """Return how each source did, by its id."""
        query = select(tables.source_health).order_by(tables.source_health.c.source_id)
        with self._engine.connect() as connection:
            return [SourceHealth(**row) for row in connection.execute(query).mappings()]

    def unfinished_feeds(self) -> dict[str, dict[str, datetime]]:
        """Return the feeds whose pages were not all read, by source and address, since when."""
        found: dict[str, dict[str, datetime]] = {}
        with self.reading() as connection:
            for row in connection.execute(select(tables.unfinished_feeds)):
                found.setdefault(row.source_id, {})[row.url] = row.since
        return found

    def save_unfinished_feed(self, source_id: str, url: str, since: datetime) -> None:
        """Remember that the pages of a feed are not all read, since a moment."""
        self._put(tables.unfinished_feeds, {"source_id": source_id, "url": url}, {"since": since})

    def forget_unfinished_feed(self, source_id: str, url: str) -> None:
        """Remember that of the pages of a feed nothing is owed any more."""
        table = tables.unfinished_feeds
        with self.writing() as connection:
            connection.execute(delete(table).filter_by(source_id=source_id, url=url))

    def add_yield(self, source_id: str, day: date, articles: int) -> None:
        """Count a source's new articles of a run to that day; 0 says that it was measured."""
        table, key = tables.source_yields, {"source_id": source_id, "day": day}
        with self.writing() as connection:
            found = connection.execute(select(table.c.articles).filter_by(**key)).scalar() or 0
            replace(connection, table, tuple(key), [{**key, "articles": found + articles}])

    def yields(self, source_id: str, since: date) -> dict[date, int]:
        """Return a source's new articles by day, from `since` on; days not measured are missing."""
        table = tables.source_yields
        query = select(table.c.day, table.c.articles).where(
            table.c.source_id == source_id, table.c.day >= since
        )
        with self._engine.connect() as connection:
            return dict(connection.execute(query).tuples().all())

    def save_article_sources(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Remember that further sources name articles, as (article id, source id)."""
        table = tables.article_sources
        with self.writing() as connection:
            for article_id, source_id in pairs:
                key = {"article_id": article_id, "source_id": source_id}
                if connection.execute(select(table).filter_by(**key)).first() is None:
                    connection.execute(insert(table).values(**key, written=False))

    def unwritten_article_sources(self, source_id: str) -> dict[str, list[str]]:
        """Return the further sources of a source's articles that its archive lacks, by article."""
        also, pages = tables.article_sources, tables.pages
        query = (
            select(also.c.article_id, also.c.source_id)
            .join(pages, pages.c.article_id == also.c.article_id)
            .where(pages.c.source_id == source_id, ~also.c.written, pages.c.content_hash != "")
            .order_by(also.c.article_id, also.c.source_id)
            .distinct()
        )
        found: dict[str, list[str]] = {}
        with self._engine.connect() as connection:
            for article_id, other in connection.execute(query):
                found.setdefault(article_id, []).append(other)
        return found

    def mark_article_sources_written(self, article_ids: Iterable[str]) -> None:
        """Remember that the archive knows the further sources of these articles."""
        table = tables.article_sources
        with self.writing() as connection:
            for article_id in article_ids:
                connection.execute(
                    table.update().where(table.c.article_id == article_id).values(written=True)
                )

    def first_seen(self, article_id: str) -> datetime | None:
        """Return when an article was first seen, or None for one that is not known."""
        found = tables.pages
        query = select(found.c.first_seen).where(
            found.c.article_id == article_id, found.c.content_hash != ""
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalars().first()

    def place(self, article_id: str) -> tuple[date, str] | None:
        """Return the archive partition (UTC day, source) of an article, None if it is not known."""
        found = tables.pages
        query = select(found.c.first_seen, found.c.source_id).where(
            found.c.article_id == article_id, found.c.content_hash != ""
        )
        with self.reading() as connection:
            row = connection.execute(query).first()
        return (row.first_seen.date(), row.source_id) if row else None

    def sent_digest(self, day: date, recipient: str) -> SentDigest | None:
        """Return the record of that day's digest to that reader, or None if it was not sent."""
        row = self._one(tables.sent_digests, day=day, recipient=recipient)
        return row and SentDigest(**row)

    def save_sent_digest(self, sent: SentDigest) -> None:
        """Remember that a digest was sent."""
        key = {"day": sent.day, "recipient": sent.recipient}
        self._put(tables.sent_digests, key, sent.model_dump(exclude={"day", "recipient"}))

    def indexed_partitions(self, generation: str) -> dict[str, str]:
        """Return which partitions an index holds, by name, with the checksum it holds."""
        held = tables.indexed_partitions
        query = select(held.c.partition, held.c.checksum).where(held.c.generation == generation)
        with self._engine.connect() as connection:
            return dict(connection.execute(query).tuples().all())

    def save_indexed_partitions(self, generation: str, checksums: Mapping[str, str]) -> None:
        """Remember which bytes (checksum) of which partitions (name) an index holds."""
        with self.writing() as connection:
            held = [
                {"generation": generation, "partition": name, "checksum": checksum}
                for name, checksum in checksums.items()
            ]
            replace(connection, tables.indexed_partitions, ("generation", "partition"), held)

    def _one(self, table: Table, **key: Any) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(by_key(table, *key), key).mappings().first()

    def _put(self, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        with self.writing() as connection:
            replace(connection, table, tuple(key), [key | values])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with. Raises StateError."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as problem:
            raise StateError(f"State database cannot be read: {problem}") from problem

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose writes are kept together, or not at all. Raises StateError."""
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                yield connection
        except SQLAlchemyError as problem:
            raise StateError(f"State database cannot be written: {problem}") from problem


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Connections are kept: closing the last one runs a checkpoint of SQLite's log, which took a
    # quarter of a crawl's time. Our processes are started anew, never forked, so none is shared.
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN, not the driver's late one
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once for writing, so that two writers wait and never deadlock."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return repr(url[:40])
