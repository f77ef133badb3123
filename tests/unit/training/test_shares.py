"""A ledger's features by shares of its accounts."""

from datetime import timedelta

import numpy as np
import pytest

from benchmarks.feature_peers import random_ledger
from features.network.coded import coded
from features.network.snapshot import rows_of, take
from ledger.errors import MuleriskError
from ledger.lake import append
from training.features import read, table
from training.shares import shares_within, tables, write
from training.snapshots import tables_of

AS_OFS = [random_ledger.AS_OF]
GIB = 2**30


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A random ledger with a snapshot of some of its accounts."""
    lake = random_ledger.write(tmp_path_factory.mktemp("random") / "ledger", 2_000)
    taken = take(coded(tables_of(lake)), random_ledger.AS_OF - timedelta(days=1))
    return append(lake, {"snapshots": rows_of(taken)[:25]})


@pytest.mark.parametrize("as_ofs", [AS_OFS, [*AS_OFS, AS_OFS[0] - timedelta(days=20)]])
def test_shares_together_are_the_whole(lake, tmp_path, as_ofs):
    (whole,) = tables(lake, as_ofs, threads=1, shares=1)
    counts = list(write(tables(lake, as_ofs, threads=1, shares=3), tmp_path / "f.parquet"))
    assert len(counts) == 3
    assert sum(counts) == len(set(whole.account_id))
    assert rows(read(tmp_path / "f.parquet")) == rows(whole)
    own = table(lake, as_ofs, threads=1)
    assert whole.values[:, : len(own.names)].tobytes() == own.values.tobytes()
    shows = ~np.isnan(whole.values[:, len(own.names) :])
    assert 0 < shows.any(axis=1).sum() < len(shows)


def rows(features):
    keys = zip(features.account_id, features.as_of.tolist(), strict=True)
    return dict(zip(keys, (row.tobytes() for row in features.values), strict=True))


class Large:
    """A lake that tells how many rows its tables have, and holds none."""

    def __init__(self, transactions, accounts):
        self.counts = {"transactions": transactions, "accounts": accounts}

    def rows(self, table):
        return self.counts[table]


def test_less_memory_makes_more_shares():
    small, large = Large(2_000, 40), Large(10**8, 2 * 10**6)
    assert [shares_within(memory * GIB, small, 1) for memory in (2, 16)] == [1, 1]
    # 20 GB of transactions and 6.5 GB of rows, in what 4 GB leave beside 1.9 GB.
    assert shares_within(4 * GIB, large, 1) == 12
    assert shares_within(4 * GIB, large, 8) > 2 * 12


def test_a_ledger_without_accounts_is_one_share():
    assert shares_within(2 * GIB, Large(0, 0), 1) == 1


@pytest.mark.parametrize("memory", [GIB // 2, 3 * 2**29 + 10_000])
def test_memory_that_reading_alone_takes_is_refused(lake, memory):
    with pytest.raises(MuleriskError, match=r"GB are too little: .* takes 1\.5 GB .* Allow more"):
        shares_within(memory, lake, 1)
