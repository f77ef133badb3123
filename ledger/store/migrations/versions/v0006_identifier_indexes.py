"""Who else was seen with an identifier, and when the ledger ends, are found without a walk."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SPARSE = ("device_id", "ip", "phone")
"""Columns of transactions that most rows leave empty."""


def upgrade() -> None:
    """Create the indexes."""
    for column in SPARSE:
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"transactions_{column}", "transactions", [column],
            sqlite_where=given, postgresql_where=given,
        )  # fmt: skip
    op.create_index("transactions_known_at", "transactions", ["known_at"])
    op.create_index("identifiers_value", "identifiers", ["value"])
