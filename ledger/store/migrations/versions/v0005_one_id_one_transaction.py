"""A transaction is known by its id alone, as complaints, reversals and evidence name it."""

import sqlalchemy as sa
from alembic import op

from ledger.errors import MuleriskError
from ledger.store.migrations.versions.v0001_ledger import create

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = ("transaction_id",)

_SHARED = """
SELECT count(*) FROM (SELECT 1 FROM transactions GROUP BY transaction_id HAVING count(*) > 1) AS it
"""


def upgrade() -> None:
    """Change the key of transactions, each database in its way.

    Raises
    ------
    MuleriskError
        If two tenants share an id.
    """
    shared = op.get_bind().execute(sa.text(_SHARED)).scalar_one()
    if shared:
        raise MuleriskError(
            f"{shared} transaction ids of this store stand for transactions of several tenants,"
            " and complaints and evidence name a transaction by its id alone. Import the ledger"
            " anew with the tenant before each id, and load it into a new store."
        )
    _UPGRADES[op.get_context().dialect.name]()


def _sqlite() -> None:
    # It changes no constraint of a table that stands, so the table is made anew.
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM transactions")
    op.execute("DROP TABLE transactions")
    create("transactions", KEY)
    op.execute("INSERT INTO transactions SELECT * FROM kept")
    op.execute("DROP TABLE kept")


def _postgresql() -> None:
    # The table stays, and with it the rights that were granted on it.
    op.execute("ALTER TABLE transactions DROP CONSTRAINT transactions_key")
    op.execute("ALTER TABLE transactions ADD CONSTRAINT transactions_key UNIQUE (transaction_id)")


_UPGRADES = {"sqlite": _sqlite, "postgresql": _postgresql}
