"""The money of crimes that an evaluation could have stopped."""

import numpy as np
import pandas as pd

from ledger.outcomes import known_mules
from ledger.view import microseconds
from training.evaluation.laundering import credits_of, hops, laundering_transactions, mules
from training.evaluation.tested import Tested


def credits_under_test(tested: Tested) -> pd.DataFrame:
    """List what reached accounts under test that it should not have: the best that is known of it.

    Where a generator tells it, laundered money that reached mules; elsewhere money that a victim
    complained of, whoever received it.

    Returns
    -------
    DataFrame
        With `account`, `happened_at` and `reference_minor`; `.attrs["of"]` says in words which.
    """
    lake = tested.inputs.lake
    if lake.rows("truth_transactions") and lake.rows("truth_accounts"):
        found, of = tainted_credits(tested).rename(columns={"mule": "account"}), "laundered money"
    else:
        complained = lake.read("complaints", ["transaction_id"])
        found, of = _under_test(tested, credits_of(lake, complained)), "complained-of money"
    found = found[["account", "happened_at", "reference_minor"]]
    found.attrs["of"] = of
    return found


def tainted_credits(tested: Tested) -> pd.DataFrame:
    """List the laundered money that reached mules under test and not yet known as mules.

    Returns
    -------
    DataFrame
        Laundering transactions whose payee is a mule, from the first test instant until a horizon
        after the last one, with `hop`, `pattern` (of its own where none is named), `mule` and
        `found_at`: when the mule becomes known, in microseconds, infinite if never.
    """
    lake = tested.inputs.lake
    table = laundering_transactions(lake).rename(columns={"payee_account": "account"})
    table["pattern"] = table["pattern_id"].fillna(table["transaction_id"])
    table["hop"] = hops(table["pattern"], table["payer_account"], table["account"])
    here = _under_test(tested, table[table["account"].isin(mules(lake))])
    return here.rename(columns={"account": "mule"}).reset_index(drop=True)


def _under_test(tested: Tested, table: pd.DataFrame) -> pd.DataFrame:
    """Keep what happened while folds were tested, and add when its account becomes known."""
    labels = tested.inputs.lake.read("labels")
    known = {name: microseconds(at) for name, at in known_mules(labels).items()}
    found_at = table["account"].map(known).astype(float).fillna(np.inf)
    start, end = tested.spans[0][0], tested.spans[-1][1]
    here = table["happened_at"].between(start, end, inclusive="left")
    return table.assign(found_at=found_at)[here & (table["happened_at"] < found_at)]
