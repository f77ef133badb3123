"""Of each assessment the hash of the whole answer is kept; of the earlier ones it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMN = "answer"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    column = sa.Column(COLUMN, _TEXT, nullable=False, server_default="")
    op.add_column("assessments", column)
