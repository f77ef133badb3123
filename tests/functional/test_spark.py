"""Spark computes what one machine computes, bit for bit."""

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import features as command
from features.catalogue import NAMES, NETWORK_NAMES
from features.compute import FeatureTable
from features.network.families import DEFINITIONS
from features.network.join import with_latest, with_rows
from features.reversals import STANDS, undone_at
from ledger.errors import MuleriskError
from ledger.lake import Lake, LedgerDamaged, LedgerMissing, append
from ledger.order import ORDER
from ledger.view import LakeView
from tests.facts import rows_of
from tests.spark_ledger import AS_OFS, BEFORE_ALL, LAST, OUTSIDE, bits
from tests.tiny_pipeline import run_command
from training.features import table


@pytest.fixture(scope="module")
def lake(spark_lake):
    return spark_lake


@pytest.fixture(scope="module")
def local(lake):
    """The whole catalogue, as one machine computes it."""
    return with_latest(table(lake, AS_OFS, threads=2), lake.read("snapshots"))


@pytest.fixture(scope="module")
def empty_lake(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("lake") / "empty", "test", "THB")
    return append(lake, {"accounts": rows_of("accounts", {"account_id": "a", "institution": "b"})})


def computed(spark, lake, as_ofs, partitions):
    from features.spark.compute import compute
    from features.spark.tables import read_table

    names = ("transactions", "accounts", "snapshots")
    facts = (read_table(spark, str(lake.folder), name) for name in names)
    return compute(*facts, as_ofs, partitions=partitions).toArrow()


def test_the_ledger_has_what_is_hard(lake):
    rows = lake.read("transactions").to_pylist()
    assert len({tuple(row[name] for name in ORDER[:2]) for row in rows}) < len(rows), "ties"
    assert any(row["happened_at"] < LAST <= row["known_at"] for row in rows), "late facts"
    taken_back = undone_at(lake.read("transactions"))
    assert (taken_back < STANDS).sum() > 50, "reversals"
    assert sum("busy" in (row["payer_account"], row["payee_account"]) for row in rows) > 400
    seen = set(table(lake, AS_OFS, threads=1).account_id)
    assert "busy" in seen
    assert not {"idle", "unborn", *OUTSIDE} & seen


def test_the_network_is_what_a_view_of_each_instant_shows(lake, local):
    """Some are of old definitions, one is known late, and one lacks an account of an older one."""
    latest = LakeView(lake, LAST).snapshots(None, DEFINITIONS)["happened_at"]
    assert len(set(latest.to_pylist())) == 2
    assert not np.isnan(local.values).all(axis=0).any(), "no feature is missing everywhere"
    for as_of in AS_OFS:
        shown = LakeView(lake, as_of).snapshots(None, DEFINITIONS)
        one = with_rows(table(lake, [as_of], threads=1), shown)
        of_instant = bits(one)
        assert of_instant == {key: bits(local)[key] for key in of_instant}
    network = local.values[:, -len(NETWORK_NAMES) :]
    assert np.isnan(network[local.as_of == local.as_of.min()]).all()


@pytest.mark.parametrize("partitions", [2, 8, 64])
def test_every_feature_equals_the_local_one(spark, lake, local, partitions):
    distributed = computed(spark, lake, AS_OFS, partitions)
    assert distributed.schema.names == ["account_id", "as_of", *NAMES]
    assert len(distributed) == len(local.account_id)
    assert bits(FeatureTable.from_arrow(distributed)) == bits(local)


def test_nothing_seen_gives_no_rows(spark, lake, empty_lake):
    assert len(computed(spark, empty_lake, AS_OFS, None)) == 0
    assert len(computed(spark, lake, [BEFORE_ALL], None)) == 0


def test_the_command_writes_the_local_table_and_deletes_nothing(spark, lake, tmp_path, capsys):
    words = ["--ledger", lake.folder, "--as-of", AS_OFS[0].isoformat()]
    words += ["--as-of", AS_OFS[2].isoformat()]
    run_command(command.command, *words, "--out", tmp_path / "local.parquet")
    distributed = [*words, "--engine", "spark", "--out", tmp_path / "spark.parquet"]
    run_command(command.command, *distributed)
    local, written = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("local", "spark"))
    told = capsys.readouterr()
    assert f"{len(local):,} rows" in told.out
    gap = f"No snapshot of the network is visible at {AS_OFS[2].isoformat()}, so"
    assert told.err.count(gap) == 2, "both engines say where the network is missing"
    assert bits(FeatureTable.from_arrow(written)) == bits(FeatureTable.from_arrow(local))
    with pytest.raises(MuleriskError, match="exists"):
        run_command(command.command, *distributed)
    assert pq.read_table(tmp_path / "spark.parquet").num_rows == len(local)


def test_a_ledger_that_is_not_whole_is_refused(spark, lake, tmp_path):
    from features.spark.tables import read_table

    with pytest.raises(LedgerMissing):
        read_table(spark, str(tmp_path), "accounts")
    folder = shutil.copytree(lake.folder, tmp_path / "bank")
    first, second, _ = (
        folder / file.relative_to(lake.folder) for file in lake.files("transactions")
    )
    shutil.copy(second, first)
    pq.write_table(pq.read_table(first).slice(1), first)
    with pytest.raises(LedgerDamaged, match=r"1,499 rows.*1,500"):
        read_table(spark, str(folder), "transactions")
    first.unlink()
    with pytest.raises(LedgerDamaged, match="missing"):
        read_table(spark, str(folder), "transactions")
    (folder / "ledger.json").write_text("{")
    with pytest.raises(LedgerDamaged, match=r"ledger\.json"):
        read_table(spark, str(folder), "transactions")


def test_the_column_types_are_those_of_the_local_table(spark, lake, local):
    distributed = computed(spark, lake, AS_OFS[:1], 2)
    at = distributed["as_of"].cast(pa.int64()).to_numpy()
    assert np.unique(at).tolist() == [int(LAST.timestamp() * 10**6)]
    expected = local.to_arrow()
    assert [distributed[name].type for name in NAMES] == [expected[name].type for name in NAMES]
