"""The ledger whose accounts are asked about: a random one, and one very busy account more."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.random_ledger import AS_OF
from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, TRANSACTIONS
from ledger.view import SIDES, LakeView

BUSIEST = "a very busy account"
_WINDOW = timedelta(days=90)
_LEAST, _MOST = 280, 320
"""Transactions in the window of an account that is asked about."""
_ASKED = 200


def write(folder: Path, transactions: int, of_busiest: int) -> Lake:
    """Write a ledger with so many transactions, and so many more of the busiest account.

    It receives what others of a ledger of that size pay.
    """
    lake = random_ledger.write(folder / "ledger", transactions)
    others = random_ledger.write(folder / "others", of_busiest)
    account = others.read("accounts").slice(0, 1)
    return append(
        lake,
        {
            "accounts": _with(account, ACCOUNTS.arrow, account_id=[BUSIEST]),
            "transactions": _with(
                others.read("transactions"),
                TRANSACTIONS.arrow,
                transaction_id=[f"busiest {number}" for number in range(of_busiest)],
                payee_account=[BUSIEST] * of_busiest,
            ),
        },
    )


def _with(rows: pa.Table, schema: pa.Schema, **columns: list[str]) -> pa.Table:
    return pa.table({**dict(zip(rows.column_names, rows.columns, strict=True)), **columns}).select(
        schema.names
    )


def usual_accounts(lake: Lake) -> list[str]:
    """Name accounts with about 300 visible transactions in the 90 days before `AS_OF`."""
    rows = LakeView(lake, AS_OF).transactions(columns=["happened_at", *SIDES])
    recent = rows.filter(pc.greater_equal(rows["happened_at"], pa.scalar(AS_OF - _WINDOW)))
    parties = pa.chunked_array([chunk for side in SIDES for chunk in recent[side].chunks])
    counts = parties.drop_null().value_counts()
    accounts, count = counts.field("values"), counts.field("counts")
    usual = accounts.filter(pc.and_(pc.greater_equal(count, _LEAST), pc.less_equal(count, _MOST)))
    inside = usual.filter(pc.is_in(usual, value_set=lake.read("accounts")["account_id"]))
    return sorted(inside.to_pylist())[:_ASKED]
