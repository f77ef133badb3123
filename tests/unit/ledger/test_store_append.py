"""What the store keeps, what it passes over and what it refuses."""

import pyarrow as pa
import pytest
import sqlalchemy as sa

from ledger.errors import InputRefused
from ledger.store import Appended, Conflict, open_store
from ledger.store.tables import STORED
from tests.facts import DAY, DAY_0, ids, rows_of, transactions

LATER = DAY_0 + 30 * DAY
CONTENT = [c for c in STORED["transactions"] if c.name not in STORED["transactions"].key]


def stored(store):
    return ids(store.view(LATER).transactions())


def test_new_facts_are_numbered_in_the_order_they_came(store):
    assert store.recorded_seq == 0
    assert store.append("transactions", transactions("t1", "t2")) == Appended(2, 0)
    assert store.append("accounts", rows_of("accounts", {"account_id": "ann"})) == Appended(1, 0)
    assert store.append("transactions", transactions("t3")) == Appended(1, 0)
    view = store.view(LATER)
    assert view.transactions()["recorded_seq"].to_pylist() == [1, 4, 2]
    assert view.accounts()["recorded_seq"].to_pylist() == [3]
    assert view.recorded_seq == store.recorded_seq == 4


def test_a_repeated_fact_is_counted_and_not_written(store):
    store.append("transactions", transactions("t1", "t2"))
    assert store.append("transactions", transactions("t1", "t2")) == Appended(0, 2)
    assert store.recorded_seq == 2
    assert store.append("transactions", transactions("t1", "t2", "t3")) == Appended(1, 2)
    assert sorted(stored(store)) == ["t1", "t2", "t3"]


def test_a_fact_given_twice_in_one_batch_stands_once(store):
    twice = pa.concat_tables([transactions("t1"), transactions("t1")])
    assert store.append("transactions", twice) == Appended(1, 1)
    assert stored(store) == ["t1"]


@pytest.mark.parametrize("column", CONTENT, ids=lambda column: column.name)
def test_another_content_under_a_key_is_refused_whole(store, column):
    store.append("transactions", transactions("t1", "t2"))
    other = {"text": "other", "integer": 2, "time": LATER}[column.type.value]
    batch = pa.concat_tables([transactions("t0"), transactions("t1", **{column.name: other})])
    with pytest.raises(Conflict, match=r"1 rows have a key .* rows 2\.") as refusal:
        store.append("transactions", batch)
    assert refusal.value.positions == (2,)
    assert sorted(stored(store)) == ["t1", "t2"]
    assert store.recorded_seq == 2


def test_a_conflict_names_every_position_and_no_content(store):
    store.append("transactions", transactions("t1", "t2", "t3"))
    changed = transactions("t1", "t0", "t3", reference="secret")
    with pytest.raises(Conflict) as refusal:
        store.append("transactions", changed)
    assert refusal.value.positions == (1, 3)
    assert "secret" not in str(refusal.value)
    assert "t3" not in str(refusal.value)


def test_two_contents_of_one_key_in_a_batch_conflict(store):
    batch = pa.concat_tables([transactions("t1"), transactions("t1", reference="other")])
    with pytest.raises(Conflict):
        store.append("transactions", batch)
    assert store.recorded_seq == 0


def test_the_id_of_another_tenants_transaction_is_taken(store):
    store.append("transactions", transactions("t1"))
    with pytest.raises(Conflict, match=r"a key \(transaction_id\)"):
        store.append("transactions", transactions("t2", "t1", tenant="other"))
    assert store.recorded_seq == 1


def test_several_tables_are_appended_together_or_not_at_all(store):
    store.append("transactions", transactions("t1"))
    tables = {
        "accounts": rows_of("accounts", {"account_id": "ann"}),
        "transactions": transactions("t1", reference="other"),
    }
    with pytest.raises(Conflict):
        store.append_all(tables)
    assert len(store.view(LATER).accounts()) == 0
    assert store.append_all({**tables, "transactions": transactions("t1")}) == Appended(1, 1)


@pytest.mark.parametrize("name", STORED)
def test_every_table_takes_facts_and_tells_repeats_from_conflicts(store, name):
    row = rows_of(name, {})
    assert store.append(name, row) == Appended(1, 0)
    assert store.append(name, row) == Appended(0, 1)
    content = next((c for c in STORED[name] if c.name not in STORED[name].key), None)
    assert content is not None
    other = {"text": "other", "integer": 2, "real": 2.5, "time": LATER}[content.type.value]
    with pytest.raises(Conflict):
        store.append(name, rows_of(name, {content.name: other}))


def test_a_complaint_stays_with_its_transaction(store):
    store.append("complaints", rows_of("complaints", {"complaint_id": "c1", "status": "open"}))
    moved = {"complaint_id": "c1", "status": "confirmed", "transaction_id": "another"}
    batch = rows_of("complaints", {"complaint_id": "c2"}, moved)
    with pytest.raises(Conflict) as refusal:
        store.append("complaints", batch)
    assert refusal.value.positions == (2,)
    assert store.recorded_seq == 1


@pytest.mark.parametrize("change", ["UPDATE {} SET recorded_seq = 99", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_fact(store, change):
    store.append_all({name: rows_of(name, {}) for name in STORED})
    for name in STORED:
        with (
            pytest.raises(sa.exc.DBAPIError, match="append-only"),
            store.engine.begin() as connection,
        ):
            connection.exec_driver_sql(change.format(name))


def test_sqlite_does_not_replace_a_fact(store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("a statement of SQLite")
    store.append("transactions", transactions("t1", reference="first"))
    columns = ", ".join(STORED["transactions"].arrow.names)
    for number in ("recorded_seq", "recorded_seq + 1"):
        renamed = columns.replace("reference,", "'second',")
        with store.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
            replace = "INSERT OR REPLACE INTO transactions ({}, recorded_seq)"
            select = "SELECT {}, {} FROM transactions"
            statement = f"{replace} {select}".format(columns, renamed, number)
            connection.exec_driver_sql(statement)
    assert store.view(LATER).transactions()["reference"].to_pylist() == ["first"]


HOSTILE = (
    "'; DROP TABLE transactions; --", '" OR ""="', "%(ids)s", ":as_of", "?", "{}", "$[0]",
    "\\", "\\x00", "null", "", " ", "a,b", "[1]", "\u202e", "é", "e\u0301", "ไทย", "🙂", "\n",
)  # fmt: skip


@pytest.mark.parametrize("name", STORED)
def test_no_text_is_taken_for_sql(store, name):
    texts = [c.name for c in STORED[name] if c.type.value == "text"]
    hostile = rows_of(name, *(dict.fromkeys(texts, text) for text in HOSTILE))
    assert store.append(name, hostile) == Appended(len(HOSTILE), 0)
    assert store.append(name, hostile) == Appended(0, len(HOSTILE))
    assert store.reader.recorded(name, 0, 99).select(hostile.column_names) == hostile
    view = store.view(LATER)
    if name == "accounts":
        assert view.accounts(HOSTILE)["account_id"].to_pylist() == list(HOSTILE)
    if name == "transactions":
        assert sorted(ids(view.transactions(HOSTILE))) == sorted(HOSTILE)
    if name == "complaints":
        assert sorted(ids(view.complaints(HOSTILE))) == sorted(HOSTILE)


def test_the_largest_numbers_and_the_edges_of_time_come_back(store):
    edges = pa.array([-(2**62), -1, 0, 2**62], pa.int64())
    rows = transactions("t1", "t2", "t3", "t4")
    for name in ("happened_at", "known_at"):
        rows = rows.set_column(
            rows.column_names.index(name), name, edges.cast(pa.timestamp("us", "UTC"))
        )
    amounts = pa.array([1, 2**53 + 1, 2**63 - 1, -(2**63)])
    rows = rows.set_column(rows.column_names.index("reference_minor"), "reference_minor", amounts)
    rows = rows.cast(STORED["transactions"].arrow)
    store.append("transactions", rows)
    assert store.reader.recorded("transactions", 0, 9).select(rows.column_names) == rows
    rates = rows_of("fx_rates", {"rate": 0.1 + 0.2}, {"rate": 5e-324, "currency": "EUR"})
    store.append("fx_rates", rates)
    assert store.reader.recorded("fx_rates", 0, 9).select(rates.column_names) == rates


def test_rows_that_cannot_be_kept_as_given_are_refused_with_every_fault(store):
    rows = transactions("t1", "t\0").drop_columns(["channel", "reference"])
    payer = pa.array([None, "bob"])
    rows = rows.set_column(rows.column_names.index("payer_currency"), "payer_currency", payer)
    rows = rows.set_column(rows.column_names.index("known_at"), "known_at", pa.array(["x", "y"]))
    with pytest.raises(InputRefused) as refusal:
        store.append("transactions", rows)
    assert {(fault.rule, fault.count) for fault in refusal.value.faults} == {
        ("transaction_id holds a NUL character", 1),
        ("channel is missing", 0),
        ("payer_currency is missing", 1),
        ("known_at is not time", 0),
    }
    with pytest.raises(InputRefused, match="rate is not finite"):
        store.append("fx_rates", rows_of("fx_rates", {"rate": float("nan")}))
    assert store.recorded_seq == 0


def test_a_batch_larger_than_a_chunk_conflicts_across_chunks(store, monkeypatch):
    monkeypatch.setattr("ledger.store.appending.CHUNK", 3)
    names = [f"t{number}" for number in range(10)]
    assert store.append("transactions", transactions(*names)) == Appended(10, 0)
    changed = transactions(*names, reference="other")
    mixed = pa.concat_tables([transactions(*names).slice(0, 4), changed.slice(4, 4)])
    with pytest.raises(Conflict) as refusal:
        store.append("transactions", mixed)
    assert refusal.value.positions == (5, 6, 7, 8)


def test_facts_outlive_the_process_that_appended_them(store, store_url):
    store.append("transactions", transactions("t1"))
    store.close()
    again = open_store(store_url)
    assert stored(again) == ["t1"]
    assert again.append("transactions", transactions("t1", "t2")) == Appended(1, 1)
    again.close()


def test_appending_nothing_does_nothing(store):
    assert store.append("transactions", transactions()) == Appended(0, 0)
    assert store.recorded_seq == 0
