"""The gate tells all refusals at once, and a person answers for those overridden, or nobody may."""

from dataclasses import replace

import pytest

from tests.evidence import EVIDENCE, LIKELY, LIMITS, both, compared
from training.promotion.evidence import GoldenSide, Latency
from training.promotion.gate import PromotionRefused, check, judge

SLOW_AND_NO_BETTER = replace(compared(above=both(LIKELY)), latency=Latency(1.0, 0.1))
TURNED = replace(EVIDENCE, golden=(GoldenSide("golden row 2", 2.0, -2.0),))


def test_a_better_model_goes_through():
    verdict = judge(EVIDENCE, LIMITS)
    check(verdict)
    assert verdict.refused == verdict.overridden == ()


def test_all_refusals_are_told_together_with_what_may_be_overridden():
    with pytest.raises(PromotionRefused) as refused:
        check(judge(SLOW_AND_NO_BETTER, LIMITS))
    told = str(refused.value)
    assert [line.split(":")[0] for line in told.splitlines()[1:-1]] == [
        "- precision", "- value", "- latency",
    ]  # fmt: skip
    assert "--override precision --override value --override latency" in told


def test_who_answers_for_every_refusal_gets_through_and_the_findings_stay():
    verdict = judge(SLOW_AND_NO_BETTER, LIMITS, ["latency", "value", "precision"])
    check(verdict)
    assert verdict.overridden == ("precision", "value", "latency")
    assert not any(each.passed for each in verdict.findings if each.overridden)


def test_an_answer_for_one_refusal_is_none_for_another():
    with pytest.raises(PromotionRefused, match="- latency") as refused:
        check(judge(SLOW_AND_NO_BETTER, LIMITS, ["precision", "value"]))
    assert "- precision" not in str(refused.value)


@pytest.mark.parametrize(
    ("evidence", "overrides", "said"),
    [
        (TURNED, ["golden"], "golden cannot be overridden"),
        (EVIDENCE, ["precision"], "precision passes and needs no override"),
        (EVIDENCE, ["everything"], "'everything' is no rule of the gate. Name one of precision"),
    ],
)
def test_an_override_that_is_no_answer_to_a_refusal_is_refused(evidence, overrides, said):
    with pytest.raises(PromotionRefused, match=said):
        judge(evidence, LIMITS, overrides)


def test_a_turned_golden_account_lets_nobody_through():
    with pytest.raises(PromotionRefused, match="golden row 2 turned") as refused:
        check(judge(TURNED, LIMITS))
    assert "override" not in str(refused.value)
