"""What a generator knows of its ledger: laundering transactions, mules, and when it would be known.

An importer of a generated ledger makes two relations: `laundering` (transaction_id, pattern_id,
typology) and `people` (account_id, persona, is_mule, is_hard_innocent, row). The labels and the
truth tables follow from them alike for every generator.
"""

from ledger.importers.cells import Cell, constant
from ledger.importers.intake import Intake
from ledger.schema import LABELS, TRUTH_ACCOUNTS, TRUTH_TRANSACTIONS

DAYS_UNTIL_KNOWN = 14
"""An account is labelled this long after its first laundering transaction."""

OUTCOME = "complicit_mule"
"""Generators do not tell willing mules from unwitting ones."""


def add_known(intake: Intake, source: str) -> None:
    """Make the labels and the truth tables of a generated ledger.

    A mule without a laundering transaction in the ledger is labelled at the ledger's end.
    """
    execute = intake.connection.execute
    execute("""
        CREATE TABLE first_laundering AS
        SELECT account_id, min(happened_at) AS happened_at
        FROM (
            SELECT payer_account AS account_id, happened_at
            FROM transactions SEMI JOIN laundering USING (transaction_id)
            UNION ALL
            SELECT payee_account, happened_at
            FROM transactions SEMI JOIN laundering USING (transaction_id)
        )
        GROUP BY account_id
    """)
    execute(f"""
        CREATE TABLE found AS
        SELECT
            people.*,
            coalesce(first_laundering.happened_at, ledger_end) AS happened_at,
            coalesce(
                first_laundering.happened_at + INTERVAL {DAYS_UNTIL_KNOWN} DAYS, ledger_end
            ) AS known_at
        FROM people
        LEFT JOIN first_laundering USING (account_id)
        CROSS JOIN (SELECT max(happened_at) AS ledger_end FROM transactions)
        WHERE is_mule
    """)
    intake.fill(LABELS, _labels(source), "found", "row")
    known = ("transaction_id", "pattern_id", "typology")
    intake.fill(
        TRUTH_TRANSACTIONS,
        {name: Cell(name) for name in known},
        "laundering SEMI JOIN transactions USING (transaction_id)",
        "row",
    )
    people = ("account_id", "persona", "is_mule", "is_hard_innocent")
    intake.fill(TRUTH_ACCOUNTS, {name: Cell(name) for name in people}, "people", "row")
    intake.note(
        f"labels dated {DAYS_UNTIL_KNOWN} days after the account's first laundering transaction",
        intake.count("found SEMI JOIN first_laundering USING (account_id)"),
    )
    intake.note(
        "labels dated at the ledger's end, without a laundering transaction",
        intake.count("found ANTI JOIN first_laundering USING (account_id)"),
    )


def _labels(source: str) -> dict[str, Cell]:
    copied = {name: Cell(name) for name in ("account_id", "happened_at", "known_at")}
    return {**copied, "outcome": constant(OUTCOME), "source": constant(source)}
