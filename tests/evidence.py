"""Evidence as the gate might see it: of a model that is better than the champion."""

from dataclasses import replace
from pathlib import Path

from training.parameters import read_parameters
from training.promotion.evidence import Comparison, Evidence, GoldenSide, Latency, NotComparable

LIMITS = read_parameters(Path(__file__).parents[1] / "params.yaml").promote
BETTER = {"value": 0.02, "low": 0.01, "high": 0.03}
LIKELY = {"value": 0.02, "low": -0.01, "high": 0.05}
WORSE = {"value": -0.02, "low": -0.03, "high": -0.01}
UNKNOWN = NotComparable("the champion, version 3", "no row can be tested by both", "Wait.")


def both(figure):
    return {"precision": figure, "value_detection_rate": figure}


def innocents(low, high):
    return {"model": 12.0, "other": 11.0, "value": 1.0, "low": low, "high": high}


def ratio(value, low, high):
    return {"rows": 400, "fpr": 0.02, "ratio": {"value": value, "low": low, "high": high}}


COMPARISON = Comparison(
    rival="the champion, version 3",
    basis="the same rows",
    above=both(BETTER),
    folds=(both(LIKELY), both(LIKELY), both(WORSE)),
    innocents={"negatives": innocents(-2.0, 4.0), "hard_innocents": innocents(-1.0, 3.0)},
    groups={"kind": {"bank": {"model": 0.7, "other": 0.9, **WORSE},
                     "e_wallet": {"model": 1.2, "other": 1.1, **BETTER}}},
)  # fmt: skip
EVIDENCE = Evidence(
    comparison=COMPARISON,
    groups={"kind": {"bank": ratio(0.7, 0.5, 0.9), "e_wallet": ratio(6.0, 4.9, 8.0)}},
    calibration={"ece": 0.004, "ece_to_prevalence": 0.8},
    latency=Latency(0.2, 0.19),
    golden=(GoldenSide("golden row 1", -2.0, -0.1), GoldenSide("golden row 2", 1.5, 3.0)),
)


def compared(**changes):
    return replace(EVIDENCE, comparison=replace(COMPARISON, **changes))
