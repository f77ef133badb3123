"""Ledgers of AMLGentex, in the layout that the generator writes.

A folder with `tx_log.parquet`, `accounts.csv` and `alert_models.csv`.

- Steps are days since 2023-01-01. The files name no currency; amounts are taken as the reference
  currency, which is USD unless another is named.
- `nameOrig` -2 is money from outside, which reaches every account as its monthly salary: the payer
  is missing and the channel is salary. `nameDest` -1 is spending outside: the payee is missing and
  the channel is card, or atm where the type is CASH.
- `SALARY` is what arrives each month, so the declared yearly income is twelve times as much.
- A mule is an account with `IS_SAR`. The generator has no innocents that look like mules.

References
----------
AMLGentex, https://github.com/aidotse/AMLGentex.
"""

from pathlib import Path

from ledger.contract import Type
from ledger.currencies import EXPONENTS
from ledger.errors import Fault, InputRefused
from ledger.importers.cells import Cell, constant, minor_units, read, translated
from ledger.importers.columnar import read_parquet
from ledger.importers.delimited import ROW, find_csv, read_csv
from ledger.importers.intake import Intake
from ledger.importers.known import add_known
from ledger.schema import ACCOUNTS, TRANSACTIONS

YEAR_ZERO = 2023
MODELS = {
    1: "fan_out", 2: "fan_in", 3: "cycle", 4: "bipartite", 5: "stack", 6: "random",
    7: "scatter_gather", 8: "gather_scatter",
}  # fmt: skip
"""The laundering patterns by `modelType`."""

_WHOLE, _REAL = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), ("FLOAT", "DOUBLE")
_TEXT = ("VARCHAR",)
_COLUMNS = {
    "step": _WHOLE, "type": _TEXT, "amount": _REAL, "nameOrig": _WHOLE, "nameDest": _WHOLE,
    "bankOrig": _TEXT, "bankDest": _TEXT, "isSAR": _WHOLE, "patternID": _WHOLE,
    "modelType": _WHOLE,
}  # fmt: skip
"""The columns of the log that are read, with the types they may have."""
_ACCOUNTS = ("ACCOUNT_ID", "CUSTOMER_ID", "SALARY", "AGE", "IS_SAR", "BANK_ID")
_MEMBERS = ("modelID", "type", "accountID")


def read_amlgentex(intake: Intake, path: Path) -> None:
    """Read an AMLGentex folder into the tables of a ledger."""
    connection = intake.connection
    read_csv(connection, find_csv(path, "accounts"), "source_accounts", _ACCOUNTS)
    read_csv(connection, find_csv(path, "alert_models"), "source_members", _MEMBERS)
    _check_columns(read_parquet(connection, path / "tx_log.parquet", "source_transactions"))
    intake.read_flag("source_accounts", "IS_SAR")
    intake.reference_currency = intake.reference_currency or "USD"
    _fill(intake)


def _check_columns(types: dict[str, str]) -> None:
    cure = "Give the log as the generator writes it."
    wrong = [name for name, allowed in _COLUMNS.items() if types.get(name) not in allowed]
    if wrong:
        raise InputRefused(
            tuple(
                Fault("tx_log", f"column {name} is {types.get(name, 'missing')}", 0, cure)
                for name in wrong
            )
        )


def _fill(intake: Intake) -> None:
    intake.note(
        "opening balances left out",
        intake.count("source_transactions WHERE type = 'INITALBALANCE'"),
    )
    intake.connection.execute(
        "CREATE VIEW paid AS SELECT * FROM source_transactions"
        " WHERE type IS DISTINCT FROM 'INITALBALANCE'"
    )
    intake.note("payers outside made missing", intake.count(f"paid WHERE {_FROM_OUTSIDE}"))
    intake.note("payees outside made missing", intake.count(f"paid WHERE {_TO_OUTSIDE}"))
    currency, scale = intake.reference_currency, 10 ** EXPONENTS[intake.reference_currency]
    intake.note(f"amounts without a currency read as {currency}", intake.count("paid"))
    intake.note(
        "amounts rounded to minor units",
        intake.count(f"paid WHERE abs(amount * {scale} - round(amount * {scale})) > 1e-6"),
    )
    intake.fill(ACCOUNTS, _accounts(currency), "source_accounts")
    intake.fill(TRANSACTIONS, _transactions(currency), "paid")
    intake.leave_out_what_is_no_payment()
    intake.connection.execute(_LAUNDERING)
    intake.connection.execute(_PEOPLE)
    add_known(intake, "amlgentex")


_FROM_OUTSIDE, _TO_OUTSIDE = "nameOrig = -2", "nameDest = -1"
# A type that the generator does not write today stays as it is, for the contract to refuse.
_CHANNEL = f"""CASE
    WHEN {_FROM_OUTSIDE} AND type = 'TRANSFER' THEN 'salary'
    WHEN {_FROM_OUTSIDE} AND type = 'CASH' THEN 'cash_deposit'
    WHEN {_TO_OUTSIDE} AND type = 'TRANSFER' THEN 'card'
    WHEN {_TO_OUTSIDE} AND type = 'CASH' THEN 'atm'
    WHEN type = 'TRANSFER' THEN 'transfer'
    ELSE type END"""
_LAUNDERING = f"""
    CREATE TABLE laundering AS
    SELECT
        "{ROW}"::VARCHAR AS transaction_id,
        nullif(patternID, -1)::VARCHAR AS pattern_id,
        {translated("modelType::VARCHAR", {str(k): v for k, v in MODELS.items()}, "'unknown'")}
            AS typology,
        "{ROW}" AS row
    FROM paid WHERE isSAR = 1
"""
_PEOPLE = f"""
    CREATE TABLE people AS
    SELECT
        ACCOUNT_ID AS account_id,
        CASE WHEN IS_SAR THEN coalesce(pattern, 'unknown') ELSE 'ordinary' END AS persona,
        IS_SAR AS is_mule,
        false AS is_hard_innocent,
        "{ROW}" AS row
    FROM source_accounts
    LEFT JOIN (
        SELECT accountID, min_by(type, "{ROW}") AS pattern FROM source_members GROUP BY accountID
    ) ON ACCOUNT_ID = accountID
"""


def _accounts(currency: str) -> dict[str, Cell]:
    salary = minor_units("SALARY", f"'{currency}'", rounded=True)
    age = read(Type.INTEGER, "AGE")
    return {
        "account_id": Cell("ACCOUNT_ID"),
        "institution": Cell("BANK_ID"),
        "kind": constant("bank"),
        "holder_id": Cell("CUSTOMER_ID"),
        "holder_kind": constant("person"),
        "birth_year": Cell(f"{YEAR_ZERO} - ({age.value})", age.text),
        "declared_income": Cell(f"12 * ({salary.value})", salary.text),
    }


def _transactions(currency: str) -> dict[str, Cell]:
    day = f"TIMESTAMPTZ '{YEAR_ZERO}-01-01T00:00:00Z' + to_days(step)"
    rounded = f"TRY_CAST(round(amount * {10 ** EXPONENTS[currency]}) AS BIGINT)"
    amount = Cell(rounded, "amount::VARCHAR")
    return {
        "transaction_id": Cell(f'"{ROW}"::VARCHAR'),
        "happened_at": Cell(day),
        "known_at": Cell(day),
        "payer_account": Cell(f"CASE WHEN NOT {_FROM_OUTSIDE} THEN nameOrig::VARCHAR END"),
        "payee_account": Cell(f"CASE WHEN NOT {_TO_OUTSIDE} THEN nameDest::VARCHAR END"),
        "payer_amount_minor": amount,
        "payer_currency": constant(currency),
        "payee_amount_minor": amount,
        "payee_currency": constant(currency),
        "channel": Cell(_CHANNEL),
        "payer_institution": Cell(f"CASE WHEN NOT {_FROM_OUTSIDE} THEN bankOrig END"),
        "payee_institution": Cell(f"CASE WHEN NOT {_TO_OUTSIDE} THEN bankDest END"),
        "source_sequence": Cell(f'"{ROW}"'),
    }
