"""What a view of the store shows, and how it finds it."""

import pyarrow as pa
import pytest

from ledger.errors import MuleriskError
from ledger.lake import SEQUENCE
from ledger.schema import TABLES
from ledger.store.statements import IN_TIME
from ledger.store.tables import STORED
from ledger.view import MICROSECOND, microseconds
from tests.facts import DAY, DAY_0, ids, rows_of, transactions

AS_OF = DAY_0 + DAY


@pytest.mark.parametrize("column", ["happened_at", "known_at"])
def test_a_fact_is_visible_only_after_it_happened_and_was_known(store, column):
    early = {"happened_at": DAY_0, "known_at": DAY_0}
    store.append("transactions", transactions("t1", **{**early, column: AS_OF}))
    store.append(
        "complaints", rows_of("complaints", {"transaction_id": "t1", **early, column: AS_OF})
    )
    store.append("labels", rows_of("labels", {"account_id": "bob", **early, column: AS_OF}))
    at, after = store.view(AS_OF), store.view(AS_OF + MICROSECOND)
    assert ids(at.transactions(["ann"])) == ids(at.transactions()) == []
    assert ids(at.complaints(["t1"])) == []
    assert len(at.labels(["bob"])) == len(at.labels()) == 0
    assert ids(after.transactions(["ann"])) == ids(after.transactions()) == ["t1"]
    assert ids(after.complaints(["t1"])) == ["t1"]
    assert len(after.labels(["bob"])) == len(after.labels()) == 1
    assert len(after.labels(["ann"])) == 0


def test_a_view_does_not_see_what_is_appended_after_it_was_opened(store):
    store.append("transactions", transactions("t1"))
    store.append("accounts", rows_of("accounts", {"account_id": "ann"}))
    view = store.view(AS_OF)
    store.append("transactions", transactions("t2"))
    store.append("accounts", rows_of("accounts", {"account_id": "bob"}))
    store.append("complaints", rows_of("complaints", {"transaction_id": "t1"}))
    store.append("labels", rows_of("labels", {"account_id": "ann"}))
    for pinned in (view, store.view(AS_OF, recorded_seq=view.recorded_seq)):
        assert ids(pinned.transactions(["ann"])) == ids(pinned.transactions()) == ["t1"]
        assert pinned.accounts()["account_id"].to_pylist() == ["ann"]
        assert pinned.accounts(["ann", "bob"])["account_id"].to_pylist() == ["ann"]
        assert len(pinned.complaints(["t1"])) == 0
        assert len(pinned.labels(["ann"])) == len(pinned.labels()) == 0
    assert len(store.view(AS_OF).labels(["ann"])) == 1
    assert len(store.view(AS_OF).complaints(["t1"])) == 1


def test_a_view_of_the_future_of_the_store_is_refused(store):
    store.append("transactions", transactions("t1"))
    with pytest.raises(MuleriskError, match="has recorded 1 facts and no 2"):
        store.view(AS_OF, recorded_seq=2)


def test_an_instant_without_a_zone_is_refused(store):
    with pytest.raises(ValueError, match="no zone"):
        store.view(AS_OF.replace(tzinfo=None)).transactions()


def test_a_transaction_between_two_of_the_accounts_comes_once(store):
    store.append("transactions", transactions("t1"))
    store.append("transactions", transactions("t2", payer_account=None))
    store.append("transactions", transactions("t3", payee_account=None))
    store.append("transactions", transactions("t4", payer_account="cho", payee_account="dao"))
    view = store.view(AS_OF)
    assert ids(view.transactions(["ann", "bob"])) == ["t1", "t2", "t3"]
    assert ids(view.transactions(["ann"])) == ["t1", "t3"]
    assert ids(view.transactions(["bob", "bob"])) == ["t1", "t2"]
    assert ids(view.transactions(["nobody", "\0"])) == ids(view.transactions([])) == []


def test_transactions_come_in_order_of_time_then_sequence_then_id(store):
    rows = [
        {"transaction_id": name, "happened_at": DAY_0 + at * MICROSECOND, "source_sequence": place}
        for name, at, place in [
            ("late", 1, 1), ("b", 0, None), ("Z", 0, None), ("é", 0, None), ("a", 0, None),
            ("two", 0, 2), ("one", 0, 1),
        ]
    ]  # fmt: skip
    sent = [{**row, "payer_account": "ann"} for row in rows]
    store.append("transactions", rows_of("transactions", *sent))
    expected = ["one", "two", "Z", "a", "b", "é", "late"]
    assert ids(store.view(AS_OF).transactions(["ann"])) == expected
    assert ids(store.view(AS_OF).transactions()) == expected


def test_every_column_is_of_the_contract_even_in_an_empty_answer(store):
    view = store.view(AS_OF)
    empty = {
        "transactions": [view.transactions(), view.transactions(["ann"])],
        "accounts": [view.accounts(), view.accounts(["ann"])],
        "complaints": [view.complaints(["t1"])],
        "labels": [view.labels(), view.labels(["ann"])],
    }
    store.append("transactions", transactions("t1"))
    empty["transactions"].append(store.view(AS_OF).transactions())
    for name, tables in empty.items():
        for table in tables:
            assert table.schema == TABLES[name].arrow.append(SEQUENCE)


def test_columns_that_are_named_come_alone_and_in_the_same_order(store):
    store.append("transactions", transactions("t1", "t2", tenant="b", happened_at=DAY_0))
    store.append("transactions", transactions("t0", "t3", tenant="a", happened_at=DAY_0))
    view, names = store.view(AS_OF), ["channel", "transaction_id", "tenant"]
    for wanted in (["ann"], ["nobody"], None):
        assert view.transactions(wanted, names) == view.transactions(wanted).select(names)


def test_a_large_answer_is_the_same_as_a_small_one(store, monkeypatch):
    names = [f"t{number:03}" for number in range(250)]
    store.append("transactions", transactions(*names))
    small = store.view(AS_OF).transactions(["ann"])
    for held in (1, 249, 250, 251):
        monkeypatch.setattr("ledger.store.plain.FETCHED", held)
        assert store.view(AS_OF).transactions(["ann"]) == small
    assert ids(small) == names


def test_a_thousand_accounts_are_one_call(store):
    names = [f"account {number}" for number in range(1000)]
    rows = [
        {"transaction_id": str(place), "payer_account": name, "payee_account": names[place - 1]}
        for place, name in enumerate(names)
    ]
    store.append("transactions", rows_of("transactions", *rows))
    store.append("accounts", rows_of("accounts", *({"account_id": name} for name in names)))
    view = store.view(AS_OF)
    assert len(view.transactions(names)) == len(view.accounts(names)) == 1000
    assert len(view.complaints(names)) == 0


@pytest.mark.parametrize("columns", [tuple(STORED["transactions"].arrow.names), ()], ids=len)
@pytest.mark.parametrize("accounts", [1, 1000])
def test_the_transactions_of_accounts_are_found_by_ranges_of_two_indexes(store, accounts, columns):
    columns = tuple(dict.fromkeys([*columns, *IN_TIME]))
    rows = pa.concat_tables(
        [transactions(*(f"{part}-{n}" for n in range(2000)), payer_account=f"a{part}",
                      payee_account=f"b{part}") for part in range(10)]
    )  # fmt: skip
    store.append("transactions", rows)
    statement = store.reader.sql("transactions", columns)
    names = [f"a{part}" for part in range(accounts)]
    values = {
        "ids": store.backend.among_value(names),
        "as_of": microseconds(DAY_0 + 5 * MICROSECOND),
        "recorded_seq": store.recorded_seq,
    }
    plan = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[store.engine.dialect.name]
    store.analyze()
    with store.engine.connect() as connection:
        lines = [str(row) for row in connection.exec_driver_sql(plan + statement, values)]
    text = "\n".join(lines)
    assert "transactions_payer_account_happened_at" in text, text
    assert "transactions_payee_account_happened_at" in text, text
    assert "SCAN transactions" not in text
    assert "Seq Scan" not in text


def test_what_only_a_generator_knows_is_not_in_the_store():
    assert {name for name in TABLES if name not in STORED} == {
        "truth_transactions",
        "truth_accounts",
    }
