"""Rows of the table `snapshots`, as this release and earlier ones wrote them."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from features.network.families import FEATURES
from features.network.snapshot import (
    Snapshot,
    SnapshotDamaged,
    payments_of,
    rows_of,
    values_of,
)

AT = datetime(2025, 6, 1, tzinfo=UTC)
VALUES = np.arange(len(FEATURES), dtype=np.float64)
NAMED = {"complaint_sum_30d": ["t1", "t2"]}


def row(*told):
    """Write a row whose snapshot tells these payments, or none."""
    return rows_of(Snapshot(AT, AT, np.array(["a"], object), VALUES[np.newaxis], {}, told))


def with_figures(figures):
    told = pa.array([json.dumps(figures)], pa.string())
    return row().set_column(4, row().schema.field("figures"), told)


def test_payments_are_read_back():
    assert payments_of(row(json.dumps(NAMED))) == NAMED


def test_not_told_is_not_the_same_as_none():
    assert payments_of(row()) is None
    assert payments_of(row("{}")) == {}


def test_what_a_release_wrote_that_named_no_payments_is_still_read():
    old = with_figures(VALUES.tolist())
    assert payments_of(old) is None
    both = pa.concat_tables([old, row(json.dumps(NAMED))])
    assert np.array_equal(values_of(both), [VALUES, VALUES])


@pytest.mark.parametrize(
    "figures", [VALUES[1:].tolist(), [*VALUES, {}, {}], [*VALUES, 1.0], ["x", *VALUES[1:]], 7, []]
)
def test_a_row_of_another_form_is_refused(figures):
    with pytest.raises(SnapshotDamaged, match="Take the snapshot again"):
        values_of(with_figures(figures))
