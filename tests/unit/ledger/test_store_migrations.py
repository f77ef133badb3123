"""The tables on disk are those of the contracts, and a store of another version is refused."""

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from ledger.errors import MuleriskError
from ledger.store import StoreRefused, migrate, open_store
from ledger.store.migrations.versions import (
    v0001_ledger,
    v0002_complaint_events,
    v0005_one_id_one_transaction,
    v0007_snapshots,
)
from ledger.store.tables import METADATA, STORED
from tests.facts import DAY, DAY_0, transactions

KEYS = {
    **v0001_ledger.KEYS,
    "complaints": v0002_complaint_events.KEY,
    "transactions": v0005_one_id_one_transaction.KEY,
    "snapshots": v0007_snapshots.KEY,
}


def test_migrations_make_the_tables_of_the_contracts(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        inspector = sa.inspect(connection)
        for name, contract in STORED.items():
            (key,) = inspector.get_unique_constraints(name)
            assert tuple(key["column_names"]) == contract.key
            assert KEYS[name] == contract.key
            nullable = {c["name"]: c["nullable"] for c in inspector.get_columns(name)}
            assert nullable == {**{c.name: c.nullable for c in contract}, "recorded_seq": False}


def test_text_is_ordered_by_its_bytes_and_numbers_have_64_bits(store):
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one order of text and one integer")
    with store.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in STORED:
            types = {column["name"]: column["type"] for column in inspector.get_columns(name)}
            assert all(
                kind.collation == "C" for kind in types.values() if isinstance(kind, sa.Text)
            )
            assert isinstance(types["recorded_seq"], sa.BigInteger)


def test_to_migrate_again_changes_nothing(store, store_url):
    migrate(store_url)
    assert open_store(store_url).recorded_seq == 0


@pytest.mark.parametrize(
    ("seen", "named"), [("DELETE FROM {}", "none"), ("UPDATE {} SET version_num = '9'", "9")]
)
def test_a_store_of_another_revision_is_refused(store, store_url, seen, named):
    with store.engine.begin() as connection:
        connection.exec_driver_sql(seen.format("alembic_version"))
    with pytest.raises(StoreRefused, match=f"is at revision {named}, this version needs 0011"):
        open_store(store_url)


def test_an_upgrade_keeps_the_first_of_what_was_stored_several_times(store, store_url):
    _put_back_to_0001(store)
    with store.engine.begin() as connection:
        # Learnt at four instants, which told them apart until then.
        for at, name in enumerate(("c1", "c1", "c2", "c1"), start=1):
            values = f"'{name}', 't1', 0, {at}, 'open', 'x', {at}"
            connection.exec_driver_sql(f"INSERT INTO complaints VALUES ({values})")  # noqa: S608
    migrate(store_url)
    with store.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT complaint_id, recorded_seq FROM complaints")
        assert sorted(map(tuple, kept)) == [("c1", 1), ("c2", 3)]
    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        store.engine.begin() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM complaints")


def test_an_upgrade_keeps_outcomes_which_then_name_no_role(store, store_url):
    _put_back_to_0001(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO labels VALUES ('a', 'victim', 0, 1, 'bank', 1)")
    migrate(store_url)
    with store.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT account_id, outcome, role FROM labels")
        assert list(map(tuple, kept)) == [("a", "victim", None)]
    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        store.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE labels SET role = 'relay'")


def _put_two_tenants(store, *ids):
    """Write a transaction of each of two tenants into a store of version 0001."""
    names = "transaction_id, tenant, happened_at, known_at, payer_amount_minor, payer_currency"
    names += ", payee_amount_minor, payee_currency, channel, recorded_seq"
    with store.engine.begin() as connection:
        for number, name in enumerate(ids, start=1):
            values = f"'{name}', 'bank {number}', 0, 0, 1, 'THB', 1, 'THB', 'instant', {number}"
            connection.exec_driver_sql(f"INSERT INTO transactions ({names}) VALUES ({values})")  # noqa: S608


def test_an_upgrade_keeps_transactions_and_refuses_an_id_of_two_tenants(store, store_url):
    _put_back_to_0001(store)
    _put_two_tenants(store, "t1", "t1")
    with pytest.raises(MuleriskError, match="1 transaction ids of this store stand for"):
        migrate(store_url)
    _put_back_to_0001(store)
    _put_two_tenants(store, "t1", "t2")
    migrate(store_url)
    with store.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT transaction_id, tenant FROM transactions")
        assert sorted(map(tuple, kept)) == [("t1", "bank 1"), ("t2", "bank 2")]
    for change in ("DELETE FROM transactions", "UPDATE transactions SET tenant = 'x'"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="append-only"),
            store.engine.begin() as connection,
        ):
            connection.exec_driver_sql(change)


def _put_back_to_0001(store):
    """Make the store as version 0001 had it."""
    with store.engine.begin() as connection:
        for later in ("assessments", "assessment_outputs", "snapshots"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {later}")
        _drop_segments(connection)
        for changed in ("complaints", "labels", "transactions"):
            connection.exec_driver_sql(f"DROP TABLE {changed}")
            with Operations.context(MigrationContext.configure(connection)):
                v0001_ledger.create(changed, v0001_ledger.KEYS[changed])
        connection.exec_driver_sql("DROP INDEX IF EXISTS identifiers_value")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def _drop_segments(connection):
    for later in ("texts", "segments"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {later}")
    columns = sa.inspect(connection).get_columns("ledger_state")
    if "segmented_seq" in [column["name"] for column in columns]:
        connection.exec_driver_sql("ALTER TABLE ledger_state DROP COLUMN segmented_seq")


def test_an_upgrade_leaves_what_is_stored_to_be_put_into_segments(store, store_url):
    store.append("transactions", transactions("t1", "t2"))
    with store.engine.begin() as connection:
        _drop_segments(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0010'")
    migrate(store_url)
    upgraded, as_of = open_store(store_url), DAY_0 + DAY
    assert upgraded.view(as_of).segments(["ann"]) is None
    upgraded.catch_up()
    view, names = upgraded.view(as_of), ["transaction_id", "happened_at"]
    assert view.segments(["ann"]).table(names) == view.transactions(["ann"], names)
    assert len(view.transactions(["ann"])) == 2
    upgraded.close()


def test_an_empty_database_is_refused(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreRefused, match="is at revision none"):
        open_store(f"sqlite:///{path}")


def test_to_open_a_store_does_not_make_one(tmp_path):
    with pytest.raises(StoreRefused, match="does not exist"):
        open_store(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "postgresql://x"]
)
def test_a_database_that_cannot_keep_a_ledger_is_refused(url):
    for use in (open_store, migrate):
        with pytest.raises(StoreRefused, match="names no database"):
            use(url)


def test_a_text_that_is_no_url_is_refused_without_repeating_it():
    with pytest.raises(StoreRefused, match="no URL") as refusal:
        open_store("secret")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("use", [open_store, migrate])
def test_a_server_that_does_not_answer_is_told_in_one_line(use):
    with pytest.raises(StoreRefused, match="Connection refused") as refusal:
        use("postgresql://user:secret@127.0.0.1:1/ledger")
    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_password_stands_in_no_refusal():
    with pytest.raises(StoreRefused) as refusal:
        open_store("mysql://user:secret@host/name")
    assert "secret" not in str(refusal.value)


def test_sqlite_is_durable_and_lets_readers_read(store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    with store.engine.connect() as connection:
        seen = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert seen == ["wal", 2, 30000]


def test_two_processes_may_migrate_at_once(tmp_path):
    url = f"sqlite:///{tmp_path}/store.db"
    code = f"from ledger.store import migrate; migrate({url!r})"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert open_store(url).recorded_seq == 0


WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from ledger.store import migrate, open_store
migrate(sys.argv[1])
print(open_store(sys.argv[1]).recorded_seq)
"""


def test_a_sqlite_store_needs_no_driver_of_postgresql(tmp_path):
    """It comes with what serves; whoever trains may have none."""
    url = f"sqlite:///{tmp_path}/store.db"
    command = [sys.executable, "-c", WITHOUT_PSYCOPG, url]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0\n"


def test_options_in_the_address_of_a_store_hold_for_its_reads_too(store, store_url):
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's address has no options for a server")
    url = sa.make_url(store_url).update_query_dict({"options": "-c application_name=bank"})
    named = open_store(url.render_as_string(hide_password=False))
    for engine in (named.engine, named.reader.engine):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW application_name").scalar() == "bank"
    named.close()
