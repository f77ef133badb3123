"""Bars name values as a person reads them."""

import numpy as np
import pytest

from training.drift.groups import groups_of
from training.pages.bars import bars


def test_bars_name_values_as_a_person_reads_them_and_leave_empty_groups_out():
    before = groups_of(np.array([1e5] * 8 + [3e5] * 2))
    shown = list(bars(before, before.of(np.array([1e5, np.nan])), "minor units", "THB"))
    assert [(bar["name"], bar["before"], bar["now"]) for bar in shown] == [
        ("up to 1,000.00 THB", 0.8, 0.5),
        ("up to 3,000.00 THB", pytest.approx(0.2), 0.0),
        ("missing", 0.0, 0.5),
    ]
    assert shown[0]["width_before"] == 100
    assert shown[0]["width_now"] == pytest.approx(62.5)


@pytest.mark.parametrize(
    ("unit", "named"), [("share", "up to 50%"), ("log-odds", "up to 0.5"), ("days", "up to 0.5")]
)
def test_each_unit_has_its_words(unit, named):
    column = groups_of(np.full(4, 0.5))
    assert next(iter(bars(column, column, unit, "THB")))["name"] == named
