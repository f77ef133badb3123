"""Every rule of the gate passes what it should and refuses what it should, and says why."""

import re
from dataclasses import replace

import pytest

from tests.evidence import (
    BETTER,
    EVIDENCE,
    LIKELY,
    LIMITS,
    UNKNOWN,
    WORSE,
    both,
    compared,
    innocents,
    ratio,
)
from training.promotion.evidence import GoldenSide, Latency
from training.promotion.rules import FINAL, RULES


def test_evidence_of_a_better_model_passes_every_rule():
    for name, rule in RULES.items():
        finding = rule(EVIDENCE, LIMITS)
        assert finding.passed, finding.words()
        assert (finding.rule, finding.do, finding.overridden) == (name, "", False)
        assert finding.seen
        assert finding.asked


REFUSED = {
    "precision: the whole interval is not above 0": (
        "precision", compared(above=both(LIKELY)), r"0\.0200 \[-0\.0100, 0\.0500\]"),
    "precision: better in one fold of three": (
        "precision", compared(folds=(both(BETTER), both(WORSE), both(WORSE))), "in 2 of 3 folds"),
    "precision: nothing to compare": (
        "precision", replace(EVIDENCE, comparison=UNKNOWN), "no row can be tested by both"),
    "value: the whole interval is not above 0": (
        "value", compared(above=both(LIKELY)), "value detection rate"),
    "value: better in one fold of three": (
        "value", compared(folds=(both(BETTER), both(WORSE), both(None))), "fold after fold"),
    "value: no money is known of": (
        "value", compared(above=both(None), folds=(both(None),) * 3), "none"),
    "value: nothing to compare": ("value", replace(EVIDENCE, comparison=UNKNOWN), "Wait"),
    "calibration: the error is too large": (
        "calibration", replace(EVIDENCE, calibration={"ece": 0.021, "ece_to_prevalence": 0.8}),
        r"0\.0210.*at most 0\.02"),
    "calibration: no better than a forecast of nothing": (
        "calibration", replace(EVIDENCE, calibration={"ece": 0.001, "ece_to_prevalence": 1.1}),
        "1.1000 of the prevalence"),
    "calibration: not known": (
        "calibration", replace(EVIDENCE, calibration={"ece": None, "ece_to_prevalence": None}),
        "error of none"),
    "fairness: a group is flagged far more often": (
        "fairness", replace(EVIDENCE, groups={"kind": {"e_wallet": ratio(6.0, 5.1, 8.0)}}),
        "kind e_wallet: 6.0000"),
    "fairness: a group is flagged more often than before": (
        "fairness", compared(groups={"new_to_bank": {"yes": {"model": 1.3, "other": 1, **BETTER}}}),
        "new to bank yes"),
    "fairness: nothing to compare": ("fairness", replace(EVIDENCE, comparison=UNKNOWN), "no row"),
    "harm: more innocents are reviewed": (
        "harm", compared(innocents={"negatives": innocents(0.2, 2.0)}), "negatives: 12.0"),
    "harm: more of those who look like mules are": (
        "harm", compared(innocents={"negatives": innocents(-1, 2.0),
                                    "hard_innocents": innocents(0.1, 2.0)}), "hard innocents"),
    "harm: nothing to compare": ("harm", replace(EVIDENCE, comparison=UNKNOWN), "no row"),
    "latency: slower than the champion": (
        "latency", replace(EVIDENCE, latency=Latency(0.24, 0.19)), r"0\.240 ms.*1\.2 times"),
    "latency: slow, and there is no champion": (
        "latency", replace(EVIDENCE, latency=Latency(21.0, None)), "at most 20 ms"),
    "golden: an account turned to a mule": (
        "golden", replace(EVIDENCE, golden=(GoldenSide("golden row 7", -0.6, 0.1),)),
        r"golden row 7 turned from -0\.60 to \+0\.10"),
    "golden: a mule turned": (
        "golden", replace(EVIDENCE, golden=(GoldenSide("golden row 7", 2.0, -0.1),)), "row 7"),
    "golden: accounts that are nowhere": ("golden", replace(EVIDENCE, golden=UNKNOWN), "no row"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_rule_refuses_and_says_what_it_saw_and_what_to_do(case):
    name, evidence, said = REFUSED[case]
    finding = RULES[name](evidence, LIMITS)
    assert not finding.passed
    assert finding.do
    assert re.search(said, finding.words()), finding.words()


def test_every_rule_has_a_refusal_here():
    assert {name for name, *_ in REFUSED.values()} == set(RULES)


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("golden", replace(EVIDENCE, golden=(GoldenSide("near the average", 0.4, -0.4),))),
        ("golden", replace(EVIDENCE, golden=())),
        ("latency", replace(EVIDENCE, latency=Latency(19.0, None))),
        ("fairness", replace(EVIDENCE, groups={})),
        ("fairness", compared(groups={"kind": {"bank": {"model": 3.0, "other": 2.9, **LIKELY}}})),
    ],
)
def test_what_says_nothing_against_a_model_is_no_refusal(name, evidence):
    assert RULES[name](evidence, LIMITS).passed


def test_what_must_never_be_overridden_is_a_rule():
    assert {"golden"} == FINAL <= set(RULES)
