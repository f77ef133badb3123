"""Whom each model alerts, over days that a person can follow with a pencil."""

from dataclasses import replace

import numpy as np
import pytest

from models.bands import Thresholds
from tests.population import DAY, scorer
from training.shadow.alerts import alerted
from training.shadow.answers import Answers
from training.shadow.both import Both

BOTH = Both(
    replace(scorer(), thresholds=Thresholds(0.0, 5.0, 9.0)),
    replace(scorer(), thresholds=Thresholds(0.0, 7.0, 9.0)),
)


def answers(*rows):
    """Make answers of rows of day, account, champion's raw score, challenger's."""
    days, names, champion, challenger = zip(*rows, strict=True)
    return Answers(
        np.array(names, object),
        np.array(days) * DAY + 7,
        np.array(champion, float),
        np.array(challenger, float),
    )


def test_thresholds_that_stand_elsewhere_are_told_apart_from_another_order():
    # Both order alike; the challenger's threshold lies higher.
    found = alerted(answers((1, "ann", 6, 6), (1, "bob", 5, 5), (1, "cy", 4, 4)), BOTH)
    assert found.champion == found.as_many == {"ann", "bob"}
    assert found.by_thresholds == set()


def test_as_many_are_taken_each_day_and_each_account_once():
    found = alerted(
        answers(
            (1, "ann", 6, 1), (1, "bob", 1, 8), (1, "cy", 0, 4),
            # Alerted before, she is not new; dan is, and of those left cy comes first.
            (2, "ann", 9, 0), (2, "dan", 5, 2), (2, "bob", 0, 9), (2, "cy", 0, 3),
            (3, "eve", 1, 9),
        ),
        BOTH,
    )  # fmt: skip
    assert found.champion == {"ann", "dan"}
    assert found.as_many == {"bob", "cy"}
    assert found.by_thresholds == {"bob", "eve"}


def test_of_an_account_assessed_often_the_highest_score_of_the_day_counts():
    found = alerted(
        answers((1, "ann", 1, 9), (1, "ann", 6, 1), (1, "bob", 1, 8), (1, "bob", 0, 8)), BOTH
    )
    assert (found.champion, found.as_many) == ({"ann"}, {"ann"})


@pytest.mark.parametrize("seed", range(5))
def test_the_same_model_alerts_the_same_accounts_however_equal_the_scores(seed):
    random = np.random.default_rng(seed)
    raw = random.integers(0, 9, 300)
    rows = zip(random.integers(0, 6, 300), map(str, random.integers(0, 80, 300)), raw, raw,
               strict=True)  # fmt: skip
    found = alerted(answers(*rows), Both(BOTH.champion, BOTH.champion))
    assert found.champion == found.as_many == found.by_thresholds
    assert len(found.champion) > 20
