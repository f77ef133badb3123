"""Ledgers of IBM's AMLSim, in the layout that the generator writes.

A folder with `accounts.csv`, `alert_accounts.csv` and `transactions.csv`, or `tx_log.csv` in its
place; each may be compressed by gzip.

- A mule is a member of an alert that is a suspicious activity (`is_sar`); a member of another
  alert is a hard innocent.
- `EVENT_DATE` in `sar_accounts.csv` and `open_dt` mean nothing and are not read; neither are
  names, addresses, birth dates and social security numbers. `dsply_nm` is a pseudonym.
- The order within a day is the file's.

References
----------
IBM AMLSim, https://github.com/IBM/AMLSim.
"""

from pathlib import Path

from ledger.contract import Type
from ledger.errors import InputRefused
from ledger.importers.cells import ZONELESS, Cell, constant, minor_units, read, translated
from ledger.importers.delimited import ROW, find_csv, read_csv
from ledger.importers.intake import Intake
from ledger.importers.known import add_known
from ledger.schema import ACCOUNTS, TRANSACTIONS

CHANNELS = {
    "TRANSFER": "transfer",
    "WIRE": "wire",
    "CHECK": "cheque",
    "DEPOSIT": "cash_deposit",
    "CASH-DEPOSIT": "cash_deposit",
    "CASH-WITHDRAWAL": "atm",
}
HOLDER_KINDS = {"I": "person", "O": "business", "C": "business"}
STEP_ZERO = "2024-01-01"
"""The day of step 0, where transactions carry steps and not times."""

_TRANSACTIONS = (
    "tran_id", "orig_acct", "bene_acct", "tx_type", "base_amt", "tran_timestamp", "is_sar",
    "alert_id",
)  # fmt: skip
_TX_LOG = ("step", "type", "amount", "nameOrig", "nameDest", "isSAR", "alertID")
_ACCOUNTS = ("acct_id", "dsply_nm", "type", "acct_rptng_crncy", "bank_id", "country")
_MEMBERS = ("alert_id", "alert_type", "acct_id", "is_sar")


def read_amlsim(intake: Intake, path: Path) -> None:
    """Read an AMLSim folder into the tables of a ledger."""
    connection = intake.connection
    read_csv(connection, find_csv(path, "accounts"), "source_accounts", _ACCOUNTS)
    read_csv(connection, find_csv(path, "alert_accounts"), "source_members", _MEMBERS)
    _read_transactions(intake, path)
    for relation in ("source_members", "source_transactions"):
        intake.read_flag(relation, "is_sar")
    intake.reference_currency = intake.reference_currency or "USD"
    _fill(intake)


def _read_transactions(intake: Intake, path: Path) -> None:
    try:
        file = find_csv(path, "transactions")
    except InputRefused:
        _read_log(intake, find_csv(path, "tx_log"))
    else:
        read_csv(intake.connection, file, "source_transactions", _TRANSACTIONS)


def _read_log(intake: Intake, file: Path) -> None:
    read_csv(intake.connection, file, "source_transactions", _TX_LOG)
    intake.connection.execute(f"""
        CREATE OR REPLACE TABLE source_transactions AS
        SELECT
            "{ROW}"::VARCHAR AS tran_id,
            nameOrig AS orig_acct,
            nameDest AS bene_acct,
            type AS tx_type,
            amount AS base_amt,
            isSAR AS is_sar,
            alertID AS alert_id,
            coalesce(
                (DATE '{STEP_ZERO}' + TRY_CAST(step AS INTEGER)) || 'T00:00:00', step
            ) AS tran_timestamp,
            "{ROW}"
        FROM source_transactions
    """)
    intake.note(f"steps read as days since {STEP_ZERO}", intake.count("source_transactions"))


def _fill(intake: Intake) -> None:
    intake.fill(ACCOUNTS, _accounts(), "source_accounts")
    zoneless = f"regexp_full_match(tran_timestamp, '{ZONELESS}')"
    intake.note(
        "zone-less times read as UTC", intake.count(f"source_transactions WHERE {zoneless}")
    )
    time = f"CASE WHEN {zoneless} THEN tran_timestamp || 'Z' ELSE tran_timestamp END"
    intake.note_rounding("amounts rounded to minor units", _JOINED, "base_amt", _CURRENCY)
    intake.fill(TRANSACTIONS, _transactions(time), _JOINED, f'source_transactions."{ROW}"')
    intake.leave_out_what_is_no_payment()
    intake.connection.execute(_LAUNDERING)
    intake.connection.execute(_PEOPLE)
    add_known(intake, "amlsim")


_CURRENCY = "coalesce(payer.acct_rptng_crncy, payee.acct_rptng_crncy)"
_JOINED = """
    source_transactions
    LEFT JOIN source_accounts AS payer ON orig_acct = payer.acct_id
    LEFT JOIN source_accounts AS payee ON bene_acct = payee.acct_id
"""
_LAUNDERING = f"""
    CREATE TABLE laundering AS
    SELECT
        tran_id AS transaction_id,
        nullif(alert_id, '-1') AS pattern_id,
        coalesce(alert_type, 'unknown') AS typology,
        "{ROW}" AS row
    FROM source_transactions
    LEFT JOIN (
        SELECT alert_id, min(alert_type) AS alert_type FROM source_members GROUP BY alert_id
    ) USING (alert_id)
    WHERE is_sar
"""
# A member that is no account stays in, for the check of references to find.
_PEOPLE = f"""
    CREATE TABLE people AS
    SELECT
        acct_id AS account_id,
        coalesce(alert_type, 'ordinary') AS persona,
        coalesce(is_sar, false) AS is_mule,
        coalesce(NOT is_sar, false) AS is_hard_innocent,
        coalesce(accounts."{ROW}", members.row) AS row
    FROM source_accounts AS accounts
    FULL JOIN (
        SELECT
            acct_id,
            min_by(alert_type, (NOT is_sar, "{ROW}")) AS alert_type,
            bool_or(is_sar) AS is_sar,
            min("{ROW}") AS row
        FROM source_members GROUP BY acct_id
    ) AS members USING (acct_id)
"""


def _accounts() -> dict[str, Cell]:
    return {
        "account_id": Cell("acct_id"),
        "institution": Cell("bank_id"),
        "kind": constant("bank"),
        "holder_id": Cell("dsply_nm"),
        "holder_kind": Cell(translated("type", HOLDER_KINDS)),
        "country": Cell("country"),
    }


def _transactions(time: str) -> dict[str, Cell]:
    amount = minor_units("base_amt", _CURRENCY, rounded=True)
    return {
        "transaction_id": Cell("tran_id"),
        "happened_at": read(Type.TIME, time),
        "known_at": read(Type.TIME, time),
        "payer_account": Cell("orig_acct"),
        "payee_account": Cell("bene_acct"),
        "payer_amount_minor": amount,
        "payer_currency": Cell(_CURRENCY),
        "payee_amount_minor": amount,
        "payee_currency": Cell(_CURRENCY),
        "channel": Cell(translated("tx_type", CHANNELS)),
        "payer_institution": Cell("payer.bank_id"),
        "payee_institution": Cell("payee.bank_id"),
        "payer_country": Cell("payer.country"),
        "payee_country": Cell("payee.country"),
        "source_sequence": Cell(f'source_transactions."{ROW}"'),
    }
