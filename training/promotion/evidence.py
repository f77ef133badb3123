"""What the gate judges by: figures of a candidate beside those of what it would replace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """A candidate and its rival on the same test rows.

    Attributes
    ----------
    rival : str
        The champion, or the best baseline where there is none.
    basis : str
        Why the comparison is fair: who learnt what before which rows.
    above : mapping
        How far the candidate stands above its rival in `precision` and `value_detection_rate`, with
        the interval; None where nobody can tell.
    folds : tuple of mapping
        The same of each fold.
    innocents : mapping
        Of `evaluation.side_by_side.innocents`.
    groups : mapping
        Of `evaluation.groups.ratios_above`; empty where the rival is a baseline.
    """

    rival: str
    basis: str
    above: Mapping[str, Any]
    folds: tuple[Mapping[str, Any], ...]
    innocents: Mapping[str, Any]
    groups: Mapping[str, Any]


@dataclass(frozen=True)
class NotComparable:
    """Why no rows exist that a candidate and the champion can both be tested on."""

    rival: str
    why: str
    do: str


@dataclass(frozen=True)
class Latency:
    """Median milliseconds to score and explain one account; None where there is no champion."""

    candidate: float
    champion: float | None


@dataclass(frozen=True)
class GoldenSide:
    """On which side of the average account a golden account stands, in log-odds from it."""

    name: str
    champion: float
    candidate: float


@dataclass(frozen=True)
class Evidence:
    """All that the rules look at.

    Attributes
    ----------
    comparison : Comparison or NotComparable
    groups : mapping
        Of `evaluation.groups.groups`.
    calibration : mapping
        Of the calibration that is signed: `ece` and `ece_to_prevalence`.
    latency : Latency
    golden : tuple of GoldenSide or NotComparable
        Empty where there is no champion.
    """

    comparison: Comparison | NotComparable
    groups: Mapping[str, Any]
    calibration: Mapping[str, float | None]
    latency: Latency
    golden: tuple[GoldenSide, ...] | NotComparable
