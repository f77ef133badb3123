"""Reasons are true to the numbers they come from."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import BY_NAME, CATALOGUE, NAMES
from features.typologies import TYPOLOGIES
from models.peers import EVERY
from models.reasons import LEAST, Explainer
from models.sentences import sentence, title
from models.typical import typical_of
from models.wording import worded
from tests.property.drawn_models import rows

WIDTH = len(NAMES)
TYPICAL = typical_of(np.abs(rows(1, 50, WIDTH)), [EVERY] * 50, NAMES).compared(EVERY)
number = st.one_of(st.just(float("nan")), st.floats(0, 1e6))
contribution = st.one_of(st.just(0.0), st.floats(-0.02, 0.02), st.floats(-3, 3))


def explained(values, contributions, top=5):
    explainer = Explainer("THB", top)
    evidence = {name: [f"t-{name}"] for name in NAMES}
    return explainer.reasons(
        np.array(values), np.array(contributions), TYPICAL, lambda names: evidence
    )


def moved(contributions):
    sums = dict.fromkeys((feature.typology for feature in CATALOGUE), 0.0)
    for feature, each in zip(CATALOGUE, contributions, strict=True):
        sums[feature.typology] += each
    return sums


@settings(max_examples=100, deadline=None)
@given(
    st.lists(number, min_size=WIDTH, max_size=WIDTH),
    st.lists(contribution, min_size=WIDTH, max_size=WIDTH),
    st.integers(1, 8),
)
def test_the_strongest_behaviours_of_each_sign_are_told_once_each(values, contributions, top):
    reasons = explained(values, contributions, top)
    sums = list(moved(contributions).values())
    assert len({reason.typology for reason in reasons}) == len(reasons)
    expected_for = sorted((c for c in sums if c >= LEAST), reverse=True)[:top]
    expected_against = sorted(c for c in sums if c <= -LEAST)[:top]
    told = [reason.contribution for reason in reasons]
    assert told == pytest.approx(expected_for + expected_against)
    assert [reason.towards for reason in reasons] == (
        ["for"] * len(expected_for) + ["against"] * len(expected_against)
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(number, min_size=WIDTH, max_size=WIDTH),
    st.lists(contribution, min_size=WIDTH, max_size=WIDTH),
)
def test_a_reason_adds_up_and_its_details_are_its_typologys_that_count(values, contributions):
    sums = moved(contributions)
    for reason in explained(values, contributions):
        told = [detail.contribution for detail in reason.details]
        assert reason.contribution == pytest.approx(sums[reason.typology])
        assert sum(told) + reason.others == pytest.approx(reason.contribution)
        members = dict(zip(NAMES, contributions, strict=True))
        members = {n: c for n, c in members.items() if BY_NAME[n].typology == reason.typology}
        assert (
            {n for n, c in members.items() if abs(c) >= LEAST}
            <= {detail.feature for detail in reason.details}
            <= set(members)
        )
        sign = 1 if reason.towards == "for" else -1
        assert sign * told[0] == max(sign * each for each in members.values())
        assert [abs(each) for each in told[1:]] == sorted(map(abs, told[1:]), reverse=True)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(number, min_size=WIDTH, max_size=WIDTH),
    st.lists(contribution, min_size=WIDTH, max_size=WIDTH),
)
def test_every_detail_carries_its_own_features_numbers_and_evidence(values, contributions):
    for reason in explained(values, contributions):
        for detail in reason.details:
            i = NAMES.index(detail.feature)
            assert detail.contribution == contributions[i]
            assert np.array_equal(detail.value, values[i], equal_nan=True)
            assert detail.typical == TYPICAL.medians[i]
            assert detail.transaction_ids == (f"t-{detail.feature}",)
            told = "no value" if np.isnan(values[i]) else worded(values[i], detail.unit, "THB")
            assert told in detail.sentence
        assert reason.sentence == reason.details[0].sentence
        assert reason.transaction_ids == tuple(f"t-{d.feature}" for d in reason.details)


def test_every_typology_of_the_catalogue_has_its_words_and_no_other():
    assert set(TYPOLOGIES) == {feature.typology for feature in CATALOGUE}


@pytest.mark.parametrize(
    ("name", "value", "typical", "told"),
    [
        ("age_days", 9.0, 1100.0, "A newer account"),
        ("age_days", 3000.0, 1100.0, "A longer tenure"),
        ("salary_share_90d", 0.9, 0.1, "More salary, bills and other ordinary life"),
        ("living_share_90d", 0.0, 0.4, "Less salary, bills and other ordinary life"),
        ("payer_concentration_90d", 0.02, 0.5, "Money from more sources, as a merchant has it"),
        ("new_payer_share_7d", 0.0, 0.3,
         "More of the money comes from stable payers"),
        ("returned_share_90d", 0.5, 0.1, "More stable, mutual relations"),
        ("kept_share_90d", 0.6, 0.1, "More of the money is kept rather than passed on"),
        ("pass_through_30d", 0.2, 0.9, "Less of the money passes through"),
        ("dwell_median_30d", 9000.0, 300.0, "Money stays longer"),
        ("payer_count_7d", 2.0, 2.0, "The number of payers"),
        ("payer_count_7d", float("nan"), 2.0, "The number of payers"),
        ("payer_count_7d", 2.0, float("nan"), "The number of payers"),
    ],
)  # fmt: skip
def test_a_title_says_on_which_side_of_its_peers_the_account_is(name, value, typical, told):
    feature = BY_NAME[name]
    assert title(TYPOLOGIES[feature.typology], feature, value, typical) == told


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda feature: feature.name)
@pytest.mark.parametrize("value", [0.0, 1.0, 2.0, float("nan")])
@pytest.mark.parametrize("typical", [1.0, float("nan")])
def test_every_feature_makes_one_finished_sentence(feature, value, typical):
    text = sentence(feature, value, typical, "THB")
    assert re.fullmatch(r"[A-Z][^{}]*\.", text)
    assert ("typical" in text) == (typical == 1.0)
    assert "nan" not in text.split()
    assert ("no value here" in text) == np.isnan(value)


def test_a_sentence_reads_as_one():
    feature = next(f for f in CATALOGUE if f.name == "share_out_24h_30d")
    assert sentence(feature, 0.93, 0.08, "THB") == (
        "Of the money received in 30 days, 93% left within a day; typical is 8%."
    )
