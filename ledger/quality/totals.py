"""Whether what an account moved can be added up."""

from collections.abc import Iterator

import duckdb

from ledger.currencies import MAXIMUM_TOTAL_MINOR
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow

_MOVED = """
    SELECT payer_account AS account_id, reference_minor, row, 'payer_account' AS side
    FROM transactions
    UNION ALL
    SELECT payee_account, reference_minor, row, 'payee_account' FROM transactions
"""
_BEYOND = f"""
    WITH
        large AS (
            SELECT account_id FROM ({_MOVED}) WHERE account_id IS NOT NULL
            GROUP BY account_id HAVING sum(reference_minor) > {MAXIMUM_TOTAL_MINOR}
        ),
        running AS (
            SELECT *, sum(reference_minor) OVER (PARTITION BY account_id ORDER BY row) AS total
            FROM ({_MOVED}) SEMI JOIN large USING (account_id)
        )
    SELECT row, side, left(account_id, 80), count(*) OVER ()
    FROM running WHERE total > {MAXIMUM_TOTAL_MINOR} ORDER BY row LIMIT {ROWS_SHOWN}
"""


def too_large_totals(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Tell the transactions by which what an account moved becomes more than can be counted."""
    rows = connection.execute(_BEYOND).fetchall()
    if rows:
        seen = tuple(FaultyRow(row, side, account) for row, side, account, _ in rows)
        rule = f"what an account paid and was paid adds up to at most {MAXIMUM_TOTAL_MINOR:,}"
        cure = "Correct the amounts, or choose a reference currency with fewer decimals."
        yield Fault("transactions", f"{rule} minor units", rows[0][3], cure, seen)
