"""Saved searches, and which articles each has delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("watermark", MOMENT),
    )
    op.create_table(
        "delivered_articles",
        sa.Column("search", sa.String(64), primary_key=True),
        sa.Column("article_id", sa.String(64), primary_key=True),
        sa.Column("first_seen", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("delivered_articles")
    op.drop_table("saved_searches")
