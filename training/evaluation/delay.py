"""How long laundered money moves until the alert: minutes and hops, transaction by transaction.

The instants of the grid are days apart, so mules under test are scored again as a service would:
each time one of their transactions becomes known, by the model of the fold then in charge, until
they are known as mules or the test ends. The alert is the first such score at or above that of the
last account reviewed at that fold's first test instant; from then on more accounts may reach it
than people can review. What the network showed of a mule is that of the pipeline's last snapshot,
which may be a whole stride old: a service takes one every day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from features.compute import compute
from features.events import TRANSACTION_COLUMNS
from features.network.join import with_snapshots
from features.network.snapshot import Snapshot
from ledger.view import SIDES, instant, microseconds, only
from training.evaluation.markdown import counted, share
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tainted import tainted_credits
from training.evaluation.tested import Tested
from training.learner import raw_scores
from training.snapshots import of_rows, read

MINUTE = 60_000_000
"""Microseconds."""


@dataclass(frozen=True)
class Case:
    """A mule under test, from the first laundered money that reaches it.

    Attributes
    ----------
    mule : str
    pattern : object
        Of that first money; `hop` is how far into the pattern it had come.
    hop : int
    reached_at : int
        When it came, in microseconds.
    found_at : float
        When the mule becomes known; infinite if never.
    """

    mule: str
    pattern: object
    hop: int
    reached_at: int
    found_at: float


@dataclass(frozen=True)
class Watch:
    """The model in charge from `start` until `end`, and the score that alerts."""

    start: int
    end: int
    model: lgb.Booster
    limit: float


def delay(tested: Tested, model: Scored) -> dict[str, Any] | str:
    """Measure minutes and hops from the first tainted credit to the alert, or say what is missing.

    Returns
    -------
    dict or str
        `mules` under test; the shares `alerted`, `alerted_before_money_left` and `open`: neither
        alerted nor known as a mule when the test ended; of those alerted
        `minutes_median`, `minutes_p90`, `hops_median` and `hops_p90`, NaN if none was.
    """
    tainted = tainted_credits(tested)
    cases = list(_cases(tainted))
    if not cases:
        return "no laundered money reached a mule while it was tested"
    tested.progress(f"{len(cases)} mules scored at each of their transactions")
    lake, watches = tested.inputs.lake, _watches(tested, model)
    names = sorted({case.mule for case in cases})
    transactions = only(lake.read("transactions", list(TRANSACTION_COLUMNS)), SIDES, names)
    accounts = only(lake.read("accounts"), ("account_id",), names)
    taken = of_rows(read(tested.inputs.snapshots, names))
    found = []
    for case in cases:
        history = only(transactions, SIDES, [case.mule])
        account = only(accounts, ("account_id",), [case.mule])
        alert = first_alert(case, history, account, watches, taken)
        is_open = alert == np.inf and case.found_at >= watches[-1].end
        found.append({**_measured(case, history, alert, tainted), "open": float(is_open)})
    return summed(pd.DataFrame(found))


def _cases(tainted: pd.DataFrame) -> Iterator[Case]:
    for row in tainted.drop_duplicates("mule").itertuples():
        yield Case(row.mule, row.pattern, row.hop, row.happened_at, row.found_at)


def _watches(tested: Tested, model: Scored) -> list[Watch]:
    """Give each fold's model its time, and the score of the last account reviewed at its start."""
    taken = reviewed(model, np.ones(len(model.label)), tested.reviews) > 0
    return [
        Watch(start, end, lgb.Booster(model_str=text), _limit(model, taken, fold.test[0]))
        for (start, end), text, fold in zip(tested.spans, tested.models, tested.folds, strict=True)
    ]


def _limit(model: Scored, taken: npt.NDArray[np.bool_], as_of: int) -> float:
    return float(model.score[taken & (model.as_of == as_of)].min())


def first_alert(
    case: Case,
    history: pa.Table,
    account: pa.Table,
    watches: Sequence[Watch],
    taken: Sequence[Snapshot] = (),
) -> float:
    """Find when the score first reaches the limit, in microseconds; infinite if it never does.

    The mule is scored just after each of its transactions became known, from the first tainted one
    on until it is known as a mule.
    """
    known = np.unique(history["known_at"].cast("int64").to_numpy()) + 1
    moments = known[(known > case.reached_at) & (known < case.found_at)]
    for watch in watches:
        here = moments[(moments >= watch.start) & (moments < watch.end)]
        if not len(here):
            continue
        own = compute(history, account, [instant(int(at)) for at in here])
        table = with_snapshots(own, taken)
        alerts = table.as_of[raw_scores(watch.model, table.values) >= watch.limit]
        if len(alerts):
            return float(alerts.min())
    return float("inf")


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
        "open": float(cases["open"].mean()),
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
        f" {share(figures['alerted_before_money_left'])} before money left them again;"
        f" {share(figures['open'])} were neither alerted nor known when the test ended."
    )
    if figures["minutes_median"] is not None:
        yield (
            f"Of those alerted half were within {counted(figures['minutes_median'], 'minute')} and"
            f" {counted(figures['hops_median'], 'hop')}, nine in ten within"
            f" {counted(figures['minutes_p90'], 'minute')} and"
            f" {counted(figures['hops_p90'], 'hop')}."
        )
