"""What a feed said of a page that failed, for the day on which it is had."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("feed_words", sa.Text))


def downgrade() -> None:
    op.drop_column("pages", "feed_words")
