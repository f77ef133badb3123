"""The same table from mulerisk's own engine."""

from datetime import datetime

import pyarrow as pa

from features.catalogue import FIRST_FAMILIES
from features.compute import compute
from features.events import columns_to_read
from features.profiles import ACCOUNT_COLUMNS
from ledger.lake import Lake


def features(lake: Lake, as_of: datetime) -> pa.Table:
    """Compute the feature table from Parquet files."""
    transactions = lake.read("transactions", columns_to_read(lake), coded=True)
    accounts = lake.read("accounts", list(ACCOUNT_COLUMNS))
    return compute(transactions, accounts, [as_of], families=FIRST_FAMILIES).to_arrow()
