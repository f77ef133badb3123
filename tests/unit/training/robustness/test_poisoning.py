"""False labels come in pairs: a mule called innocent, and beside it an innocent called mule."""

import numpy as np
import pytest

from training.robustness.poisoning import TURNED, poisoned
from training.rows import Rows


@pytest.mark.parametrize("seed", range(5))
def test_one_mule_in_twenty_is_called_innocent_and_an_innocent_beside_it_a_mule(seed):
    count = 4_000
    label = (np.arange(count) % 40 == 0).astype(np.int8)
    as_of = np.repeat(np.arange(4), count // 4)
    names = np.array([f"a{n}" for n in range(count)], object)
    rows = Rows(names, as_of, label, np.zeros((count, 1)))
    found, turned = poisoned(rows, np.random.default_rng(seed))
    changed = found.label != rows.label
    assert turned == round(TURNED * label.sum()) == changed[label == 1].sum() == 5
    assert changed[label == 0].sum() == turned
    for at in range(4):
        here = changed & (as_of == at)
        assert here[label == 1].sum() == here[label == 0].sum()
    assert np.array_equal(found.values, rows.values)
    assert rows.label.sum() == label.sum()
