"""How investigations of accounts ended, and which accounts are thereby known mules.

A known mule is an account with a mule outcome, whatever was found of it later. Nothing is left to
forecast about it, so it is neither learnt from nor ranked.
"""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

import pyarrow as pa

from ledger.schema import MULE_OUTCOMES, Role

OUTCOME_COLUMNS = ("account_id", "outcome", "happened_at", "known_at", "source", "role")
"""What an assessment rests on; how an account came to be investigated is not among it."""


@dataclass(frozen=True)
class Outcome:
    """How one investigation of an account ended.

    Attributes
    ----------
    outcome : str
        One of `ledger.schema.OUTCOMES`.
    happened_at, known_at : datetime
        When it ended, and when that was learnt.
    source : str
        Who found it.
    role : str or None
        One of `ledger.schema.ROLES`: what a mule did in its scheme, where that was found out.
    """

    outcome: str
    happened_at: datetime
    known_at: datetime
    source: str
    role: Role | None = None


def outcomes_by_account(labels: pa.Table) -> dict[str, tuple[Outcome, ...]]:
    """List the outcomes of each account in the order they were learnt.

    Parameters
    ----------
    labels : pyarrow.Table
        Rows of the table `labels`, those of a view for what was known at its instant. Its column
        `role` may be left out where nobody asks for roles.
    """
    found: dict[str, tuple[Outcome, ...]] = {}
    # In Python: most questions concern accounts that nobody investigated, and Arrow takes half a
    # millisecond to sort and group no rows.
    for row in sorted(labels.to_pylist(), key=itemgetter("known_at")):
        told = row["outcome"], row["happened_at"], row["known_at"], row["source"]
        outcome = Outcome(*told, role=row.get("role"))
        found[row["account_id"]] = (*found.get(row["account_id"], ()), outcome)
    return found


def known_mules(labels: pa.Table) -> dict[str, datetime]:
    """Tell for each account with a mule outcome when the first one was learnt.

    Parameters
    ----------
    labels : pyarrow.Table
        Rows of the table `labels`, those of a view for what was known at its instant.
    """
    return {account_id: mule.known_at for account_id, mule in mule_outcomes(labels).items()}


def mule_outcomes(labels: pa.Table) -> dict[str, Outcome]:
    """Return for each account with a mule outcome the first one that was learnt."""
    return {
        account_id: mule
        for account_id, found in outcomes_by_account(labels).items()
        if (mule := next((each for each in found if each.outcome in MULE_OUTCOMES), None))
    }
