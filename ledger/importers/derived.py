"""Accounts of a source that has transactions only."""

from ledger.importers.cells import Cell, constant
from ledger.importers.intake import Intake
from ledger.schema import ACCOUNTS

_SEEN = """
    CREATE TABLE seen AS
    SELECT account_id, institution, min(country) AS country, min(row) AS row
    FROM (
        SELECT payer_account AS account_id, payer_institution AS institution,
            payer_country AS country, row
        FROM transactions
        UNION ALL
        SELECT payee_account, payee_institution, payee_country, row FROM transactions
    )
    WHERE account_id IS NOT NULL
    GROUP BY account_id, institution
"""


def derive_accounts(intake: Intake) -> None:
    """Make an account of every payer and payee; one at two institutions is left to be refused."""
    intake.connection.execute(_SEEN)
    copied = {name: Cell(name) for name in ("account_id", "institution", "country")}
    intake.fill(ACCOUNTS, {**copied, "kind": constant("bank")}, "seen", "row")
    intake.note("accounts derived from transactions", intake.count("accounts"))
