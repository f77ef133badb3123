"""Which facts the store holds already, by their ids."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ledger.store.store import Store
from ledger.store.tables import SQL_TABLES
from ledger.view import instant


def learnt_at(store: Store, tenant: str, transaction_ids: Sequence[str]) -> dict[str, datetime]:
    """Tell when each of these transactions was learnt; those not in the store are left out."""
    table = SQL_TABLES["transactions"]
    wanted = sa.select(table.c.transaction_id, table.c.known_at).where(
        table.c.tenant == tenant, store.backend.among(table.c.transaction_id, "ids")
    )
    with store.engine.connect() as connection:
        ids = store.backend.among_value(transaction_ids)
        return {key: instant(at) for key, at in connection.execute(wanted, {"ids": ids})}
