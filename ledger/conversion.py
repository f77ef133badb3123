"""The amount of a transaction in the ledger's reference currency."""

import duckdb

from ledger import sql
from ledger.currencies import EXPONENTS
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow
from ledger.schema import FX_RATES, TRANSACTIONS

_CURE = (
    "Give a row of fx_rates from this currency to the reference currency, known no later than the"
    " transaction, or reference_minor itself."
)
_MISSING = """
    reference_minor IS NULL AND unread_reference_minor IS NULL
    AND payer_amount_minor > 0 AND payee_amount_minor > 0
"""


def convert(connection: duckdb.DuckDBPyConnection, reference: str) -> tuple[Fault, ...]:
    """Fill `reference_minor` where it is missing.

    A side of the transaction that is in the reference currency gives the amount; otherwise the
    payer's amount is converted by the latest rate known at the transaction's known_at, and rounded
    half away from zero.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds `transactions` and, unless every amount is in the reference currency, `fx_rates`.
    reference : str
        Code of the reference currency.

    Returns
    -------
    tuple of Fault
        The transactions for which no rate was known.
    """
    own = sql.literal(reference)
    connection.execute(f"""
        UPDATE transactions SET reference_minor =
            CASE WHEN payer_currency = {own} THEN payer_amount_minor ELSE payee_amount_minor END
        WHERE {_MISSING} AND {own} IN (payer_currency, payee_currency)
    """)
    if FX_RATES.name in sql.relations(connection):
        _convert_by_rates(connection, reference)
    return _without_rate(connection)


def _convert_by_rates(connection: duckdb.DuckDBPyConnection, reference: str) -> None:
    connection.execute(f"""
        UPDATE transactions SET reference_minor = converted.minor
        FROM (
            SELECT foreign_money.row, TRY_CAST(round(
                payer_amount_minor * rate * 10.0 ** ({EXPONENTS[reference]} - exponent)
            ) AS BIGINT) AS minor
            FROM (SELECT * FROM transactions WHERE {_MISSING}) AS foreign_money
            JOIN (VALUES {_exponents()}) AS minor_unit(currency, exponent)
                ON payer_currency = minor_unit.currency
            ASOF JOIN (
                SELECT * FROM fx_rates WHERE reference_currency = {sql.literal(reference)}
            ) AS known
                ON payer_currency = known.currency AND foreign_money.known_at >= known.known_at
        ) AS converted
        WHERE transactions.row = converted.row
    """)


def _exponents() -> str:
    return ", ".join(f"({sql.literal(code)}, {e})" for code, e in EXPONENTS.items())


def _without_rate(connection: duckdb.DuckDBPyConnection) -> tuple[Fault, ...]:
    """Tell the rows that only lack a rate; other faults are found by the contracts."""
    codes = ", ".join(sql.literal(code) for code in EXPONENTS)
    rows = connection.execute(f"""
        SELECT row, payer_currency, count(*) OVER () FROM transactions
        WHERE {_MISSING} AND payer_currency IN ({codes}) AND payee_currency IN ({codes})
            AND known_at IS NOT NULL
        ORDER BY row LIMIT {ROWS_SHOWN}
    """).fetchall()
    if not rows:
        return ()
    seen = tuple(FaultyRow(row, "payer_currency", value) for row, value, _ in rows)
    rule = "a rate to the reference currency is known"
    return (Fault(TRANSACTIONS.name, rule, rows[0][2], _CURE, seen),)
