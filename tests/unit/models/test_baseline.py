from hashlib import sha256

import numpy as np
import pytest

from features.catalogue import NAMES
from features.feature import SOURCES
from models.baseline import RULES, rules

TOTAL = sum(rule.weight for rule in RULES)


FIXED = "42036c6f54688650bcaf1192ac117b6a6088de26bbd9dc4d75655c74bbfa4904"
"""Of the rules as they were before any model was trained."""


def row(**values):
    """Make one account that shows these features and nothing else."""
    made = np.full((1, len(NAMES)), np.nan)
    for name, value in values.items():
        made[0, NAMES.index(name)] = value
    return made


def edge_of(rule):
    """Stand exactly on every bound of a rule."""
    return {
        condition.feature: condition.minimum
        if np.isfinite(condition.minimum)
        else condition.maximum
        for condition in rule.conditions
    }


def test_the_rules_are_those_fixed_before_any_model_was_trained():
    # A baseline that is changed after its figures were seen is none. Features may be renamed:
    # then, and only then, take the new hash.
    assert sha256(repr(RULES).encode()).hexdigest() == FIXED


def test_there_are_between_ten_and_fifteen_rules_with_names_of_their_own():
    assert 10 <= len(RULES) <= 15
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_names_features_of_the_catalogue_and_a_published_source(rule):
    assert {condition.feature for condition in rule.conditions} <= set(NAMES)
    assert rule.source.partition(":")[0] in SOURCES
    assert rule.weight in (1, 2, 3)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_fires_on_its_bounds_and_not_where_one_condition_fails(rule):
    edge = edge_of(rule)
    assert rules(row(**edge), NAMES)[0] >= rule.weight
    for condition in rule.conditions:
        beyond = -1e9 if np.isfinite(condition.minimum) else 1e9
        lost = rules(row(**edge), NAMES)[0] - rules(
            row(**{**edge, condition.feature: beyond}), NAMES
        )[0]  # fmt: skip
        assert lost >= rule.weight


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_over_a_missing_feature_does_not_fire(rule):
    edge = edge_of(rule)
    for name in edge:
        without = {key: value for key, value in edge.items() if key != name}
        assert rules(row(**edge), NAMES)[0] - rules(row(**without), NAMES)[0] >= rule.weight


def test_an_account_that_shows_nothing_scores_nothing():
    assert rules(row(), NAMES).tolist() == [0.0]


def test_the_score_is_the_sum_of_the_weights_that_fire():
    quick = row(share_out_24h_30d=1.0, credit_count_30d=3, crypto_share_30d=0.8)
    assert rules(quick, NAMES).tolist() == [6.0]
    everything = rules(np.vstack([row(), quick]), NAMES)
    assert everything.dtype == np.float64
    assert (everything <= TOTAL).all()


def test_columns_are_found_by_name():
    shuffled = np.random.default_rng(0).permutation(len(NAMES))
    quick = row(share_out_24h_30d=1.0, credit_count_30d=3)
    assert rules(quick[:, shuffled], [NAMES[i] for i in shuffled]) == rules(quick, NAMES)


def test_a_salaried_person_scores_nothing():
    person = row(
        age_days=2000, credit_count_30d=2, debit_count_30d=40, debit_count_1d=2,
        pass_through_1d=np.nan, pass_through_30d=0.95, share_out_24h_30d=0.2,
        dwell_median_30d=12_000, living_share_90d=0.9, active_days_90d=60, credit_growth_7d=0.0,
        activity_growth_7d=1.0, longest_silence_90d=4, gather_scatter_1d=0, kept_share_90d=0.2,
        crypto_share_30d=0.0, cash_out_share_30d=0.1, cross_border_share_30d=0.0,
    )  # fmt: skip
    assert rules(person, NAMES).tolist() == [0.0]
