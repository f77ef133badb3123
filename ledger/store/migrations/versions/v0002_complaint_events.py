"""An event of a complaint is known by what it says, no longer by when it was learnt.

What several requests sent at once could stand several times; the first one stays.
"""

from alembic import op

from ledger.store.migrations.versions.v0001_ledger import create

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = ("complaint_id", "status", "happened_at")

_COLUMNS = ", ".join(KEY)
_FIRST = f"SELECT min(recorded_seq) FROM complaints GROUP BY {_COLUMNS}"  # noqa: S608


def upgrade() -> None:
    """Change the key of complaints, each database in its way."""
    _UPGRADES[op.get_context().dialect.name]()


def _sqlite() -> None:
    # It changes no constraint of a table that stands, so the table is made anew.
    op.execute(
        f"CREATE TEMPORARY TABLE first AS SELECT * FROM complaints WHERE recorded_seq IN ({_FIRST})"  # noqa: S608
    )
    op.execute("DROP TABLE complaints")
    create("complaints", KEY)
    op.execute("INSERT INTO complaints SELECT * FROM first")
    op.execute("DROP TABLE first")


def _postgresql() -> None:
    # The table stays, and with it the rights that were granted on it.
    op.execute("ALTER TABLE complaints DISABLE TRIGGER complaints_append_only")
    op.execute(f"DELETE FROM complaints WHERE recorded_seq NOT IN ({_FIRST})")  # noqa: S608
    op.execute("ALTER TABLE complaints ENABLE TRIGGER complaints_append_only")
    op.execute("ALTER TABLE complaints DROP CONSTRAINT complaints_key")
    op.execute(f"ALTER TABLE complaints ADD CONSTRAINT complaints_key UNIQUE ({_COLUMNS})")


_UPGRADES = {"sqlite": _sqlite, "postgresql": _postgresql}
