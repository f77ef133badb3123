"""Triggers stay quiet where nothing drifts, however few the accounts, and fire where it does."""

import json
from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import CATALOGUE, NETWORK_NAMES
from models.bands import Thresholds
from tests.population import BANDS, LIMITS, Drawn, learnt, scorer
from training.monitoring.compare import compare
from training.monitoring.triggers import triggers

SEEDS = 40
MONEY = [feature.name for feature in CATALOGUE if feature.unit == "minor units"]


def compared(drawn, limits=LIMITS):
    return compare(learnt(), drawn.seen(), scorer(), BANDS, limits)


def fired(drawn, limits=LIMITS):
    """Name the triggers that fire."""
    return {each.name for each in triggers(compared(drawn, limits), limits) if each.fired}


@pytest.mark.parametrize("accounts", [100, 200, 5000])
def test_without_drift_at_most_one_seed_of_twenty_raises_a_trigger(accounts):
    alarms = [fired(Drawn.of(seed, accounts)) for seed in range(SEEDS)]
    assert sum(map(bool, alarms)) <= SEEDS // 20, alarms


def test_few_accounts_make_an_index_that_only_their_number_explains():
    few = compared(Drawn.of(1, LIMITS.accounts_at_least))
    above = [each for each in few.features if each.index > LIMITS.feature_index_at_most / 2]
    assert len(above) > 10
    assert not [each for each in few.features if each.index > each.by_chance]


def hundredfold(columns):
    for name in MONEY:
        columns[name] *= 100


def unseen(columns):
    for name in NETWORK_NAMES:
        columns[name][:] = np.nan


def busier(columns):
    for name, values in columns.items():
        if name not in NETWORK_NAMES and name not in MONEY:
            values[:] = values + np.abs(values) / 2 + 0.3


@pytest.mark.parametrize("accounts", [200, 5000])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (hundredfold, {"features"}),
        (unseen, {"features", "missing"}),
        (busier, {"features", "score"}),
    ],
)
def test_a_real_drift_fires(accounts, change, expected):
    assert fired(Drawn.of(3, accounts).changed(change)) >= expected


def test_one_feature_that_goes_missing_for_some_is_named():
    def half(columns):
        columns[MONEY[0]][::2] = np.nan

    (found,) = [
        each
        for each in triggers(compared(Drawn.of(4, 2000).changed(half)), LIMITS)
        if each.name == "missing"
    ]
    assert found.fired
    assert f"1 feature missing more often: {MONEY[0]}" in found.seen
    assert "mend that" in found.do


def test_other_reasons_for_alerts_fire_where_no_feature_is_far_from_its_old_values():
    explained = compared(Drawn.of(5, 5000)).reasons
    before = next(iter(explained.shares))
    members = [feature.name for feature in CATALOGUE if feature.typology == before]

    def gone(columns):
        for name in members:
            columns[name][:] = np.nanmedian(columns[name])

    changed = compared(Drawn.of(5, 5000).changed(gone)).reasons
    assert changed.shares[before][1] < changed.shares[before][0] / 2
    assert changed.distance > changed.by_chance


def test_bands_are_overfull_only_surely():
    # Three times the share: of 5,000 accounts that is no chance, of 100 it may be.
    for accounts, expected in ((5000, True), (100, False)):
        seen = Drawn.of(6, accounts).seen()
        critical = scorer().thresholds.critical
        placed = Thresholds(-99.0, float(np.sort(seen.raw)[-3 * accounts // 100]), critical)
        found = compare(learnt(), seen, replace(scorer(), thresholds=placed), BANDS, LIMITS)
        held = {each.name: each.held for each in found.bands}
        assert held["high"] == pytest.approx(0.03)
        (asked,) = [each for each in triggers(found, LIMITS) if each.name == "bands"]
        assert ("high 3.00% of 1.00%" in asked.seen) is expected


def test_too_few_accounts_are_told_and_nothing_else_is():
    asked = triggers(compared(Drawn.of(7, 99)), LIMITS)
    assert [(each.name, each.fired) for each in asked] == [("accounts", True)]
    assert "99 accounts compared. Limit: at least 100" in asked[0].words()


def test_an_answer_that_does_not_come_out_again_fires():
    found = replace(compared(Drawn.of(8, 200)), differing=2)
    (asked,) = [each for each in triggers(found, LIMITS) if each.name == "answers"]
    assert asked.fired
    assert "mulerisk replay" in asked.do


def test_figures_name_every_feature_once_and_hold_no_nan():
    figures = compared(Drawn.of(9, 200)).figures()
    assert set(figures["features"]) == {feature.name for feature in CATALOGUE}
    assert sum(each["now"] for each in figures["reasons"]["shares"]) == pytest.approx(1)
    json.dumps(figures, allow_nan=False)
