"""What a generator knows of its laundering transactions, beside what the ledger holds of them."""

import pandas as pd

from ledger.lake import Lake

_COLUMNS = ["transaction_id", "happened_at", "known_at", "payer_account", "payee_account",
            "reference_minor"]  # fmt: skip


def laundering_transactions(lake: Lake) -> pd.DataFrame:
    """Read the laundering transactions with their patterns, in the ledger's order."""
    transactions = lake.read("transactions", _COLUMNS).to_pandas()
    laundering = lake.read("truth_transactions", ["transaction_id", "pattern_id"]).to_pandas()
    return transactions.merge(laundering, on="transaction_id")


def mules(lake: Lake) -> frozenset[str]:
    """Name the accounts that ever launder."""
    rows = lake.read("truth_accounts", ["account_id", "is_mule"]).to_pylist()
    return frozenset(row["account_id"] for row in rows if row["is_mule"])
