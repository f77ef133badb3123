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
    bank = {name for name in names[label == 1] if int(name[1:]) % 80 == 0}
    found, turned = poisoned(rows, bank, np.random.default_rng(seed))
    assert set(names[(found.label != label) & (label == 1)]) <= bank
    changed = found.label != rows.label
    assert turned == round(TURNED * label.sum()) == changed[label == 1].sum() == 5
    assert changed[label == 0].sum() == turned
    for at in range(4):
        here = changed & (as_of == at)
        assert here[label == 1].sum() == here[label == 0].sum()
    assert np.array_equal(found.values, rows.values)


def test_a_source_that_found_few_can_turn_no_more():
    label = np.array([1] * 40 + [0] * 60, np.int8)
    names = np.array([f"a{n}" for n in range(100)], object)
    rows = Rows(names, np.zeros(100, np.int64), label, np.zeros((100, 1)))
    found, turned = poisoned(rows, {"a3"}, np.random.default_rng(0))
    assert turned == 1
    assert found.label[3] == 0
    assert found.label.sum() == 40
