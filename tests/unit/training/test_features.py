"""A ledger's features part by part of its accounts."""

from datetime import timedelta

import numpy as np
import pytest

from benchmarks.feature_peers import random_ledger
from features.network.coded import coded
from features.network.snapshot import rows_of, take
from ledger.errors import MuleriskError
from ledger.lake import append
from training.features import parts_within, read, table, tables, write_all
from training.snapshots import tables_of

AS_OFS = [random_ledger.AS_OF]
GIB = 2**30


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A random ledger with a snapshot of some of its accounts."""
    lake = random_ledger.write(tmp_path_factory.mktemp("random") / "ledger", 2_000)
    taken = take(coded(tables_of(lake)), random_ledger.AS_OF - timedelta(days=1))
    return append(lake, {"snapshots": rows_of(taken)[:25]})


def test_parts_together_are_the_whole(lake, tmp_path):
    whole, own = tables(lake, AS_OFS, threads=1, parts=1), table(lake, AS_OFS, threads=1)
    parts = list(write_all(tables(lake, AS_OFS, threads=1, parts=3), tmp_path / "f.parquet"))
    assert len(parts) == 3
    written = read(tmp_path / "f.parquet")
    assert written.account_id.tolist() == own.account_id.tolist()
    (together,) = whole
    assert written.values.tobytes() == together.values.tobytes()
    assert together.values[:, : len(own.names)].tobytes() == own.values.tobytes()
    shows = ~np.isnan(together.values[:, len(own.names) :])
    assert 0 < shows.any(axis=1).sum() < len(shows)


def test_less_memory_makes_more_parts(lake):
    def needed(**rows):
        class Large:
            def rows(self, table):
                return rows[table]

        return [parts_within(memory * GIB, Large(), 1) for memory in (2, 4, 16)]

    assert needed(transactions=2_000, accounts=40) == [1, 1, 1]
    few, more, most = needed(transactions=10**8, accounts=2 * 10**6)
    assert few > more > most > 1


def test_memory_that_reading_alone_takes_is_refused(lake):
    with pytest.raises(MuleriskError, match=r"0\.5 GB are less than 1\.5 GB.* Allow more"):
        parts_within(GIB // 2, lake, 1)
