"""What alerts miss, estimated from accounts that were drawn for investigation.

Only accounts that somebody looked at have outcomes. Where a bank draws some of the others at random
and investigates them, each drawn account stands for 1 / probability accounts. One that was looked
at for another reason stands for itself.

References
----------
Weights: D. Horvitz and D. Thompson, "A generalization of sampling without replacement from a finite
universe", JASA 47 (1952). Ratios of weighted sums: J. Hajek, comment in "Foundations of statistical
inference", Holt, Rinehart and Winston (1971).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ledger.schema import MULE_OUTCOMES, UNDETERMINED
from training.evaluation.bootstrap import bounded_by, plain, resampled_sums
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tested import Tested
from training.grid import DAY

FEWEST = 5
"""With fewer mules among the drawn accounts a bootstrap shows less doubt than there is."""
ESTIMATES = ("prevalence", "recall", "precision")


@dataclass(frozen=True)
class Investigated:
    """What was found of rows, and how many rows each finding stands for.

    Attributes
    ----------
    weight : float64 array, length n
        1 / probability for a drawn account, 1 for another one with an outcome, 0 where nobody
        looked.
    mule : float64 array, length n
        1 where a mule was found.
    """

    weight: Array
    mule: Array

    @property
    def drawn_mules(self) -> int:
        """Count the mules that a draw found and that stand for more than themselves."""
        return int((self.mule * (self.weight > 1)).sum())


def investigated(
    account_id: npt.NDArray[np.object_],
    as_of: npt.NDArray[np.int64],
    outcomes: pa.Table,
    *,
    horizon: int,
) -> Investigated:
    """Read what investigations found of rows, known in [as_of, as_of + horizon).

    Parameters
    ----------
    account_id, as_of : arrays of length n
        The rows; instants in microseconds, UTC.
    outcomes : Table
        The ledger's table `labels`; a probability is that of being drawn within a horizon, however
        often accounts are drawn in it. An undetermined outcome tells nothing. Of several outcomes
        of a row one that was not drawn, or was drawn most surely, decides what the row stands for.
    horizon : int
        In microseconds.
    """
    found = pd.DataFrame({
        "account": outcomes["account_id"].to_numpy(),
        "known_at": outcomes["known_at"].cast("int64").to_numpy(),
        "outcome": outcomes["outcome"].to_numpy(),
        "probability": outcomes["inclusion_probability"].fill_null(1.0).to_numpy(),
    })  # fmt: skip
    found = found[found["outcome"] != UNDETERMINED]
    rows = pd.DataFrame({"account": account_id, "as_of": as_of, "row": np.arange(len(as_of))})
    pairs = rows.merge(found, on="account")
    pairs = pairs[(pairs["known_at"] >= pairs["as_of"])
                  & (pairs["known_at"] < pairs["as_of"] + horizon)]  # fmt: skip
    pairs["mule"] = pairs["outcome"].isin(MULE_OUTCOMES)
    seen = pairs.groupby("row").agg({"probability": "max", "mule": "max"})
    weight, mule = np.zeros(len(as_of)), np.zeros(len(as_of))
    weight[seen.index] = 1 / seen["probability"]
    mule[seen.index] = seen["mule"]
    return Investigated(weight, mule)


def estimates(
    model: Scored, looked: Investigated, reviews: int, *, resamples: int, seed: int
) -> dict[str, Any]:
    """Estimate what alerts find, and of how much, beside what the labels alone say.

    Parameters
    ----------
    model : Scored
        With the labels as they are: 0 where nobody looked.
    looked : Investigated
        Of the same rows.
    reviews : int
        Alerts at each instant. Resamples leave them as they are.

    Returns
    -------
    dict
        `investigated`: rows with an outcome; `drawn_mules`; `audit` and `naive`: each of
        `ESTIMATES` as a value with its 95 % interval, without one where the draws found fewer than
        `FEWEST` mules.
    """
    alert = reviewed(model, np.ones(len(model.label)), reviews)
    ways = {"audit": (looked.weight, looked.mule), "naive": (np.ones(len(alert)), model.label)}
    found: dict[str, Any] = {}
    for way, (weight, mule) in ways.items():
        sums = np.stack([weight, weight * mule, weight * alert, weight * alert * mule], axis=1)
        drawn = _ratios(resampled_sums(model.unit, sums, resamples=resamples, seed=seed))
        values = _ratios(sums.sum(axis=0)[None])
        told = way == "naive" or looked.drawn_mules >= FEWEST
        found[way] = {
            name: bounded_by(float(values[name][0]), drawn[name] if told else [])
            for name in ESTIMATES
        }
    counts = {"investigated": int((looked.weight > 0).sum()), "drawn_mules": looked.drawn_mules}
    return counts | plain(found)


def _ratios(sums: Array) -> dict[str, Array]:
    rows, mules, alerts, found = sums.T
    with np.errstate(invalid="ignore"):
        return {"prevalence": mules / rows, "recall": found / mules, "precision": found / alerts}


def audit(tested: Tested, model: Scored) -> dict[str, Any]:
    """Estimate from the ledger's drawn accounts what alerts miss.

    Returns
    -------
    dict
        Of `estimates`; empty where the ledger tells no probability of a draw.
    """
    outcomes = tested.inputs.lake.read("labels")
    if outcomes["inclusion_probability"].null_count == len(outcomes):
        return {}
    rows, settings = tested.test, tested.parameters.evaluate
    horizon = tested.parameters.labels.horizon_days * DAY
    looked = investigated(rows.account_id, rows.as_of, outcomes, horizon=horizon)
    draws = {"resamples": settings.resamples, "seed": settings.seed}
    return estimates(model, looked, tested.reviews, **draws)


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell what the drawn accounts say beside what the labels say."""
    yield from ("", "## What alerts miss, estimated from drawn accounts", "")
    yield from table(
        ("", *ESTIMATES),
        [
            ["drawn accounts, weighted", *(bounded(figures["audit"][name]) for name in ESTIMATES)],
            ["labels alone", *(bounded(figures["naive"][name]) for name in ESTIMATES)],
        ],
    )
    yield ""
    yield (
        f"{figures['investigated']:,} rows have an outcome; {figures['drawn_mules']:,} of the mules"
        f" were drawn. With fewer than {FEWEST} no interval is told."
    )
