"""The door: the past of each transaction, as a table."""

import pyarrow as pa

from features.past.describe import describe_all, names
from features.past.payments import PAYMENT_COLUMNS, read_payments
from features.past.settings import Windows
from ledger.order import in_order


def transaction_past(transactions: pa.Table, windows: Windows) -> pa.Table:
    """Describe what payer and payee of each transaction had done before it.

    Nothing that happened, or became known, after a transaction changes its row.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `PAYMENT_COLUMNS`, in any order.

    Returns
    -------
    pyarrow.Table
        One row for each transaction, in time order: `transaction_id` and `names(windows)`, float32.
        Amounts are in minor units of the reference currency. Missing are all values of an account
        that is, means and largest amounts of nothing, and `ago` of what is further back than the
        longest window.
    """
    ordered = in_order(transactions.select(PAYMENT_COLUMNS))
    values = describe_all(read_payments(ordered), windows)
    columns = {
        name: pa.array(column, from_pandas=True)
        for name, column in zip(names(windows), values, strict=True)
    }
    return pa.table({"transaction_id": ordered["transaction_id"], **columns})
