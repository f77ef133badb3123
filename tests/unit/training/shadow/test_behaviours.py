"""What moves accounts into another band."""

from dataclasses import replace

import numpy as np
import pytest

from tests.bank import PERSON, SHOP
from training.shadow.behaviours import shifted


def test_thresholds_that_moved_have_gained_no_behaviour(answers, both, ask):
    records = ask((SHOP, 0), (PERSON, 0), ("person-2", 0))
    higher, lower = shifted(answers(records).changed.values(), both)
    assert (higher.accounts, lower.accounts, lower.behaviours) == (3, 0, ())
    assert (higher.base, higher.gained) == (0, 0)


def test_what_behaviours_gained_adds_up_to_the_difference_of_the_scores(answers, both, ask):
    records = ask((SHOP, 0), (PERSON, 0), ("person-2", 0))
    found = answers(records)
    half = {
        name: replace(each, challenger=(each.champion + both.champion.base) / 2,
                      moved=(each.moved[0], {k: v / 2 for k, v in each.moved[0].items()}))
        for name, each in found.changed.items()
    }  # fmt: skip
    higher, _ = shifted(half.values(), both)
    apart = [sum(each.moved[1].values()) - sum(each.moved[0].values()) for each in half.values()]
    assert higher.gained == pytest.approx(np.mean(apart))
    sizes = [abs(each.gained) for each in higher.behaviours]
    assert sizes == sorted(sizes, reverse=True)
