"""The same table from mulerisk's own engine."""

from datetime import datetime

import pyarrow as pa

from features.compute import compute
from features.events import ACCOUNT_COLUMNS, TRANSACTION_COLUMNS
from ledger.lake import Lake


def features(lake: Lake, as_of: datetime) -> pa.Table:
    """Compute the feature table from Parquet files."""
    transactions = lake.read("transactions", list(TRANSACTION_COLUMNS), coded=True)
    accounts = lake.read("accounts", list(ACCOUNT_COLUMNS))
    return compute(transactions, accounts, [as_of]).to_arrow()
