"""Snapshots as a bank's job takes them, in a lake and in a store, and answers with them."""

from datetime import timedelta

import click
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import snapshot
from features.catalogue import ACCOUNT_NAMES
from features.compute import FeatureTable
from features.network.coded import coded, tables_of
from features.network.families import DEFINITIONS
from features.network.join import with_rows, with_snapshots
from features.network.keep import NotSnapshots, SnapshotStands
from features.network.snapshot import SnapshotDamaged
from features.network.snapshot import rows_of as snapshot_rows
from features.network.snapshot import take as take_snapshot
from ledger.errors import MuleriskError
from ledger.lake import append, open_lake
from ledger.schema import SNAPSHOTS
from ledger.store import migrate, open_store
from ledger.view import LakeView, microseconds
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.signature import read_public_key
from tests.bank import AS_OF, MULE, NETWORK_AS_OF, PERSON, make_bank, make_champion
from tests.facts import rows_of
from tests.tiny_pipeline import run_command
from training.parameters import Features
from training.snapshots import snapshots
from training.snapshots import tables_of as tables_of_lake

LATER = AS_OF - timedelta(minutes=20)
SEEN = (MULE, PERSON)


@pytest.fixture
def lake(tmp_path):
    return make_bank(tmp_path / "bank")


@pytest.fixture
def url(tmp_path, lake):
    """A store with the bank's facts."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    store = open_store(url)
    store.load(lake)
    store.close()
    return url


def take(where, place, *options, as_of=LATER):
    run_command(snapshot.command, where, place, "--as-of", as_of.isoformat(), *options)


def _no_account_features(count):
    at = np.full(count, microseconds(AS_OF))
    return at, np.full((count, len(ACCOUNT_NAMES)), np.nan)


def rows(view):
    """Give what a view's snapshots hold, without their number in the ledger."""
    shown = view.snapshots(SEEN, DEFINITIONS)
    return shown.drop_columns(["recorded_seq"]).sort_by("account_id").to_pylist()


def test_lake_store_and_pipeline_show_the_same(lake, url, capsys):
    take("--ledger", lake.folder)
    take("--store", url)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[1]
    in_lake = rows(LakeView(open_lake(lake.folder), AS_OF))
    assert in_lake == rows(open_store(url).view(AS_OF))
    assert {row["happened_at"] for row in in_lake} == {LATER}
    hourly = Features(0, 1, snapshot_hours=1, snapshot_delay_minutes=0, threads=1)
    (taken,) = snapshots(tables_of_lake(lake), [AS_OF], hourly)
    assert taken.as_of == NETWORK_AS_OF
    own = FeatureTable(taken.account_id, *_no_account_features(len(taken.account_id)))
    online = LakeView(lake, AS_OF).snapshots(None, DEFINITIONS)
    assert with_rows(own, online).values.tobytes() == with_snapshots(own, [taken]).values.tobytes()


def test_taken_again_it_changes_nothing(lake, url, capsys):
    for _ in range(2):
        take("--ledger", lake.folder)
        take("--store", url)
    told = capsys.readouterr().out.splitlines()
    assert all(line.split(";")[0].endswith(" 0 of them new") for line in told[2:])
    assert (
        open_lake(lake.folder).rows("snapshots")
        == open_store(url).view(AS_OF).facts("snapshots").num_rows
    )


def test_the_past_is_filled_as_each_instant_was_known(lake, url, capsys):
    late = {"transaction_id": "late", "payer_account": MULE, "payee_account": PERSON,
            "happened_at": LATER - timedelta(days=2), "known_at": LATER - timedelta(hours=1),
            "reference_minor": 5}  # fmt: skip
    grown = append(lake, {"transactions": rows_of("transactions", late)})
    store = open_store(url)
    store.append("transactions", rows_of("transactions", late))
    store.close()
    since = ("--since", (LATER - timedelta(days=3)).isoformat(), "--every-hours", 36)
    take("--ledger", grown.folder, *since)
    take("--store", url, *since)
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == told[3:]
    expected = [LATER - timedelta(hours=hours) for hours in (72, 36, 0)]
    assert [line.split(": ")[0] for line in told[:3]] == [at.isoformat() for at in expected]
    taken = take_snapshot(coded(tables_of(LakeView(lake, expected[1]))), expected[1])
    for view in (LakeView(open_lake(lake.folder), LATER), open_store(url).view(LATER)):
        stored = view.facts("snapshots").to_pandas()
        assert set(expected[:2]) <= set(stored["happened_at"])
        there = stored[stored["happened_at"] == expected[1]].sort_values("account_id")
        before = snapshot_rows(taken).to_pandas().sort_values("account_id")
        names = list(before.columns)
        assert there[names].reset_index(drop=True).equals(before.reset_index(drop=True))


def test_instants_before_the_first_transaction_are_passed_over(url, capsys):
    take(
        "--store",
        url,
        "--since",
        (AS_OF - timedelta(days=150)).isoformat(),
        "--every-hours",
        24 * 70,
    )
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(": no transaction was known by then")
    assert "accounts shown" in told[-1]
    with pytest.raises(MuleriskError, match="nothing to show"):
        take("--store", url, as_of=AS_OF - timedelta(days=150))


def test_the_past_begins_before_it_ends(url):
    with pytest.raises(click.UsageError, match="--since is later"):
        take("--store", url, "--since", AS_OF.isoformat())


def test_what_would_show_something_else_is_refused(lake):
    late = {"transaction_id": "late", "payer_account": MULE, "payee_account": PERSON,
            "happened_at": NETWORK_AS_OF - timedelta(days=1),
            "known_at": NETWORK_AS_OF - timedelta(days=1), "reference_minor": 5}  # fmt: skip
    append(lake, {"transactions": rows_of("transactions", late)})
    with pytest.raises(SnapshotStands, match="something else"):
        take("--ledger", lake.folder, as_of=NETWORK_AS_OF)


def test_a_snapshot_known_later_is_not_seen_before(url):
    take("--store", url, "--delay-minutes", 30)
    view = open_store(url).view(AS_OF)
    assert {row["happened_at"] for row in rows(view)} == {NETWORK_AS_OF}
    after = open_store(url).view(AS_OF + timedelta(hours=1))
    assert {row["happened_at"] for row in rows(after)} == {LATER}


def test_nobody_can_look_ahead(url):
    with pytest.raises(click.UsageError, match="lies ahead"):
        take("--store", url, as_of=AS_OF + timedelta(days=36_500))
    with pytest.raises(click.UsageError, match="Name the facts"):
        snapshot.command.main(["--as-of", LATER.isoformat()], standalone_mode=False)


def test_an_assessment_pins_its_snapshot_and_states_its_instant(tmp_path, lake, url):
    bundle, key = make_champion(tmp_path, lake)
    scorer, store = load_bundle(bundle, read_public_key(key)), open_store(url)
    (before,) = assess(store.view(AS_OF), scorer, [MULE], Terms("THB"))
    take("--store", url)
    (after,) = assess(store.view(AS_OF), scorer, [MULE], Terms("THB"))
    (again,) = assess(store.view(AS_OF, before.recorded_seq), scorer, [MULE], Terms("THB"))
    assert (before.network_as_of, after.network_as_of) == (NETWORK_AS_OF, LATER)
    assert again.to_dict() == before.to_dict()
    assert after.inputs != before.inputs
    known = [name for name, shown in after.features.items() if not np.isnan(shown.value)]
    assert "complaint_count_7d" in known
    assert after.features["complaint_count_7d"].value == 1


def test_values_of_other_definitions_are_not_joined(lake):
    view = LakeView(lake, AS_OF)
    assert len(view.snapshots(SEEN, DEFINITIONS)) == len(SEEN)
    assert len(view.snapshots(SEEN, "other")) == 0


def test_snapshots_taken_elsewhere_are_kept_like_any_other(lake, url, tmp_path, capsys):
    network = coded(tables_of(LakeView(lake, LATER)))
    instants = [LATER - timedelta(days=1), LATER]
    taken = [take_snapshot(network, as_of, with_payments=False) for as_of in instants]
    folder = tmp_path / "taken"
    folder.mkdir()
    for number, rows_taken in enumerate(map(snapshot_rows, reversed(taken))):
        pq.write_table(rows_taken, folder / f"part-{number}.parquet")
    for where, place in (("--ledger", lake.folder), ("--store", url)):
        with pytest.raises(NotSnapshots, match="_SUCCESS"):
            run_command(snapshot.command, where, place, "--taken", folder)
    (folder / "_SUCCESS").touch()
    for where, place in (("--ledger", lake.folder), ("--store", url)):
        for _ in range(2):
            run_command(snapshot.command, where, place, "--taken", folder)
    told = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in told] == [at.isoformat() for at in instants] * 4
    new = [int(line.split(", ")[1].split()[0].replace(",", "")) for line in told]
    counts = [len(each.account_id) for each in taken]
    assert new == [*counts, 0, 0] * 2
    in_lake = rows(LakeView(open_lake(lake.folder), AS_OF))
    assert in_lake == rows(open_store(url).view(AS_OF))
    assert {row["happened_at"] for row in in_lake} == {LATER}


def test_what_is_no_snapshot_is_not_kept(lake, tmp_path):
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    for rows_there, error in (
        (lake.read("accounts", ["account_id"]), NotSnapshots),
        (lake.read("snapshots", SNAPSHOTS.arrow.names).set_column(
            4, "figures", pa.array(["[]"] * lake.rows("snapshots"))), SnapshotDamaged),
    ):  # fmt: skip
        pq.write_table(rows_there, folder / "part.parquet")
        with pytest.raises(error):
            run_command(snapshot.command, "--ledger", lake.folder, "--taken", folder)
    (folder / "part.parquet").write_text("no table")
    with pytest.raises(NotSnapshots, match="cannot be read"):
        run_command(snapshot.command, "--ledger", lake.folder, "--taken", folder)
    assert open_lake(lake.folder).rows("snapshots") == lake.rows("snapshots")
