"""How investigations of accounts ended, and which accounts are thereby known mules.

A known mule is an account with a mule outcome, whatever was found of it later. Nothing is left to
forecast about it, so it is neither learnt from nor ranked.
"""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ledger.schema import MULE_OUTCOMES


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
    """

    outcome: str
    happened_at: datetime
    known_at: datetime
    source: str


def outcomes_by_account(labels: pa.Table) -> dict[str, tuple[Outcome, ...]]:
    """List the outcomes of each account in the order they were learnt.

    Parameters
    ----------
    labels : pyarrow.Table
        Rows of the table `labels`, those of a view for what was known at its instant.
    """
    found: dict[str, tuple[Outcome, ...]] = {}
    for row in labels.sort_by("known_at").to_pylist():
        outcome = Outcome(row["outcome"], row["happened_at"], row["known_at"], row["source"])
        found[row["account_id"]] = (*found.get(row["account_id"], ()), outcome)
    return found


def known_mules(labels: pa.Table) -> pa.Table:
    """Name the accounts with a mule outcome and tell when the first of them was learnt.

    Parameters
    ----------
    labels : pyarrow.Table
        Rows of the table `labels`, those of a view for what was known at its instant.

    Returns
    -------
    pyarrow.Table
        account_id and known_at, one row for each known mule.
    """
    mules = labels.filter(pc.is_in(labels["outcome"], value_set=pa.array(MULE_OUTCOMES)))
    first = mules.group_by("account_id").aggregate([("known_at", "min")])
    return first.rename_columns({"known_at_min": "known_at"})
