"""Which other accounts were seen with an account's devices, numbers and addresses."""

import pyarrow as pa
import pytest

from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, IDENTIFIERS, TRANSACTIONS
from ledger.store.statements import IN_TIME
from ledger.view import IDENTIFIER_COLUMNS, MICROSECOND, SEEN, LakeView
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


@pytest.mark.parametrize(
    ("statement", "names", "indexes"),
    [
        ("ordered_with", ("payer_account", *IDENTIFIER_COLUMNS),
         ("transactions_device_id", "transactions_ip", "transactions_phone")),
        ("seen_with", (*SEEN.names, "recorded_seq"), ("identifiers_value",)),
        ("last_learnt", ("known_at",), ("transactions_known_at",)),
    ],
)  # fmt: skip
def test_none_of_it_walks_a_whole_table(store, statement, names, indexes):
    plan = plan_of(store, statement, names)
    assert all(index in plan for index in indexes), plan
    assert "Seq Scan on transactions" not in plan
    assert "SCAN transactions\n" not in plan


@pytest.mark.parametrize("statement", ["transactions", "all_transactions"])
def test_what_was_known_is_no_range_to_read_by(store, statement):
    assert "known_at" not in plan_of(store, statement, IN_TIME).partition("Filter")[0]


def plan_of(store, statement, names):
    """Ask how a database that holds some facts answers a statement."""
    store.append("transactions", transactions(*(f"t{number}" for number in range(2000))))
    store.append("transactions", transactions("with", device_id="d1"))
    sql = store.reader.sql(statement, tuple(names))
    parameters = {"ids": store.backend.among_value(["d1"]), "recorded_seq": 9, "as_of": 2**60}
    word = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[store.engine.dialect.name]
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE transactions")
        told = connection.exec_driver_sql(f"{word} {sql}", parameters).all()
    return "".join(f"{' '.join(map(str, row))}\n" for row in told)
