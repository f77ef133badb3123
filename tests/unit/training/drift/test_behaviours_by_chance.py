"""How far reasons are apart by chance, where alerts are few."""

import numpy as np

from training.drift.behaviours import Behaviours


def alerts(random, count, first=1.0):
    size = random.exponential([first, 1.0, 1.0], (count, 3))
    return Behaviours(("a", "b", "c"), np.zeros(count, np.int64), size)


def passes(*, late, first, seed):
    random = np.random.default_rng(seed)
    both = alerts(random, 60).and_also(alerts(random, late, first))
    is_late = np.arange(60 + late) >= 60
    return both.distance(is_late) > both.by_chance(is_late, random, deals=200, below=0.95)


def test_alike_alerts_pass_the_level_as_often_as_is_said_however_few():
    for late in (2, 20):
        passed = sum(passes(late=late, first=1.0, seed=seed) for seed in range(100))
        assert 0 < passed <= 12


def test_other_reasons_pass_it():
    assert sum(passes(late=20, first=9.0, seed=seed) for seed in range(20)) >= 19
