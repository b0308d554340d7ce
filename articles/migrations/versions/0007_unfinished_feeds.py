"""Feeds of several pages that were not read to their end."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unfinished_feeds",
        sa.Column("source_id", sa.String(128), primary_key=True),
        sa.Column("url", sa.String(2048), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unfinished_feeds")
