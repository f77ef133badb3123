"""Snapshots that Spark takes are those of one machine, and join its features as theirs do."""

from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import features, snapshot
from features.compute import FeatureTable
from features.network.coded import coded, tables_of
from features.network.join import with_latest
from features.network.snapshot import rows_of, take
from ledger.errors import MuleriskError
from ledger.schema import SNAPSHOTS
from ledger.view import LakeView
from tests.spark_ledger import AS_OFS, LAST, bits
from tests.tiny_pipeline import run_command
from training.features import table

EMPTY, EARLY, LATE = (LAST - timedelta(hours=hours) for hours in (2402, 1202, 2))
"""The first is an instant at which nothing is known yet."""

DELAY = timedelta(minutes=30)


@pytest.fixture(scope="module")
def taken(spark, spark_lake, tmp_path_factory):
    """Where the command wrote snapshots of several instants, and what it said."""
    folder, told = tmp_path_factory.mktemp("taken") / "snapshots", StringIO()
    words = ["--engine", "spark", "--ledger", spark_lake.folder, "--as-of", LATE.isoformat()]
    words += ["--since", EMPTY.isoformat(), "--every-hours", 1200, "--delay-minutes", 30]
    with redirect_stdout(told):
        run_command(snapshot.command, *words, "--out", folder)
    return folder, told.getvalue().splitlines()


@pytest.fixture(scope="module")
def expected(spark_lake):
    network = coded(tables_of(LakeView(spark_lake, LATE)))
    return [take(network, as_of, DELAY, with_payments=False) for as_of in (EARLY, LATE)]


def test_every_value_of_every_instant_is_the_local_one(taken, expected):
    order = [("happened_at", "ascending"), ("account_id", "ascending")]
    written = pq.read_table(taken[0], schema=SNAPSHOTS.arrow).sort_by(order)
    assert written.equals(pa.concat_tables(map(rows_of, expected)).sort_by(order))


def test_the_command_says_what_the_local_one_says(taken, expected):
    """How many accounts each instant shows, and what a bound left out."""
    nothing, *told = taken[1][:3]
    assert nothing == f"{EMPTY.isoformat()}: no transaction was known by then"
    assert expected[1].left_out, "more accounts share the carrier's address than are linked"
    for line, shown in zip(told, expected, strict=True):
        assert line.startswith(f"{shown.as_of.isoformat()}: {len(shown.account_id)} accounts shown")
        assert line.endswith(", ".join(f"{name} {n:,}" for name, n in shown.left_out.items()))


def test_what_stands_is_not_written_over(spark, spark_lake, taken):
    words = ["--engine", "spark", "--ledger", spark_lake.folder, "--as-of", EARLY.isoformat()]
    with pytest.raises(MuleriskError, match="exists"):
        run_command(snapshot.command, *words, "--out", taken[0])


def test_snapshots_that_spark_took_join_its_features(spark_lake, taken, expected, tmp_path):
    asked = [word for as_of in AS_OFS for word in ("--as-of", as_of.isoformat())]
    words = ["--engine", "spark", "--ledger", spark_lake.folder, *asked, "--snapshots", taken[0]]
    run_command(features.command, *words, "--out", tmp_path / "features")
    held = spark_lake.read("snapshots", SNAPSHOTS.arrow.names)
    rows = pa.concat_tables([held, *map(rows_of, expected)])
    local = with_latest(table(spark_lake, AS_OFS, threads=2), rows)
    written = FeatureTable.from_arrow(pq.read_table(tmp_path / "features"))
    assert bits(written) == bits(local)
    words[-1] = tmp_path
    with pytest.raises(MuleriskError, match="holds no snapshots"):
        run_command(features.command, *words, "--out", tmp_path / "other")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--engine", "spark", "--ledger", "bank"], "--out"),
        (["--engine", "spark", "--out", "taken"], "--ledger"),
        (["--ledger", "bank", "--out", "taken"], "--engine spark"),
    ],
)
def test_a_wrong_call_says_what_is_missing(words, told):
    with pytest.raises(click.UsageError, match=told):
        run_command(snapshot.command, *words, "--as-of", LAST.isoformat())


def test_two_texts_never_share_a_number(spark, monkeypatch):
    """With a salt by which two texts meet, the next one is taken."""
    from pyspark.sql import functions as sql

    from features.spark import numbers

    whole, meets = numbers.number, {0: 30, 1: 39}

    def number(text, salt):
        return whole(text, salt) % sql.lit(meets.get(salt, 2**62))

    rows = spark.createDataFrame([(f"a{n}", f"b{n}") for n in range(20)], "x: string, y: string")
    asked = {"names": rows}, {"names": ("x", "y")}
    assert numbers.salt_of(*asked) == 0
    monkeypatch.setattr(numbers, "number", number)
    assert numbers.salt_of(*asked) == 2
    monkeypatch.setattr(numbers, "number", lambda text, salt: sql.length(text) + salt)
    monkeypatch.setattr(numbers, "_TRIES", 2)
    with pytest.raises(ArithmeticError, match="one number"):
        numbers.salt_of(*asked)
