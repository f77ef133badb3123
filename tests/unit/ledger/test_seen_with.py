"""Which other accounts were seen with an account's devices, numbers and addresses."""

import pyarrow as pa
import pytest

from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, IDENTIFIERS, TRANSACTIONS
from ledger.view import MICROSECOND, LakeView
from tests.bank import table
from tests.facts import DAY, DAY_0, transactions

AS_OF = DAY_0 + DAY


def _identifier(account, kind, value, at=DAY_0):
    return {"account_id": account, "kind": kind, "value": value, "seen_from": at, "known_at": at}


LISTED = (
    _identifier("ann", "phone", "+66 1"),
    _identifier("bob", "phone", "+66 1"),
    _identifier("cat", "email", "+66 1"),
    _identifier("dan", "phone", "+66 2"),
    _identifier("eve", "phone", "+66 1", AS_OF),
)
ORDERED = (
    {"payer_account": "ann", "payee_account": "bob", "device_id": "d1"},
    {"payer_account": "cat", "payee_account": "ann", "device_id": "d1"},
    {"payer_account": "dan", "payee_account": "ann", "ip": "d1"},
    {"payer_account": None, "payee_account": "ann", "device_id": "d1"},
    {"payer_account": "dan", "payee_account": "bob", "device_id": "d2"},
)


def _rows():
    """Put the drawn facts into rows of the two tables."""
    moved = [transactions(f"t{number}", **row) for number, row in enumerate(ORDERED)]
    return pa.concat_tables(moved), table(IDENTIFIERS, LISTED)


@pytest.fixture
def lake(tmp_path):
    moved, listed = _rows()
    accounts = table(ACCOUNTS, [{"account_id": "ann", "institution": "B", "kind": "bank"}])
    tables = {"transactions": moved.cast(TRANSACTIONS.arrow), "identifiers": listed,
              "accounts": accounts}  # fmt: skip
    return append(Lake(tmp_path / "lake", "test", "THB"), tables)


def _pairs(view, account):
    return [tuple(row.values()) for row in view.seen_with(account).to_pylist()]


SHARED = [
    ("ann", "device", "d1"),
    ("ann", "phone", "+66 1"),
    ("bob", "phone", "+66 1"),
    ("cat", "device", "d1"),
]


def test_the_same_value_of_the_same_kind_is_shared_and_only_once_it_was_seen(lake):
    assert _pairs(LakeView(lake, AS_OF), "ann") == SHARED
    assert ("eve", "phone", "+66 1") in _pairs(LakeView(lake, AS_OF + MICROSECOND), "ann")
    assert _pairs(LakeView(lake, AS_OF), "nobody") == []


def test_the_store_tells_the_same(store):
    moved, listed = _rows()
    store.append("transactions", moved)
    store.append("identifiers", listed)
    assert _pairs(store.view(AS_OF), "ann") == SHARED
    assert ("eve", "phone", "+66 1") in _pairs(store.view(AS_OF + MICROSECOND), "ann")
    assert _pairs(store.view(AS_OF), "nobody") == []
