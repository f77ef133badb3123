"""Patterns counted slice by slice on Spark are those of one pass."""

from datetime import timedelta

import pytest

from features.patterns.settings import Settings
from features.patterns.tables import account_patterns, transaction_patterns
from tests.spark_ledger import AS_OFS

SETTINGS = Settings(window=timedelta(days=2), dwell=timedelta(hours=36), burst=3, bound=300)


@pytest.fixture(scope="module")
def transactions(spark, spark_lake):
    from features.spark.tables import read_table

    return read_table(spark, str(spark_lake.folder), "transactions")


def test_every_transaction_has_the_counts_of_one_pass(spark_lake, transactions):
    from features.spark import patterns

    local = transaction_patterns(spark_lake.read("transactions"), SETTINGS)
    assert 0 < sum(local.table["cut"].to_pylist()) < len(local.table) / 2
    longest = max(filter(None, local.table["chain"].to_pylist()))
    assert longest > 10, "some chains reach over several windows"
    counted = patterns.transaction_patterns(transactions, SETTINGS, slices=9).toArrow()
    by_id = [("transaction_id", "ascending")]
    assert counted.cast(local.table.schema).sort_by(by_id).equals(local.table.sort_by(by_id))


def test_every_account_has_the_counts_of_one_pass(spark_lake, transactions):
    from features.spark import patterns

    asked = AS_OFS[1], timedelta(days=60), SETTINGS
    local = account_patterns(spark_lake.read("transactions"), *asked).table
    counted = patterns.account_patterns(transactions, *asked, slices=5).toArrow()
    by_id = [("account_id", "ascending")]
    assert counted.cast(local.schema).sort_by(by_id).equals(local.sort_by(by_id))


def test_without_transactions_there_are_no_patterns(transactions):
    from features.spark import patterns

    none = transactions.limit(0)
    assert patterns.transaction_patterns(none, SETTINGS, slices=3).isEmpty()
