"""The tables of the state database; `articles/migrations/` brings an older one up to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UTCMoment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite forgets zones, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Convert to UTC; a naive moment is a bug and raises ValueError."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive moment {value} in the state database")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Put UTC back where the database forgot it."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value)


metadata = MetaData()

validators = Table(
    "validators",
    metadata,
    Column("url", String(2048), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
)
"""HTTP validators of feeds and sitemaps, for conditional requests."""

pages = Table(
    "pages",
    metadata,
    Column("canonical_url", String(2048), primary_key=True),
    Column("article_id", String(64), nullable=False, index=True),
    Column("source_id", String(128), nullable=False, index=True),
    Column("first_seen", UTCMoment, nullable=False),
    Column("content_hash", String(64), nullable=False, index=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("version", Integer, nullable=False),
    Column("last_outcome", String(32), nullable=False),
    Column("last_fetched", UTCMoment, nullable=False),
    Column("feed_stamp", String(64)),
    Column("feed_words", Text),
)
"""Pages met, whether they became articles or not, and how each ended last."""

addresses = Table(
    "addresses",
    metadata,
    Column("url", String(2048), primary_key=True),
    Column("canonical_url", String(2048), nullable=False, index=True),
)
"""Every address under which a page was met, to its canonical one."""

source_health = Table(
    "source_health",
    metadata,
    Column("source_id", String(128), primary_key=True),
    Column("status", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("since", UTCMoment, nullable=False),
    Column("last_run", UTCMoment, nullable=False),
    Column("last_success", UTCMoment),
    Column("articles", Integer, nullable=False),
    Column("faults", Text),
)
"""How each source did in the last run, and since when."""

source_yields = Table(
    "source_yields",
    metadata,
    Column("source_id", String(128), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("articles", Integer, nullable=False),
)
"""New articles of each source by UTC day of the run; a day without a row was not measured."""

unfinished_feeds = Table(
    "unfinished_feeds",
    metadata,
    Column("source_id", String(128), primary_key=True),
    Column("url", String(2048), primary_key=True),
    Column("since", UTCMoment, nullable=False),
)
"""Feeds of several pages of which not all were read, and since when: the first such run's start."""

article_sources = Table(
    "article_sources",
    metadata,
    Column("article_id", String(64), primary_key=True),
    Column("source_id", String(128), primary_key=True),
    Column("written", Boolean, nullable=False, index=True),
)
"""Other sources that name an article's address, and whether the archive knows of it."""

sent_digests = Table(
    "sent_digests",
    metadata,
    Column("day", Date, primary_key=True),
    Column("recipient", String(320), primary_key=True),
    Column("message_id", String(998), nullable=False),
    Column("sent_at", UTCMoment, nullable=False),
)
"""The ledger of digests, so that a day is not sent twice."""

indexed_partitions = Table(
    "indexed_partitions",
    metadata,
    Column("generation", String(128), primary_key=True),
    Column("partition", String(256), primary_key=True),
    Column("checksum", String(64), nullable=False),
)
"""Which bytes of which partition each engine's index holds."""

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("query", Text, nullable=False),
    Column("made", UTCMoment, nullable=False),
    Column("watermark", UTCMoment),
)
"""Searches that an analyst keeps, in the query language."""

delivered_articles = Table(
    "delivered_articles",
    metadata,
    Column("search", String(64), primary_key=True),
    Column("article_id", String(64), primary_key=True),
    Column("first_seen", UTCMoment, nullable=False),
)
"""What each saved search has delivered, so that an article that comes late is not sent twice."""

corrections = Table(
    "corrections",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article_id", String(64), nullable=False, index=True),
    Column("source_id", String(128), nullable=False),
    Column("day", Date, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("category", String(64), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("said_by", String(80), nullable=False),
    Column("made", UTCMoment, nullable=False),
    Column("note", String(500), nullable=False),
    Column("probability", Float),
    Column("model_version", String(128)),
)
"""What analysts said of tags, every verdict in the order in which it was given."""
