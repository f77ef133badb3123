"""What the store holds already of facts that come in, whenever it learnt them."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from ledger.store.keyed import rows_under
from ledger.store.plain import values_of
from ledger.store.store import Store
from ledger.store.tables import SQL_TABLES, STORED
from ledger.view import instant


def learnt_at(store: Store, table: str, rows: pa.Table) -> list[datetime | None]:
    """Tell when the fact under each row's key was learnt; None where the store has none."""
    contract = STORED[table]
    keys = values_of(rows.select(contract.key))
    with store.engine.connect() as connection:
        stored = rows_under(connection, store.backend, contract, keys)
    known_at = contract.arrow.names.index("known_at")
    learnt = {key: instant(row[known_at]) for key, row in stored.items()}
    return [learnt.get(key) for key in zip(*keys.values(), strict=True)]


def happened_at(store: Store, transaction_ids: Sequence[str]) -> dict[str, datetime]:
    """Tell when each of these transactions took place; those not in the store are left out."""
    table = SQL_TABLES["transactions"]
    wanted = sa.select(table.c.transaction_id, table.c.happened_at).where(
        store.backend.among(table.c.transaction_id, "ids")
    )
    with store.engine.connect() as connection:
        ids = store.backend.among_value(transaction_ids)
        return {key: instant(at) for key, at in connection.execute(wanted, {"ids": ids})}
