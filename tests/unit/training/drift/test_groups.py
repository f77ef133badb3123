"""Groups of a column, checked with a pencil, and what chance alone makes of the index."""

import numpy as np
import pytest

from training.drift.groups import groups_of, psi

NAN = np.nan


def test_a_group_reaches_up_to_its_edge_and_missing_values_are_the_last():
    groups = groups_of(np.array([0.0] * 10 + [NAN] * 2))
    assert groups.edges == (0.0,)
    assert groups.counts == (10, 0, 2)
    assert groups.of(np.array([-1.0, 0.0, 0.5, NAN])).counts == (2, 1, 1)
    assert groups.missing == pytest.approx(2 / 12)


def test_values_that_go_missing_are_drift():
    values = np.arange(1000.0)
    gone = values.copy()
    gone[::2] = NAN
    # 1/2 log(501/1000.5 : 0.5/1000.5) and what the other groups lose.
    assert psi(values, gone) > 2
    assert psi(values, values) == 0


def test_a_column_that_was_never_known_has_groups_too():
    groups = groups_of(np.full(50, NAN))
    assert (groups.edges, groups.counts) == ((), (0, 50))
    alike = groups.index(groups.of(np.full(20, NAN)))
    assert alike < groups.index_by_chance(50, 20, 0.5)
    assert groups.index(groups.of(np.zeros(20))) > 1


def draws(count):
    """Columns that are drawn alike: one with many values, one that is mostly 0."""
    random = np.random.default_rng(count)
    yield lambda n: random.lognormal(size=n)
    yield lambda n: np.where(random.random(n) < 0.3, random.normal(size=n), 0.0)
    yield lambda n: np.where(random.random(n) < 0.2, NAN, random.normal(size=n))


@pytest.mark.parametrize("seen", [100, 200, 5000])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_chance_exceeds_its_level_as_often_as_is_said(seen, column):
    draw = list(draws(seen + column))[column]
    known, probability, above = 3000, 0.05, 0
    for _ in range(400):
        groups = groups_of(draw(known))
        index = groups.index(groups.of(draw(seen)))
        above += index > groups.index_by_chance(known, seen, probability)
    # 20 of 400 are expected; more than 38 or none at all would be another level.
    assert 0 < above <= 38
