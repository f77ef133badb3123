"""Time is told of the model that took it, and without a champion of one alone."""

from types import SimpleNamespace

import numpy as np

from training.promotion.latency import latency

ROWS = np.zeros((4, 2))


class Answers:
    """A scorer that works for a while on each row."""

    roles = None

    def __init__(self, work):
        self.work = work

    def raw(self, row):
        assert row.shape == (1, 2)
        return np.sort(np.arange(self.work)[::-1])[:1]

    def shap(self, row, raw):
        return row


def champion(work):
    return SimpleNamespace(scorer=Answers(work), golden=ROWS)


def test_the_slower_model_is_told_as_the_slower_one():
    slow, fast = 300_000, 3
    found = latency(Answers(slow), ROWS, champion(fast))
    assert found.candidate > 5 * found.champion
    found = latency(Answers(fast), ROWS, champion(slow))
    assert found.champion > 5 * found.candidate


def test_without_a_champion_there_is_one_time():
    assert latency(Answers(3), ROWS, None).champion is None
