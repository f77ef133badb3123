"""A ledger's features part by part of its accounts."""

import numpy as np
import pytest

from benchmarks.feature_peers import random_ledger
from ledger.errors import MuleriskError
from training.features import parts_within, table, tables

AS_OFS = [random_ledger.AS_OF]
GIB = 2**30


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return random_ledger.write(tmp_path_factory.mktemp("random") / "ledger", 2_000)


def test_parts_together_are_the_whole(lake):
    whole = table(lake, AS_OFS, threads=1)
    parts = list(tables(lake, AS_OFS, threads=1, parts=3))
    assert len(parts) == 3
    assert np.concatenate([part.account_id for part in parts]).tolist() == whole.account_id.tolist()
    assert np.vstack([part.values for part in parts]).tobytes() == whole.values.tobytes()


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
