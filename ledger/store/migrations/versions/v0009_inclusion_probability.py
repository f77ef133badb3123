"""An outcome tells with which probability its account was drawn for investigation."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no outcome that stands came from a draw."""
    real: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
    op.add_column("labels", sa.Column("inclusion_probability", real))
