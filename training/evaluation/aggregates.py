"""The baseline `aggregates`: what a plain query over the whole history of an account would give."""

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.lake import Lake
from ledger.view import LakeView, instant
from training.rows import Rows, positions

_QUERY = """
WITH sides AS (
    SELECT payee_account AS account, payer_account AS counterparty, reference_minor, true AS credit
    FROM transactions WHERE payee_account IS NOT NULL
    UNION ALL
    SELECT payer_account, payee_account, reference_minor, false
    FROM transactions WHERE payer_account IS NOT NULL
)
SELECT
    account,
    count(*) FILTER (credit) AS credit_count,
    sum(reference_minor) FILTER (credit) AS credit_sum,
    avg(reference_minor) FILTER (credit) AS credit_mean,
    max(reference_minor) FILTER (credit) AS credit_max,
    count(DISTINCT counterparty) FILTER (credit) AS payer_count,
    count(*) FILTER (NOT credit) AS debit_count,
    sum(reference_minor) FILTER (NOT credit) AS debit_sum,
    avg(reference_minor) FILTER (NOT credit) AS debit_mean,
    max(reference_minor) FILTER (NOT credit) AS debit_max,
    count(DISTINCT counterparty) FILTER (NOT credit) AS payee_count
FROM sides GROUP BY account
"""

NAMES = (
    "credit_count", "credit_sum", "credit_mean", "credit_max", "payer_count",
    "debit_count", "debit_sum", "debit_mean", "debit_max", "payee_count",
)  # fmt: skip


def aggregates(lake: Lake, rows: Rows) -> npt.NDArray[np.float64]:
    """Summarise all that was visible of each row's account at its instant.

    Returns
    -------
    float64 array, shape (len(rows), len(NAMES))
        In the order of `NAMES`; NaN where there is nothing to sum.
    """
    instants = [int(at) for at in np.unique(rows.as_of)]
    table = pd.concat([_visible(lake, at).assign(as_of=at) for at in instants])
    found = positions(rows, table["account"].to_numpy(), table["as_of"].to_numpy())
    values: npt.NDArray[np.float64] = table[list(NAMES)].to_numpy(dtype=np.float64)[found]
    values[found < 0] = np.nan
    return values


def _visible(lake: Lake, as_of: int) -> pd.DataFrame:
    columns = ["payer_account", "payee_account", "reference_minor"]
    transactions = LakeView(lake, instant(as_of)).facts("transactions", columns)
    with duckdb.connect() as connection:
        connection.register("transactions", transactions)
        return connection.execute(_QUERY).df()
