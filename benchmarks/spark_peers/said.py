"""What is said of a random ledger: some accounts are known mules, some payments complained of."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.feature_peers.random_ledger import AS_OF
from ledger.lake import Lake, append
from ledger.schema import TABLES

SHOWN_AT = AS_OF.replace(hour=0, minute=0)
"""The midnight before the instant asked about, when the snapshot of the network is taken."""

_TOLD_AT = SHOWN_AT - timedelta(days=7)
_ACCOUNTS_PER_MULE, _PAYMENTS_PER_COMPLAINT = 200, 500


def say(lake: Lake, seed: int = 1) -> Lake:
    """Add outcomes and complaints, all known a week before the snapshot."""
    random = np.random.default_rng(seed)
    accounts = lake.read("accounts", ["account_id"])["account_id"].to_pylist()
    payments = lake.read("transactions", ["transaction_id", "happened_at", "known_at"])
    known = payments.filter(pc.less(payments["known_at"], pa.scalar(_TOLD_AT)))["transaction_id"]
    mules = random.choice(accounts, 1 + len(accounts) // _ACCOUNTS_PER_MULE, replace=False)
    complained = known.take(
        random.choice(len(known), 1 + len(known) // _PAYMENTS_PER_COMPLAINT, replace=False)
    )
    told = {"happened_at": _TOLD_AT, "known_at": _TOLD_AT, "source": "bank"}
    labels = [{**told, "account_id": mule, "outcome": "complicit_mule"} for mule in mules.tolist()]
    complaints = [
        {**told, "complaint_id": payment, "transaction_id": payment, "status": "open"}
        for payment in complained.to_pylist()
    ]
    rows = {"labels": labels, "complaints": complaints}
    return append(
        lake, {name: pa.Table.from_pylist(of, TABLES[name].arrow) for name, of in rows.items()}
    )
