"""Spark computes what one machine computes, bit for bit."""

import os
import random
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import features as command
from features.compute import FeatureTable
from ledger.errors import MuleriskError
from ledger.lake import Lake, LedgerDamaged, LedgerMissing, append
from ledger.order import ORDER
from ledger.schema import CHANNELS
from tests.facts import rows_of
from tests.tiny_pipeline import run_command
from training.features import table

LAST = datetime(2025, 6, 1, tzinfo=UTC)
AS_OFS = (LAST, LAST - timedelta(hours=30), LAST - timedelta(days=50))
BEFORE_ALL = LAST - timedelta(days=400)
SMALL_BATCH = "40"
"""Rows: the busy account fills several batches."""

OWN = ["busy", "idle", "unborn", "own busy", "other busy", *(f"a{n:02}" for n in range(40))]
OUTSIDE = [f"x{n}" for n in range(15)]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """A session on two cores whose zone is not UTC."""
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java: make system")
    from features.spark.job import session

    started = session(**{
        "master": "local[2]",
        "driver.bindAddress": "127.0.0.1",
        "driver.host": "127.0.0.1",
        "ui.enabled": "false",
        "sql.session.timeZone": "Asia/Bangkok",
        "sql.shuffle.partitions": "2",
        "sql.execution.arrow.maxRecordsPerBatch": SMALL_BATCH,
        "local.dir": str(tmp_path_factory.mktemp("spark")),
    })  # fmt: skip
    yield started
    started.stop()


def drawn(count, seed=7):
    """Draw transactions on a grid of hours: ties, late facts, parties outside and missing."""
    chance = random.Random(seed)
    parties = [None, *(["busy"] * 20), *OUTSIDE, *(own for own in OWN if own != "idle")]
    for number in range(count):
        payer, payee = chance.sample(parties, 2)
        if payer == payee:
            payer = "x0"
        happened = LAST - timedelta(hours=chance.choice([-5, 0, 1, 24, chance.randrange(2400)]))
        late = timedelta(microseconds=chance.choice([0, 1, 10**6, 3 * 86400 * 10**6]))
        amount = chance.choice([100, 500, chance.randrange(1, 10**15)])
        yield {
            "transaction_id": f"t{number:05}",
            "tenant": f"bank {number % 2}",
            "happened_at": LAST + timedelta(days=9) if "unborn" in (payer, payee) else happened,
            "known_at": max(happened + late, LAST + timedelta(days=9))
            if "unborn" in (payer, payee)
            else happened + late,
            "payer_account": payer,
            "payee_account": payee,
            "payer_amount_minor": amount,
            "payee_amount_minor": amount,
            "reference_minor": amount,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "channel": chance.choice(CHANNELS),
            "payer_institution": chance.choice([None, "bank_a", "bank_b"]),
            "payee_institution": chance.choice([None, "bank_a", "bank_b"]),
            "payer_country": chance.choice([None, "TH", "KH"]),
            "payee_country": chance.choice([None, "TH", "KH"]),
            "source_sequence": chance.choice([None, 1, 2]),
        }


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A ledger of three parts whose times overlap."""
    transactions = list(drawn(1500))
    accounts = [
        {
            "account_id": name,
            "institution": "bank_a",
            "country": "TH" if number % 3 else None,
            "opened_at": LAST - timedelta(days=number) if number % 4 else None,
        }
        for number, name in enumerate(OWN)
    ]
    lake = Lake(tmp_path_factory.mktemp("lake") / "bank", "test", "THB")
    lake = append(lake, {"accounts": rows_of("accounts", *accounts)})
    for part in range(3):
        lake = append(lake, {"transactions": rows_of("transactions", *transactions[part::3])})
    return lake


@pytest.fixture(scope="module")
def empty_lake(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("lake") / "empty", "test", "THB")
    return append(lake, {"accounts": rows_of("accounts", {"account_id": "a", "institution": "b"})})


def computed(spark, lake, as_ofs, partitions):
    from features.spark.compute import compute
    from features.spark.tables import read_table

    facts = (read_table(spark, str(lake.folder), name) for name in ("transactions", "accounts"))
    return compute(*facts, as_ofs, partitions=partitions).toArrow()


def bits(features):
    """Name the features of each account and instant as integers, so that NaN equals NaN."""
    return {
        (account, at): values.tobytes()
        for account, at, values in zip(
            features.account_id, features.as_of, features.values, strict=True
        )
    }


def test_the_ledger_has_what_is_hard(lake):
    read = lake.read("transactions", [*ORDER, "known_at", "payer_account", "payee_account"])
    rows = read.to_pylist()
    assert len({tuple(row[name] for name in ORDER[:2]) for row in rows}) < len(rows), "ties"
    assert any(row["happened_at"] < LAST <= row["known_at"] for row in rows), "late facts"
    assert sum("busy" in (row["payer_account"], row["payee_account"]) for row in rows) > 400
    seen = set(table(lake, AS_OFS, threads=1).account_id)
    assert "busy" in seen
    assert not {"idle", "unborn", *OUTSIDE} & seen


@pytest.mark.parametrize("partitions", [2, 8, 64])
def test_every_feature_equals_the_local_one(spark, lake, partitions):
    local = table(lake, AS_OFS, threads=2)
    distributed = computed(spark, lake, AS_OFS, partitions)
    assert distributed.schema.names == local.to_arrow().schema.names
    assert len(distributed) == len(local.account_id)
    assert bits(FeatureTable.from_arrow(distributed)) == bits(local)


def test_nothing_seen_gives_no_rows(spark, lake, empty_lake):
    assert len(computed(spark, empty_lake, AS_OFS, None)) == 0
    assert len(computed(spark, lake, [BEFORE_ALL], None)) == 0


def test_the_command_writes_the_local_table_and_deletes_nothing(spark, lake, tmp_path, capsys):
    words = ["--ledger", lake.folder, "--as-of", AS_OFS[0].isoformat()]
    words += ["--as-of", AS_OFS[1].isoformat()]
    run_command(command.command, *words, "--out", tmp_path / "local.parquet")
    distributed = [*words, "--engine", "spark", "--out", tmp_path / "spark.parquet"]
    run_command(command.command, *distributed)
    local, written = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("local", "spark"))
    assert f"{len(local):,} rows" in capsys.readouterr().out
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


def test_the_column_types_are_those_of_the_local_table(spark, lake):
    distributed = computed(spark, lake, AS_OFS[:1], 2)
    at = distributed["as_of"].cast(pa.int64()).to_numpy()
    assert np.unique(at).tolist() == [int(LAST.timestamp() * 10**6)]
    local = table(lake, AS_OFS[:1], threads=1).to_arrow()
    assert distributed["credit_count_7d"].type == local["credit_count_7d"].type
