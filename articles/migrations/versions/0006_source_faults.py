"""Which documents of a source had failed, for the day on which they answer 304."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_health", sa.Column("faults", sa.Text))


def downgrade() -> None:
    op.drop_column("source_health", "faults")
