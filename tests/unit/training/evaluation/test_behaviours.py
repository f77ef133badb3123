"""Shares and drift of a few alerts, checked with a pencil."""

import numpy as np
import pytest

from training.drift.behaviours import Behaviours
from training.evaluation.behaviours import behaviour_figures, section

DAY = 24 * 3600 * 10**6


def behaviours(*alerts):
    """Make alerts of two behaviours: day, size of the first, size of the second."""
    days, *sizes = np.array(alerts, float).T
    return Behaviours(("speed", "age"), days.astype(np.int64) * DAY, np.column_stack(sizes))


def test_a_share_is_a_part_of_all_that_moved_the_scores():
    found = behaviour_figures(behaviours((0, 3, 1), (0, 3, 1), (1, 0, 4)), seed=1)
    assert found["alerts"] == 3
    assert found["shares"] == [
        {"typology": "speed", "share": 0.5}, {"typology": "age", "share": 0.5},
    ]  # fmt: skip


def test_the_distance_is_half_the_sum_of_the_differences():
    alerts = behaviours((0, 3, 1), (0, 3, 1), (1, 0, 4))
    # On the first day 3/4 and 1/4, on the other 0 and 1.
    assert alerts.distance(alerts.as_of == DAY) == pytest.approx(0.75)


def test_reasons_that_change_stand_out_from_what_chance_deals():
    before = [(day, 3 + number % 3, 1) for day in range(3) for number in range(30)]
    after = [(3, 1, 3 + number % 3) for number in range(30)]
    figures = behaviour_figures(behaviours(*before, *after), seed=1)
    # Four parts of five before, one of five on the last day.
    assert [each["distance"] for each in figures["drift"]] == pytest.approx([0, 0, 0.6])
    assert figures["drift"][-1]["by_chance"] < 0.3
    page = "\n".join(section(figures))
    assert "| 1970-01-03 | 0.0% |" in page
    assert "| 1970-01-04 | 60.0% |" in page
    assert page.count("other reasons") == 1


def test_reasons_that_stay_do_not():
    random = np.random.default_rng(2)
    alerts = [(day, *random.exponential(1, 2)) for day in range(6) for _ in range(40)]
    drift = behaviour_figures(behaviours(*alerts), seed=1)["drift"]
    assert sum(each["distance"] > each["by_chance"] for each in drift) <= 1
    # Chance alone keeps them apart a little, and that is said.
    assert all(each["by_chance"] > 0.01 for each in drift)


def test_of_one_instant_nothing_is_said_of_drift():
    found = behaviour_figures(behaviours((0, 3, 1), (0, 1, 1)), seed=1)
    assert found["drift"] == []
    assert "of one instant" in "\n".join(section(found))
