"""How much laundered money alerts would have stopped, and what that is worth after all costs.

An account is reviewed as in `capacity`, and every review is counted as a hold: the most that alerts
can do, to mules and to innocents. From its first alert on, what reaches a mule is stopped.

- **Value detection rate**: of the laundered money that reached mules, the share that came after the
  alert. Money that passes several mules counts at each of them.
- **Saved**: for each pattern at most what entered it, so that money counts once; less the cost of
  every review and of every hold of an account that never launders.

References
----------
Value detection: P. Juszczak et al., "Off-the-peg and bespoke classifiers for fraud detection",
Computational Statistics & Data Analysis 52 (2008). Savings net of costs: A. Correa Bahnsen et al.,
"Feature engineering strategies for credit card fraud detection", Expert Systems with Applications
51 (2016).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ledger.currencies import EXPONENTS
from training.evaluation.bootstrap import bounded_by, resampled_sums
from training.evaluation.laundering import mules
from training.evaluation.markdown import bounded
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tainted import tainted_credits
from training.evaluation.tested import Tested
from training.parameters import Alerts

_SUMMED = ["reached", "detected", "entered", "saved", "reviews", "wrongful_holds"]


def money(tested: Tested, model: Scored) -> dict[str, Any] | str:
    """Compute what alerts would have stopped, in major units, or say why nobody can tell.

    Returns
    -------
    dict or str
        `currency`; `value_detection_rate` with its 95 % interval, the alerts being as they are; the
        money that `reached` mules and was `detected`, `entered` patterns and was `saved`; `reviews`
        and `wrongful_holds`; `net` of all costs with its interval, None where `alerts.currency` is
        another one; `break_even`: what a wrongful hold may cost until nothing is gained.
    """
    tainted = tainted_credits(tested)
    if tainted.empty:
        return "no laundered money reached a mule while it was tested"
    currency = tested.inputs.lake.reference_currency
    alerts = _alerts(tested, model)
    first = alerts.groupby("account")["as_of"].min()
    tainted["stopped"] = tainted["happened_at"] >= tainted["mule"].map(first).fillna(np.inf)
    rows = pd.concat([of_patterns(tainted, 10 ** EXPONENTS[currency]), alerts]).fillna(0.0)
    columns, settings = rows[_SUMMED].to_numpy(dtype=np.float64), tested.parameters.evaluate
    drawn = resampled_sums(
        tested.units(rows["account"]), columns, resamples=settings.resamples, seed=settings.seed
    )
    sums = columns.sum(axis=0)
    rate = bounded_by(float(_detected(sums)), _detected(drawn))
    return {
        "currency": currency,
        "value_detection_rate": vars(rate),
        **dict(zip(_SUMMED, sums.tolist(), strict=True)),
        **_net(tested.parameters.alerts, sums, drawn, currency),
    }


def _alerts(tested: Tested, model: Scored) -> pd.DataFrame:
    """Make a row of each review: when and whose it is, and whether the hold would be wrongful."""
    alerted = reviewed(model, np.ones(len(model.label)), tested.reviews) > 0
    rows = tested.test.only(alerted)
    innocent = ~np.isin(rows.account_id.astype(str), list(mules(tested.inputs.lake)))
    return pd.DataFrame(
        {
            "account": rows.account_id,
            "as_of": rows.as_of,
            "reviews": 1.0,
            "wrongful_holds": innocent.astype(np.float64),
        }
    )


def of_patterns(tainted: pd.DataFrame, scale: int) -> pd.DataFrame:
    """Make a row of each pattern: its first mule, what entered it and what of that was stopped.

    Parameters
    ----------
    tainted : DataFrame
        With `pattern`, `mule`, `reference_minor`, `hop` and `stopped`, in order of time.
    scale : int
        Minor units in a major one.
    """
    amount = tainted["reference_minor"] / scale
    columns = {
        "pattern": tainted["pattern"],
        "account": tainted["mule"],
        "reached": amount,
        "detected": amount * tainted["stopped"],
        "entered": amount * (tainted["hop"] == 1),
    }
    patterns = pd.DataFrame(columns).groupby("pattern", sort=False)
    sums = patterns[["reached", "detected", "entered"]].sum()
    saved = sums[["detected", "entered"]].min(axis=1)
    return sums.assign(saved=saved, account=patterns["account"].first())


def _detected(sums: Array) -> Array:
    # A resample may hold no laundered money: then the share is missing.
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 1] / sums[..., 0])


def _net(alerts: Alerts, sums: Array, drawn: Array, currency: str) -> dict[str, Any]:
    if alerts.currency != currency:
        return {"net": None, "break_even": None}
    worth = np.array([0, 0, 0, 1, -alerts.review_cost, -alerts.wrongful_hold_cost])
    saved, reviews, wrongful = sums[3:].tolist()
    gained = saved - alerts.review_cost * reviews
    return {
        "net": vars(bounded_by(float(sums @ worth), drawn @ worth)),
        "break_even": gained / wrongful if wrongful else None,
    }


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell the value detected and what is left of it after all costs."""
    money, net = figures["currency"], figures["net"]
    yield from ("", "## Money", "")
    yield (
        f"Of {figures['reached']:,.0f} {money} of laundered money that reached mules under test"
        f" {bounded(figures['value_detection_rate'])} came after the alert. Of the"
        f" {figures['entered']:,.0f} {money} that entered their patterns,"
        f" {figures['saved']:,.0f} {money} would have been stopped by {figures['reviews']:,.0f}"
        f" holds, {figures['wrongful_holds']:,.0f} of them of accounts that never launder."
    )
    if net is None:
        yield f"What that is worth is not told: `alerts.currency` is not {money}."
    else:
        ends = f"[{net['low']:,.0f}, {net['high']:,.0f}]"
        yield (
            f"Less the cost of reviews and wrongful holds that is {net['value']:,.0f} {ends}"
            f" {money}{_break_even(figures['break_even'], money)}."
        )


def _break_even(cost: float | None, money: str) -> str:
    if cost is None:
        return ""
    return f"; nothing is gained where a wrongful hold costs {cost:,.0f} {money}"
