"""Yields of sources by day, and further sources of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_yields",
        sa.Column("source_id", sa.String(128), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    op.create_table(
        "article_sources",
        sa.Column("article_id", sa.String(64), primary_key=True),
        sa.Column("source_id", sa.String(128), primary_key=True),
        sa.Column("written", sa.Boolean, nullable=False, index=True),
    )


def downgrade() -> None:
    for name in ("article_sources", "source_yields"):
        op.drop_table(name)
