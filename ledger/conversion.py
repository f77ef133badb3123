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
_NO_RATES = """(
    SELECT NULL::VARCHAR AS currency, NULL::VARCHAR AS reference_currency, NULL::DOUBLE AS rate,
        NULL::TIMESTAMPTZ AS known_at
)"""


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
    rates = FX_RATES.name if FX_RATES.name in sql.relations(connection) else _NO_RATES
    own = sql.literal(reference)
    converted = f"""CASE
        WHEN reference_minor IS NOT NULL OR unread_reference_minor IS NOT NULL THEN reference_minor
        WHEN payer_currency = {own} THEN payer_amount_minor
        WHEN payee_currency = {own} THEN payee_amount_minor
        ELSE TRY_CAST(round(
            payer_amount_minor * known.rate * 10.0 ** ({EXPONENTS[reference]} - minor.exponent)
        ) AS BIGINT) END"""
    connection.execute(f"""
        CREATE OR REPLACE TABLE transactions AS
        SELECT transactions.* REPLACE ({converted} AS reference_minor)
        FROM transactions
        LEFT JOIN (VALUES {_exponents()}) AS minor(currency, exponent)
            ON payer_currency = minor.currency
        ASOF LEFT JOIN (SELECT * FROM {rates} WHERE reference_currency = {own}) AS known
            ON payer_currency = known.currency AND transactions.known_at >= known.known_at
    """)
    return _without_rate(connection, own)


def _exponents() -> str:
    return ", ".join(f"({sql.literal(code)}, {e})" for code, e in EXPONENTS.items())


def _without_rate(connection: duckdb.DuckDBPyConnection, own: str) -> tuple[Fault, ...]:
    """Tell the rows that only lack a rate; other faults are found by the contracts."""
    known = ", ".join(sql.literal(code) for code in EXPONENTS)
    rows = connection.execute(f"""
        SELECT row, payer_currency, count(*) OVER () FROM transactions
        WHERE reference_minor IS NULL AND unread_reference_minor IS NULL
            AND payer_currency IN ({known}) AND payer_currency <> {own}
            AND payer_amount_minor IS NOT NULL AND known_at IS NOT NULL
        ORDER BY row LIMIT {ROWS_SHOWN}
    """).fetchall()
    if not rows:
        return ()
    seen = tuple(FaultyRow(row, "payer_currency", value) for row, value, _ in rows)
    return (Fault(TRANSACTIONS.name, "a rate is known", rows[0][2], _CURE, seen),)
