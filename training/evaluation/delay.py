"""How long laundered money moves until the alert: minutes and hops, transaction by transaction.

The instants of the grid are days apart, so mules under test are scored again as a service would:
each time one of their transactions becomes known, by the model of the fold then in charge. The
alert is the first such score at or above that of the last account reviewed at the fold's first test
instant; from then on more accounts may reach it than people can review.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pyarrow as pa

from features.compute import compute
from features.events import TRANSACTION_COLUMNS
from ledger.view import SIDES, instant, microseconds, only
from training.evaluation.markdown import share
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tainted import tainted_credits
from training.evaluation.tested import Tested
from training.learner import raw_scores

MINUTE = 60_000_000
"""Microseconds."""


@dataclass(frozen=True)
class Case:
    """A mule under test, from the first laundered money that reaches it.

    Attributes
    ----------
    mule : str
    fold : int
        The fold in charge when the money came.
    pattern : object
        Of that first money; `hop` is how far into the pattern it had come.
    hop : int
    reached_at, until : int
        When it came, and when scoring ends: the mule becomes known, or another fold takes over;
        microseconds.
    """

    mule: str
    fold: int
    pattern: object
    hop: int
    reached_at: int
    until: int


def delay(tested: Tested, model: Scored) -> dict[str, Any] | str:
    """Measure minutes and hops from the first tainted credit to the alert, or say what is missing.

    Returns
    -------
    dict or str
        `mules` under test; the shares `alerted` and `alerted_before_money_left`; of those alerted
        `minutes_median`, `minutes_p90`, `hops_median` and `hops_p90`, NaN if none was.
    """
    tainted = tainted_credits(tested)
    cases = list(_cases(tested, tainted))
    if not cases:
        return "no laundered money reached a mule while it was tested"
    tested.progress(f"{len(cases)} mules scored at each of their transactions")
    lake, models = tested.inputs.lake, [lgb.Booster(model_str=text) for text in tested.models]
    limits = _limits(tested, model)
    columns = ["transaction_id", *TRANSACTION_COLUMNS]
    names = sorted({case.mule for case in cases})
    transactions = only(lake.read("transactions", columns), SIDES, names)
    accounts = only(lake.read("accounts"), ("account_id",), names)
    found = []
    for case in cases:
        history = only(transactions, SIDES, [case.mule])
        account = only(accounts, ("account_id",), [case.mule])
        alert = first_alert(case, history, account, models[case.fold], limits[case.fold])
        found.append(_measured(case, history, alert, tainted))
    return summed(pd.DataFrame(found))


def _cases(tested: Tested, tainted: pd.DataFrame) -> Iterator[Case]:
    for row in tainted.drop_duplicates("mule").itertuples():
        for fold, (start, end) in enumerate(tested.spans):
            if start <= row.happened_at < end:
                until = int(min(end, row.found_at))
                yield Case(row.mule, fold, row.pattern, row.hop, row.happened_at, until)


def _limits(tested: Tested, model: Scored) -> list[float]:
    """Tell for each fold the score of the last account reviewed at its first test instant."""
    taken = reviewed(model, np.ones(len(model.label)), tested.reviews) > 0
    return [
        float(model.score[taken & (model.as_of == fold.test[0])].min()) for fold in tested.folds
    ]


def first_alert(
    case: Case, history: pa.Table, account: pa.Table, model: lgb.Booster, limit: float
) -> float:
    """Find when the score first reaches the limit, in microseconds; infinite if it never does.

    The mule is scored just after each of its transactions became known, from the first tainted one
    on and before `case.until`.
    """
    known = np.unique(history["known_at"].cast("int64").to_numpy()) + 1
    moments = known[(known > case.reached_at) & (known < case.until)]
    if not len(moments):
        return float("inf")
    table = compute(history, account, [instant(int(at)) for at in moments])
    alerts = table.as_of[raw_scores(model, table.values) >= limit]
    return float(alerts.min()) if len(alerts) else float("inf")


def _measured(
    case: Case, history: pa.Table, alert: float, tainted: pd.DataFrame
) -> dict[str, float]:
    rows = history.select(["happened_at", "payer_account"]).to_pandas()
    happened = rows["happened_at"].map(microseconds)
    left = happened[(rows["payer_account"] == case.mule) & (happened >= case.reached_at)]
    moved = tainted[(tainted["pattern"] == case.pattern) & (tainted["happened_at"] < alert)]
    return {
        "minutes": (alert - case.reached_at) / MINUTE,
        "before_money_left": float(alert <= left.min()) if len(left) else float(alert < np.inf),
        "hops": float(moved["hop"].max() - case.hop),
    }


def summed(cases: pd.DataFrame) -> dict[str, Any]:
    """Sum up the cases: `minutes` (infinite without an alert), `hops` and `before_money_left`."""
    alerted = cases[np.isfinite(cases["minutes"])]
    return {
        "mules": len(cases),
        "alerted": len(alerted) / len(cases),
        "alerted_before_money_left": float(cases["before_money_left"].mean()),
        "minutes_median": _quantile(alerted["minutes"], 0.5),
        "minutes_p90": _quantile(alerted["minutes"], 0.9),
        "hops_median": _quantile(alerted["hops"], 0.5),
        "hops_p90": _quantile(alerted["hops"], 0.9),
    }


def _quantile(values: "pd.Series[float]", at: float) -> float:
    sorted_: Array = np.sort(values.to_numpy(dtype=np.float64))
    return float(np.quantile(sorted_, at)) if len(sorted_) else float("nan")


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell how long money moved until the alert."""
    yield from ("", "## From the first tainted credit to the alert", "")
    yield (
        f"Of {figures['mules']} mules that laundered money reached while they were tested,"
        f" {share(figures['alerted'])} were alerted before they were known, and"
        f" {share(figures['alerted_before_money_left'])} before money left them again."
    )
    if figures["minutes_median"] is not None:
        yield (
            f"Of those alerted half were within {figures['minutes_median']:,.0f} minutes and"
            f" {figures['hops_median']:.0f} hops, nine in ten within"
            f" {figures['minutes_p90']:,.0f} minutes and {figures['hops_p90']:.0f} hops."
        )
