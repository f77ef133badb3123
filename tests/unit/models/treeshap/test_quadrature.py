"""The rules integrate the polynomials of a path."""

import numpy as np
import pytest

from models.treeshap.quadrature import rule_for, rules


@pytest.mark.parametrize(("features", "rule"), [(0, 0), (1, 0), (16, 0), (17, 1), (32, 1), (33, 2)])
def test_the_smallest_exact_rule_is_chosen(features, rule):
    assert rule_for(features) == rule


@pytest.mark.parametrize("features", [1, 2, 15, 16, 17, 32, 40, 100])
def test_a_path_of_so_many_features_is_integrated_exactly(features):
    made = rules(rule_for(features) + 1)
    own = slice(*made.start[rule_for(features) :][:2])
    point, rest, weight = made.point[own], made.rest[own], made.weight[own]
    for power in range(features):
        assert np.isclose((weight * point**power).sum(), 1 / (power + 1), rtol=1e-12)
    assert np.allclose(point + rest, 1, rtol=0, atol=1e-16)
