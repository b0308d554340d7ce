"""The first tables: validators, pages, addresses, source health, sent digests, indexed partitions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "validators",
        sa.Column("url", sa.String(2048), primary_key=True),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
    )
    op.create_table(
        "pages",
        sa.Column("canonical_url", sa.String(2048), primary_key=True),
        sa.Column("article_id", sa.String(64), nullable=False, index=True),
        sa.Column("source_id", sa.String(128), nullable=False, index=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False, index=True),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_outcome", sa.String(32), nullable=False),
        sa.Column("last_fetched", MOMENT, nullable=False),
        sa.Column("feed_stamp", sa.String(64)),
    )
    op.create_table(
        "addresses",
        sa.Column("url", sa.String(2048), primary_key=True),
        sa.Column("canonical_url", sa.String(2048), nullable=False, index=True),
    )
    op.create_table(
        "source_health",
        sa.Column("source_id", sa.String(128), primary_key=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("last_run", MOMENT, nullable=False),
        sa.Column("last_success", MOMENT),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    op.create_table(
        "sent_digests",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("recipient", sa.String(320), primary_key=True),
        sa.Column("message_id", sa.String(998), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
    )
    op.create_table(
        "indexed_partitions",
        sa.Column("generation", sa.String(128), primary_key=True),
        sa.Column("partition", sa.String(256), primary_key=True),
        sa.Column("checksum", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for name in (
        "indexed_partitions",
        "sent_digests",
        "source_health",
        "addresses",
        "pages",
        "validators",
    ):
        op.drop_table(name)
