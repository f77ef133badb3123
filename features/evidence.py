"""The transactions behind a feature's value, for reports that can be checked."""

from datetime import datetime

import pyarrow as pa

from features.catalogue import BY_NAME
from features.events import TRANSACTION_COLUMNS, lay_out
from features.kernel import history_of
from ledger.view import microseconds


def evidence(
    names: tuple[str, ...], transactions: pa.Table, account: pa.Table, as_of: datetime
) -> dict[str, list[str]]:
    """Find the transactions that make the values of features.

    Parameters
    ----------
    names : tuple of str
        Names of features.
    transactions : pyarrow.Table
        All that touch the account; those not visible at `as_of` are left out.
    account : pyarrow.Table
        The one account.

    Returns
    -------
    dict of str to list of str
        For each feature the ids of its transactions, oldest first. The feature computed from those
        alone has the same value.
    """
    rows = transactions.select(list(TRANSACTION_COLUMNS))
    instant = microseconds(as_of)
    history = history_of(lay_out(rows, account), 0, instant)
    ids = rows["transaction_id"]
    return {
        name: ids.take(history.transaction[BY_NAME[name].evidence(history, instant)]).to_pylist()
        for name in names
    }
