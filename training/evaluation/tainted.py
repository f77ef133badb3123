"""The laundered money that an evaluation could have stopped."""

import numpy as np
import pandas as pd

from ledger.outcomes import known_mules
from ledger.view import microseconds
from training.evaluation.laundering import hops, laundering_transactions, mules
from training.evaluation.tested import Tested


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
    table = laundering_transactions(lake).rename(columns={"payee_account": "mule"})
    table["pattern"] = table["pattern_id"].fillna(table["transaction_id"])
    table["hop"] = hops(table["pattern"], table["payer_account"], table["mule"])
    known = {name: microseconds(at) for name, at in known_mules(lake.read("labels")).items()}
    table["found_at"] = table["mule"].map(known).astype(float).fillna(np.inf)
    start, end = tested.spans[0][0], tested.spans[-1][1]
    here = table["happened_at"].between(start, end, inclusive="left")
    unknown = table["happened_at"] < table["found_at"]
    return table[here & unknown & table["mule"].isin(mules(lake))].reset_index(drop=True)
