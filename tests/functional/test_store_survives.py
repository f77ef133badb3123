"""The store under kills, restarts and several writers at once."""

import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ledger.store import Appended, Conflict, open_store
from tests.facts import ids, transactions

FAR = datetime(2100, 1, 1, tzinfo=UTC)
BATCH = 50

# Says which batch was acknowledged, then goes on to the next.
WRITER = f"""
import sys
from ledger.store import open_store
from tests.facts import transactions
store = open_store(sys.argv[1])
for number in range(int(sys.argv[3]), 10_000):
    names = [f"{{sys.argv[2]}}-{{number}}-{{row}}" for row in range({BATCH})]
    store.append("transactions", transactions(*names))
    print(number, flush=True)
"""


def writer(url, name, first=0):
    command = [sys.executable, "-c", WRITER, url, name, str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_loses_nothing_acknowledged_and_leaves_nothing_half(store, store_url):
    draw, acknowledged = random.Random(5), -1
    for _ in range(3):
        process = writer(store_url, "w", acknowledged + 1)
        acknowledged = int(process.stdout.readline())
        time.sleep(draw.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        process.wait()
        batches, view = {}, store.view(FAR)
        in_segments = view.segments(["ann"]).table(["transaction_id"])
        assert ids(in_segments) == ids(view.transactions(["ann"]))
        for name in ids(in_segments):
            batches[int(name.split("-")[1])] = batches.get(int(name.split("-")[1]), 0) + 1
        # One more may have been committed and not been acknowledged any more.
        assert batches.keys() - {acknowledged + 1} == set(range(acknowledged + 1))
        assert set(batches.values()) == {BATCH}
        # To send again what was not acknowledged is how a client goes on.
        names = [f"w-{acknowledged + 1}-{row}" for row in range(BATCH)]
        appended = store.append("transactions", transactions(*names))
        assert appended in (Appended(BATCH, 0), Appended(0, BATCH))
        acknowledged += 1


def test_processes_and_threads_append_at_once_and_no_number_comes_late(store, store_url):
    rounds, late = 10, set()
    process = writer(store_url, "p")

    def append(name):
        for number in range(rounds):
            store.append("transactions", transactions(f"{name}-{number}"))

    threads = [threading.Thread(target=append, args=(f"t{n}",)) for n in range(2)]
    process.stdout.readline()
    for thread in threads:
        thread.start()
    seen: dict[int, set[str]] = {}
    while any(thread.is_alive() for thread in threads) or len(seen) < 3:
        view = store.view(FAR)
        seen[view.recorded_seq] = set(ids(view.segments(["ann"]).table(["transaction_id"])))
        time.sleep(0.05)
    process.kill()
    process.stdout.close()
    process.wait()
    for number, names in seen.items():
        # A fact that came late under an early number would show up now; from the rows themselves.
        late |= set(ids(store.view(FAR, number).transactions(["ann"]))) ^ names
    assert late == set()
    stored = ids(store.view(FAR).transactions())
    assert len(stored) == len(set(stored))
    assert {f"t{n}-{number}" for n in range(2) for number in range(rounds)} <= set(stored)


def test_writers_of_the_same_facts_store_them_once(store):
    done = []

    def append():
        done.append(store.append("transactions", transactions(*map(str, range(200)))))

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(appended.new for appended in done) == [0, 0, 0, 200]


def test_readers_are_not_kept_waiting_by_a_writer(store):
    store.append("transactions", transactions("t1"))
    with store.engine.begin() as connection:
        store.backend.lock(connection)
        connection.exec_driver_sql("UPDATE ledger_state SET recorded_seq = 99")
        assert store.recorded_seq == 1
        assert ids(store.view(FAR).transactions(["ann"])) == ["t1"]


def test_a_dropped_connection_is_replaced(store):
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    store.append("transactions", transactions("t1"))
    admin = sa.create_engine(store.engine.url)
    with admin.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    admin.dispose()
    assert ids(store.view(FAR).transactions(["ann"])) == ["t1"]
    with pytest.raises(Conflict):
        store.append("transactions", transactions("t1", reference="other"))


def test_a_full_disk_stores_nothing_and_says_so(store, store_url, tmp_path):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("a limit of one SQLite file stands for the disk")
    store.append("transactions", transactions("t1"))
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sa.exc.OperationalError, match="full"):
        store.append("transactions", transactions(*map(str, range(1000))))
    again = open_store(store_url)
    assert ids(again.view(FAR).transactions()) == ["t1"]
    assert again.recorded_seq == 1
    again.close()
