"""An analyst's weighted rules: the baseline that a model has to beat.

Rules and weights follow published red flags and were fixed before any model was trained. Where a
source gives a figure it is the threshold; where it gives words, the threshold is the plainest
reading of them. None was chosen by looking at data. Weights are 3 for a flag that most sources
name, 2 for one that some name, 1 for a supporting sign. The holder's age is a published flag and
deliberately not used.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Condition:
    """A feature lies between two inclusive bounds; a missing one lies nowhere."""

    feature: str
    minimum: float = -np.inf
    maximum: float = np.inf


@dataclass(frozen=True)
class Rule:
    """A red flag: it fires where all its conditions hold.

    Attributes
    ----------
    name : str
    weight : int
        What it adds to the score where it fires.
    source : str
        A key of `features.feature.SOURCES`, with what it says.
    conditions : tuple of Condition
    """

    name: str
    weight: int
    source: str
    conditions: tuple[Condition, ...]


def _least(feature: str, minimum: float) -> Condition:
    return Condition(feature, minimum=minimum)


def _most(feature: str, maximum: float) -> Condition:
    return Condition(feature, maximum=maximum)


RULES = (
    Rule(
        "money is passed on at once", 3,
        "FATF: immediate onward transfer of the funds received",
        (_least("share_out_24h_30d", 0.9), _least("credit_count_30d", 2)),
    ),
    Rule(
        "money stays half an hour at most", 3,
        "FATF: rapid flow inconsistent with the account's purpose",
        (_most("dwell_median_30d", 30.0), _least("debit_count_30d", 2)),
    ),
    Rule(
        "five payments or more on the day the money came", 2,
        "BOT: most mule accounts made at least 5 transactions after victims' money came",
        (_least("debit_count_1d", 5), _least("pass_through_1d", 0.9)),
    ),
    Rule(
        "a new account passes money through", 3,
        "BOT: 30% of closed mule accounts were newly opened; FATF: rapid flow right after opening",
        (_most("age_days", 90.0), _least("pass_through_30d", 0.9)),
    ),
    Rule(
        "a silent account becomes busy", 2,
        "FATF: dormant account reactivated; silent for 60 days, then three times the usual use",
        (_least("longest_silence_90d", 60.0), _least("activity_growth_7d", 3.0)),
    ),
    Rule(
        "many payers, many payees, one day", 2,
        "FATF: many senders and many beneficiaries without an apparent reason",
        (_least("gather_scatter_1d", 5),),
    ),
    Rule(
        "strangers pay in and money goes to strangers", 2,
        "FATF: counterparties without a prior relationship",
        (
            _least("new_payer_share_7d", 0.9), _least("new_payee_share_7d", 0.9),
            _least("payer_count_7d", 2), _least("payee_count_7d", 2),
        ),
    ),
    Rule(
        "money leaves for crypto currency", 3,
        "BOT: frequent receipt, then a quick move to a crypto exchange",
        (_least("crypto_share_30d", 0.5), _least("share_out_24h_30d", 0.5)),
    ),
    Rule(
        "money leaves as cash", 2,
        "FATF: immediate cash withdrawal; FinCEN: moves by wire, cash or crypto at once",
        (_least("cash_out_share_30d", 0.5), _least("share_out_24h_30d", 0.5)),
    ),
    Rule(
        "money leaves abroad", 2,
        "FinCEN: transfers that do not fit, sent on by wire at once",
        (_least("cross_border_share_30d", 0.5), _least("share_out_24h_30d", 0.5)),
    ),
    Rule(
        "cash is deposited and sent on the same day", 2,
        "AUSTRAC: cash deposits at machines, then same-day remittance or crypto",
        (_least("cash_deposit_share_30d", 0.5), _least("share_out_24h_30d", 0.9)),
    ),
    Rule(
        "a commission is kept", 1,
        "AUSTRAC: mules keep about 10% as commission; read as 1% to 10% of what came in",
        (Condition("kept_share_90d", 0.01, 0.10), _least("credit_count_90d", 5)),
    ),
    Rule(
        "far more comes in than usual", 1,
        "FinCEN: a low-balance customer starts to get transfers that do not fit; three times",
        (_least("credit_growth_7d", 3.0),),
    ),
    Rule(
        "no sign of ordinary life", 1,
        "peer: no salary, card payment, bill or fee in 90 days although the account is used",
        (_most("living_share_90d", 0.0), _least("active_days_90d", 5)),
    ),
)  # fmt: skip
"""The rules, with the published red flag each is taken from."""


def rules(values: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    """Score accounts by the weight of the rules that fire.

    Parameters
    ----------
    values : float64 array of shape (n, features)
        NaN is missing; a rule over a missing feature does not fire.
    names : sequence of str
        The features, in the order of the columns.

    Returns
    -------
    float64 array of shape (n,)
        From 0 to the sum of all weights.
    """
    column = {name: i for i, name in enumerate(names)}
    score = np.zeros(len(values))
    for rule in RULES:
        holds = [
            _holds(condition, values[:, column[condition.feature]]) for condition in rule.conditions
        ]
        score += rule.weight * np.logical_and.reduce(holds)
    return score


def _holds(condition: Condition, value: NDArray[np.float64]) -> NDArray[np.bool_]:
    # A comparison with NaN is False, so a missing feature holds nothing.
    return np.asarray((value >= condition.minimum) & (value <= condition.maximum))
