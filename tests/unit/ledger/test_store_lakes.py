"""From a lake into the store and back: the same facts under the same numbers."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cli.export import command as export
from cli.load import command as load
from ledger.lake import Lake, append, open_lake
from ledger.store import Appended, Conflict, StoreRefused, lakes, open_store
from ledger.store.store import OtherLedger
from ledger.store.tables import STORED
from ledger.view import LakeView
from tests.facts import DAY, DAY_0, ids, rows_of, transactions

LATER = DAY_0 + 30 * DAY


@pytest.fixture
def lake(tmp_path):
    """A ledger of two imports, with a row of every table and what a generator knows."""
    lake = append(
        Lake(tmp_path / "bank", "test", "THB"),
        {
            "accounts": rows_of("accounts", {"account_id": "ann"}, {"account_id": "bob"}),
            "transactions": transactions("t3", "t1", "t2"),
            "truth_transactions": rows_of("truth_transactions", {"transaction_id": "t1"}),
        },
    )
    others = STORED.keys() - {"accounts", "transactions"}
    more = {name: rows_of(name, {}) for name in sorted(others)}
    truth = rows_of("truth_accounts", {"account_id": "ann"})
    return append(lake, {"transactions": transactions("t4"), **more, "truth_accounts": truth})


def facts(lake):
    return {name: lake.read(name).sort_by("recorded_seq") for name in STORED}


def test_a_full_disk_is_told_in_one_line(lake, store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("SQLite can be told how many pages there are")
    many = transactions(*(f"n{number}" for number in range(20_000)))
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 50}")
    with pytest.raises(StoreRefused, match="full") as refusal:
        store.load(append(lake, {"transactions": many}))
    assert "\n" not in str(refusal.value)


def test_a_lake_of_an_earlier_release_is_loaded_beside_what_contracts_have_gained(store, lake):
    """Before its table had the column, no part held a role."""
    (file,) = lake.files("labels")
    pq.write_table(pq.read_table(file, partitioning=None).drop_columns(["role"]), file)
    found = rows_of("labels", {"account_id": "bob", "role": "relay"})
    store.load(append(lake, {"labels": found}))
    told = store.reader.recorded("labels", 0, 99)
    assert told["role"].to_pylist() == [None, "relay"]


@pytest.mark.parametrize("window", [1, 2, 3, 1000])
def test_a_lake_is_loaded_whole_with_its_numbers(store, lake, monkeypatch, window):
    monkeypatch.setattr(lakes, "WINDOW", window)
    reached = []
    assert store.load(lake, reached.append) == Appended(15, 0)
    assert reached[-1] == store.recorded_seq == lake.last_seq()
    assert reached == sorted(set(reached))
    assert {name: store.reader.recorded(name, 0, 99) for name in STORED} == facts(lake)
    assert store.reference_currency == "THB"
    assert store.load(lake) == Appended(0, 15)


def test_store_and_lake_answer_alike(store, lake):
    store.load(lake)
    ours, theirs = store.view(LATER), LakeView(lake, LATER)
    assert ours.recorded_seq == theirs.recorded_seq
    assert ours.accounts() == theirs.accounts()
    assert ours.complaints(["x"]) == theirs.complaints(["x"])
    by_number = "recorded_seq"
    assert ours.transactions().sort_by(by_number) == theirs.transactions().sort_by(by_number)


def test_what_was_appended_is_exported_once_to_the_ledger_it_came_from(store, lake):
    store.load(lake)
    store.append("transactions", transactions("t5"))
    store.append("complaints", rows_of("complaints", {"complaint_id": "c2"}))
    store.append("transactions", transactions("t6"))
    exported = store.export(lake)
    exported.verify()
    assert exported == open_lake(lake.folder)
    assert exported.rows("transactions") == lake.rows("transactions") + 2
    assert exported.rows("complaints") == lake.rows("complaints") + 1
    assert exported.rows("truth_accounts") == 1
    assert facts(exported) == {name: store.reader.recorded(name, 0, 99) for name in STORED}
    assert store.export(exported) == exported


@pytest.mark.parametrize("part", [1, 3, 1000])
def test_a_new_folder_receives_everything_in_whole_steps(store, lake, tmp_path, monkeypatch, part):
    monkeypatch.setattr(lakes, "PART", part)
    store.load(lake)
    exported = store.export(Lake(tmp_path / "new", "store", "THB"))
    exported.verify()
    assert facts(exported) == facts(lake)
    assert store.export(exported) == exported


def test_a_store_lost_and_loaded_from_its_export_goes_on_with_the_same_numbers(
    new_store_url, lake, monkeypatch
):
    monkeypatch.setattr(lakes, "WINDOW", 2)
    with new_store_url() as url:
        store = open_store(url)
        store.load(lake)
        store.append("transactions", transactions("t5"))
        store.append("complaints", rows_of("complaints", {"complaint_id": "c2"}))
        store.append("transactions", transactions("t6"))
        exported = store.export(lake)
        store.close()
    with new_store_url() as url:
        store = open_store(url)
        store.load(exported)
        assert {name: store.reader.recorded(name, 0, 99) for name in STORED} == facts(exported)
        store.append("transactions", transactions("t7"))
        grown = store.export(exported)
        assert sorted(ids(grown.read("transactions")))[-2:] == ["t6", "t7"]
        store.close()


def test_a_load_cut_short_is_taken_up_again(store, lake, monkeypatch):
    monkeypatch.setattr(lakes, "WINDOW", 3)

    def stop(reached):
        if reached >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.load(lake, stop)
    done = store.load(lake)
    assert done.new + done.repeated == 15
    assert done.repeated > 0
    assert {name: store.reader.recorded(name, 0, 99) for name in STORED} == facts(lake)


def test_a_lake_that_has_grown_keeps_its_numbers(store, lake):
    store.load(lake)
    grown = append(lake, {"transactions": transactions("t5")})
    assert store.load(grown) == Appended(1, 15)
    assert {name: store.reader.recorded(name, 0, 99) for name in STORED} == facts(grown)
    assert store.export(grown) == grown


def test_a_store_that_is_further_on_gives_its_own_numbers(store, lake):
    store.append("transactions", transactions("t0", "t1"))
    assert store.load(lake) == Appended(14, 1)
    numbers = store.view(LATER).transactions()["recorded_seq"].to_pylist()
    assert len(set(numbers)) == 5


def test_a_ledger_that_contradicts_the_store_is_refused(store, lake):
    store.append("transactions", transactions("t1", reference="other"))
    with pytest.raises(Conflict):
        store.load(lake)
    assert ids(store.view(LATER).transactions()) == ["t1"]


def test_the_lake_of_another_store_is_refused(store, lake, tmp_path):
    store.append("transactions", transactions("x1", "x2"))
    with pytest.raises(OtherLedger, match="The lake is of another store"):
        store.export(lake)
    assert open_lake(lake.folder) == lake


def test_amounts_in_two_reference_currencies_do_not_mix(store, lake, tmp_path):
    store.load(lake)
    euros = append(Lake(tmp_path / "euros", "test", "EUR"), {"transactions": transactions("e1")})
    for act in (store.load, store.export):
        with pytest.raises(OtherLedger, match="THB"):
            act(euros)


def test_the_commands_load_and_export(new_store_url, lake, tmp_path):
    with new_store_url() as url:
        run = CliRunner()
        loaded = run.invoke(load, [str(lake.folder), "--store", url], catch_exceptions=False)
        assert "15 facts loaded, 0 were there already" in loaded.output
        new = str(tmp_path / "new")
        exported = run.invoke(export, ["--store", url, "--ledger", new], catch_exceptions=False)
        assert "4 transactions, 2 accounts, 1 labels" in exported.output
        again = run.invoke(export, ["--store", url, "--ledger", new], catch_exceptions=False)
        assert "nothing new exported" in again.output
        assert facts(open_lake(tmp_path / "new")) == facts(lake)


def test_a_part_that_would_repeat_numbers_is_never_written(lake):
    with pytest.raises(ValueError, match="already holds"):
        append(lake, {"transactions": lake.read("transactions")})
    lake.verify()


def test_a_window_joins_the_parts_it_touches(tmp_path):
    first = append(Lake(tmp_path / "bank", "test", "THB"), {"transactions": transactions("a", "b")})
    lake = append(first, {"transactions": transactions("c", "d")})
    ((through, tables),) = lakes.windows(lake, 0)
    assert through == 4
    assert isinstance(tables["transactions"], pa.Table)
    assert sorted(ids(tables["transactions"])) == ["a", "b", "c", "d"]


_COUNTED = {
    "sqlite": "SELECT tbl FROM sqlite_stat1",
    "postgresql": "SELECT tablename FROM pg_stats",
}


@pytest.mark.parametrize("behind", [False, True], ids=["at once", "made up for later"])
def test_after_a_load_the_database_has_counted_segments_and_their_texts(
    lake, store, behind, monkeypatch
):
    if behind:
        # As after a load that was cut short, or an upgrade: nothing is new, segments are behind.
        with monkeypatch.context() as cut:
            cut.setattr(type(store), "catch_up", lambda *_: None)
            cut.setattr(type(store), "analyze", lambda *_: None)
            store.load(lake)
    store.load(lake)
    with store.engine.connect() as connection:
        counted = set(connection.exec_driver_sql(_COUNTED[store.engine.dialect.name]).scalars())
    assert {"transactions", "segments", "texts"} <= counted
