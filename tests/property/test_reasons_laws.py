"""Reasons are true to the numbers they come from."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import CATALOGUE, NAMES
from models.reasons import Explainer, sentence
from models.typical import typical_of
from models.wording import worded
from tests.property.drawn_models import rows

WIDTH = len(NAMES)
TYPICAL = typical_of(np.abs(rows(1, 50, WIDTH)), ["bank"] * 50, NAMES)
number = st.one_of(st.just(float("nan")), st.floats(0, 1e6))
contribution = st.one_of(st.just(0.0), st.floats(-0.02, 0.02), st.floats(-3, 3))


def explained(values, contributions, top=5):
    explainer = Explainer(TYPICAL, "THB", top)
    evidence = {name: [f"t-{name}"] for name in NAMES}
    return explainer.reasons(
        np.array(values), np.array(contributions), "bank", lambda names: evidence
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(number, min_size=WIDTH, max_size=WIDTH),
    st.lists(contribution, min_size=WIDTH, max_size=WIDTH),
    st.integers(1, 8),
)
def test_the_strongest_of_each_sign_are_told_unless_they_hardly_move_the_odds(
    values, contributions, top
):
    reasons = explained(values, contributions, top)
    told = [reason.contribution for reason in reasons]
    expected_for = sorted((c for c in contributions if c >= 0.01), reverse=True)[:top]
    expected_against = sorted(c for c in contributions if c <= -0.01)[:top]
    assert told == expected_for + expected_against


@settings(max_examples=100, deadline=None)
@given(
    st.lists(number, min_size=WIDTH, max_size=WIDTH),
    st.lists(contribution, min_size=WIDTH, max_size=WIDTH),
)
def test_every_reason_carries_its_own_features_numbers_and_evidence(values, contributions):
    for reason in explained(values, contributions):
        i = NAMES.index(reason.feature)
        assert reason.towards == ("for" if contributions[i] > 0 else "against")
        assert reason.contribution == contributions[i]
        assert np.array_equal(reason.value, values[i], equal_nan=True)
        assert reason.typical == TYPICAL.medians("bank")[i]
        assert reason.transaction_ids == (f"t-{reason.feature}",)
        assert worded(values[i], reason.unit, "THB") in reason.sentence


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda feature: feature.name)
@pytest.mark.parametrize("value", [0.0, 1.0, 2.0, float("nan")])
@pytest.mark.parametrize("typical", [1.0, float("nan")])
def test_every_feature_makes_one_finished_sentence(feature, value, typical):
    text = sentence(feature, value, typical, "THB")
    assert re.fullmatch(r"[A-Z][^{}]*\.", text)
    assert ("typical" in text) == (typical == 1.0)
    assert "nan" not in text.split()
    assert ("no history" in text) == np.isnan(value)


def test_a_sentence_reads_as_one():
    feature = next(f for f in CATALOGUE if f.name == "share_out_24h_30d")
    assert sentence(feature, 0.93, 0.08, "THB") == (
        "Of the money received in 30 days, 93% left within a day; typical is 8%."
    )


def test_a_missing_value_is_told_as_missing():
    feature = next(f for f in CATALOGUE if f.name == "dwell_median_30d")
    assert sentence(feature, float("nan"), 4000.0, "THB").startswith(
        "There is no history to tell this from: minutes that"
    )
