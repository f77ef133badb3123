"""An investigation may tell what a mule did in its scheme."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; outcomes that stand name no role."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("labels", sa.Column("role", text))
