"""Ledgers of AMLworld: IBM's "Transactions for Anti Money Laundering", such as HI-Small_Trans.csv.

One file, or a folder that holds one `*_Trans.csv`.

- An account is unique within its bank only, so its identity here is `bank:account`. There is no
  file of accounts; they are derived from the transactions.
- Times have no zone and are read as UTC; they are to the minute, and the file is not in order of
  time. Transactions have no identity; the position in the file is theirs.
- Amounts are converted to the reference currency by the fixed rates below, which the ledger
  stores as known from its first transaction on.
- A mule is an account with a laundering transaction. The file names no typology.

References
----------
Altman et al., "Realistic Synthetic Financial Transactions for Anti-Money Laundering Models",
NeurIPS 2023.
"""

from pathlib import Path

from ledger.errors import refuse
from ledger.importers.cells import Cell, constant, minor_units, translated
from ledger.importers.delimited import ROW, read_csv
from ledger.importers.derived import derive_accounts
from ledger.importers.intake import Intake
from ledger.importers.known import add_known
from ledger.importers.local_times import read_time
from ledger.schema import FX_RATES, TRANSACTIONS

CHANNELS = {
    "Cheque": "cheque",
    "Credit Card": "card",
    "ACH": "transfer",
    "Cash": "cash_deposit",
    "Wire": "wire",
    "Bitcoin": "crypto",
    "Reinvestment": "other",
}

CURRENCIES = {
    "US Dollar": ("USD", 1.0),
    "Euro": ("EUR", 1.0),
    "Yuan": ("CNY", 0.145),
    "Yen": ("JPY", 0.0072),
    "Rupee": ("INR", 0.0126),
    "Ruble": ("RUB", 0.0166),
    "UK Pound": ("GBP", 1.16),
    "Australian Dollar": ("AUD", 0.68),
    "Canadian Dollar": ("CAD", 0.76),
    "Mexican Peso": ("MXN", 0.0496),
    "Brazil Real": ("BRL", 0.192),
    "Swiss Franc": ("CHF", 1.02),
    "Shekel": ("ILS", 0.298),
    "Saudi Riyal": ("SAR", 0.2664),
    "Bitcoin": ("BTC", 20_000.0),
}
"""Name -> code, and US dollars for one unit at the start of September 2022, rounded."""

_COLUMNS = (
    "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Received",
    "Receiving Currency", "Amount Paid", "Payment Currency", "Payment Format", "Is Laundering",
)  # fmt: skip
_CODES = {name: code for name, (code, _) in CURRENCIES.items()}
_PAYER = """ "From Bank" || ':' || "Account" """.strip()
_PAYEE = """ "To Bank" || ':' || "Account.1" """.strip()


def read_amlworld(intake: Intake, path: Path) -> None:
    """Read an AMLworld file into the tables of a ledger."""
    file = _find(path) if path.is_dir() else path
    read_csv(intake.connection, file, "source_transactions", _COLUMNS, may_repeat=True)
    intake.connection.execute(
        'ALTER TABLE source_transactions RENAME "Is Laundering" TO is_laundering'
    )
    intake.read_flag("source_transactions", "is_laundering")
    intake.reference_currency = intake.reference_currency or "USD"
    _fill_transactions(intake)
    _fill_rates(intake)
    _fill_known(intake)


def _find(folder: Path) -> Path:
    found = sorted([*folder.glob("*_Trans.csv"), *folder.glob("*_Trans.csv.gz")])
    if len(found) != 1:
        seen = ", ".join(file.name for file in found) or "none"
        raise refuse(folder.name, f"has not one *_Trans.csv but {seen}", "Name the file itself.")
    return found[0]


def _fill_transactions(intake: Intake) -> None:
    source = "source_transactions"
    intake.note("zone-less times read as UTC", intake.count(source))
    for side, amount, name in (
        ("paid", '"Amount Paid"', '"Payment Currency"'),
        ("received", '"Amount Received"', '"Receiving Currency"'),
    ):
        code = translated(name, _CODES)
        intake.note_rounding(f"amounts {side} rounded to minor units", source, amount, code)
    intake.fill(TRANSACTIONS, _transactions(), source)
    # Before transactions are left out: an account may have no others.
    derive_accounts(intake)
    intake.leave_out_what_is_no_payment()


def _transactions() -> dict[str, Cell]:
    time = read_time('"Timestamp"', "%Y/%m/%d %H:%M", "UTC")
    paid_in = translated('"Payment Currency"', _CODES)
    received_in = translated('"Receiving Currency"', _CODES)
    return {
        "transaction_id": Cell(f'"{ROW}"::VARCHAR'),
        "happened_at": time,
        "known_at": time,
        "payer_account": Cell(_PAYER),
        "payee_account": Cell(_PAYEE),
        "payer_amount_minor": minor_units('"Amount Paid"', paid_in, rounded=True),
        "payer_currency": Cell(paid_in),
        "payee_amount_minor": minor_units('"Amount Received"', received_in, rounded=True),
        "payee_currency": Cell(received_in),
        "channel": Cell(translated('"Payment Format"', CHANNELS)),
        "payer_institution": Cell('"From Bank"'),
        "payee_institution": Cell('"To Bank"'),
        "source_sequence": Cell(f'"{ROW}"'),
    }


def _fill_rates(intake: Intake) -> None:
    reference = intake.reference_currency
    dollars = dict(CURRENCIES.values())
    if reference not in dollars:
        cure = f"Use one of {', '.join(sorted(dollars))}."
        raise refuse("reference currency", f"{reference} has no rate here", cure)
    rates = ", ".join(
        f"('{code}', {worth / dollars[reference]!r}::DOUBLE)"
        for code, worth in dollars.items()
        if code != reference
    )
    intake.connection.execute(f"""
        CREATE TABLE fixed AS
        SELECT code, rate, first_known, row_number() OVER () AS row
        FROM (VALUES {rates}) AS worth(code, rate)
        CROSS JOIN (SELECT min(known_at) AS first_known FROM transactions)
        WHERE code IN (SELECT payer_currency FROM transactions)
            OR code IN (SELECT payee_currency FROM transactions)
    """)
    cells = {
        "currency": Cell("code"),
        "reference_currency": constant(reference),
        "rate": Cell("rate"),
        "happened_at": Cell("first_known"),
        "known_at": Cell("first_known"),
    }
    intake.fill(FX_RATES, cells, "fixed", "row")
    intake.note("fixed exchange rates added", intake.count("fixed"))


def _fill_known(intake: Intake) -> None:
    intake.connection.execute(f"""
        CREATE TABLE laundering AS
        SELECT "{ROW}"::VARCHAR AS transaction_id, NULL AS pattern_id, 'unknown' AS typology,
            "{ROW}" AS row
        FROM source_transactions WHERE is_laundering
    """)
    lost = intake.count("laundering ANTI JOIN transactions USING (transaction_id)")
    intake.note("laundering transactions among those left out", lost)
    if lost == intake.count("laundering"):
        cure = "The labels follow from it: check the column Is Laundering, 1 where it launders."
        raise refuse("transactions", "none between two accounts launders", cure)
    intake.connection.execute("""
        CREATE TABLE people AS
        SELECT account_id, row, is_mule, false AS is_hard_innocent,
            CASE WHEN is_mule THEN 'launderer' ELSE 'ordinary' END AS persona
        FROM (
            SELECT account_id, accounts.row, launderers.account_id IS NOT NULL AS is_mule
            FROM accounts LEFT JOIN (
                SELECT payer_account AS account_id
                FROM transactions SEMI JOIN laundering USING (transaction_id)
                UNION
                SELECT payee_account
                FROM transactions SEMI JOIN laundering USING (transaction_id)
            ) AS launderers USING (account_id)
        )
    """)
    add_known(intake, "amlworld")
