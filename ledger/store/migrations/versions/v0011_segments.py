"""An account's transactions stand together in bytes, so that they are read at once."""

import sqlalchemy as sa
from alembic import op

from ledger.store.migrations.versions.v0003_assessments import APPEND_ONLY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BYTES = ("records", "ids", "reverses")


def upgrade() -> None:
    """Create both tables, empty: `ledger.store.segmenting` fills them from what is stored.

    The numbers of texts stay what they are, as facts do; segments are written anew.
    """
    counter = sa.Column("segmented_seq", _INTEGER, nullable=False, server_default="0")
    op.add_column("ledger_state", counter)
    op.create_table(
        "texts",
        sa.Column("number", _INTEGER, primary_key=True, autoincrement=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.UniqueConstraint("text", name="texts_key"),
        sqlite_strict=True,
    )
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement.format(table="texts", same_key="number = NEW.number"))
    op.create_table(
        "segments",
        *(
            sa.Column(name, _INTEGER, primary_key=True, autoincrement=False)
            for name in ("account", "place")
        ),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in _BYTES),
        sqlite_strict=True,
    )
    if op.get_context().dialect.name == "postgresql":
        # Numbers do not get smaller by compression, and to unpack them would cost every read.
        for name in _BYTES:
            op.execute(f"ALTER TABLE segments ALTER COLUMN {name} SET STORAGE EXTERNAL")
