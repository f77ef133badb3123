"""Whether what a table refers to stands in the ledger."""

from collections.abc import Iterator

import duckdb

from ledger.errors import ROWS_SHOWN, Fault, FaultyRow

_ACCOUNT = ("accounts", "account_id")
_TRANSACTION = ("transactions", "transaction_id")

REFERENCES = {
    ("transactions", "payer_account"): _ACCOUNT,
    ("transactions", "payee_account"): _ACCOUNT,
    ("transactions", "reverses"): _TRANSACTION,
    ("labels", "account_id"): _ACCOUNT,
    ("complaints", "transaction_id"): _TRANSACTION,
    ("recalls", "transaction_id"): _TRANSACTION,
    ("account_events", "account_id"): _ACCOUNT,
    ("balances", "account_id"): _ACCOUNT,
    ("identifiers", "account_id"): _ACCOUNT,
    ("list_entries", "account_id"): _ACCOUNT,
    ("snapshots", "account_id"): _ACCOUNT,
    ("truth_transactions", "transaction_id"): _TRANSACTION,
    ("truth_accounts", "account_id"): _ACCOUNT,
}
"""A column -> the column in which each of its values must stand."""


def broken_references(connection: duckdb.DuckDBPyConnection, held: set[str]) -> Iterator[Fault]:
    """Tell the rows of the tables `held` that refer to something not in the ledger."""
    for (table, column), (target, key) in REFERENCES.items():
        if table not in held or target not in held:
            continue
        rows = connection.execute(
            f"SELECT row, left({column}, 80), count(*) OVER () FROM {table} AS facts"
            f" ANTI JOIN {target} AS known ON facts.{column} = known.{key}"
            f" WHERE {column} IS NOT NULL ORDER BY row LIMIT {ROWS_SHOWN}"
        ).fetchall()
        if rows:
            seen = tuple(FaultyRow(row, column, value) for row, value, _ in rows)
            cure = f"Add it to {target}, or leave the value empty if it is outside the ledger."
            yield Fault(table, f"{column} stands in {target}", rows[0][2], cure, seen)
