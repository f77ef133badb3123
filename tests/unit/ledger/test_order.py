"""Transactions come in the ledger's order however their parts lie in time."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from ledger.lake import Lake, append
from ledger.order import follow_one_another
from tests.facts import transactions

START = datetime(2025, 6, 1, tzinfo=UTC)
APART = {"a": [[0, 1], [2, 3]], "with an empty part": [[0, 1], [], [2]], "one": [[0, 0, 1]]}
TOUCHING = {"at one instant": [[0, 1], [1, 2]], "overlapping": [[0, 5], [3, 9]]}


def _times(hours, sequence=None):
    moments = [START + timedelta(hours=hour) for hour in hours]
    return pa.table(
        {
            "happened_at": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "source_sequence": pa.array([sequence] * len(hours), pa.int64()),
        }
    )


@pytest.mark.parametrize("parts", APART.values(), ids=APART.keys())
def test_parts_that_follow_one_another_need_no_merging(parts):
    assert follow_one_another([_times(hours) for hours in parts])


@pytest.mark.parametrize("parts", TOUCHING.values(), ids=TOUCHING.keys())
def test_parts_that_touch_or_overlap_must_be_merged(parts):
    assert not follow_one_another([_times(hours) for hours in parts])


@pytest.mark.parametrize(
    ("before", "after", "follow"), [(1, 2, True), (2, 1, False), (3, None, True), (None, 3, False)]
)
def test_at_one_instant_the_sequence_of_the_source_tells(before, after, follow):
    assert follow_one_another([_times([0, 1], before), _times([1, 2], after)]) == follow


@pytest.mark.parametrize("parts", [*APART.values(), *TOUCHING.values(), [[2], [1], [0]]], ids=str)
def test_a_lake_is_read_in_order_by_time_then_by_id(tmp_path, parts):
    lake, expected = Lake(tmp_path / "bank", "test", "THB"), []
    for number, hours in enumerate(filter(None, parts)):
        # The later a part was recorded, the earlier its ids: of one instant they come first.
        ids = [f"t{9 - number}{place}" for place in range(len(hours))]
        rows, times = transactions(*ids), _times(hours)["happened_at"]
        for column in ("happened_at", "known_at"):
            rows = rows.set_column(rows.column_names.index(column), column, times)
        nothing = pa.nulls(len(ids), pa.int64())
        place = rows.column_names.index("source_sequence")
        lake = append(lake, {"transactions": rows.set_column(place, "source_sequence", nothing)})
        expected.extend(zip(hours, ids, strict=True))
    read = lake.read("transactions", ["transaction_id", "happened_at"])
    assert read["transaction_id"].to_pylist() == [id_ for _, id_ in sorted(expected)]
