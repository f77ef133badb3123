"""Scorers of the same rows side by side: what reviews find by each, fold after fold.

At each instant the accounts of the highest scores are reviewed, as in `capacity`. The alerts of
each scorer are as they are; rings and accounts are resampled, for all scorers by the same draw.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from training.evaluation.bootstrap import bounded_by, resampled_sums
from training.evaluation.comparison import Scores
from training.evaluation.innocents import known_accounts
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tainted import credits_under_test
from training.evaluation.tested import Tested

OURS = "mulerisk"


def side_by_side(tested: Tested, scores: Scores) -> dict[str, Any]:
    """Compute what reviews find, and how far our model stands above each other scorer.

    Returns
    -------
    dict
        `money`: what `value_detection_rate` is a share of, in words; `all`: the figures of all
        folds; `folds`: those of each, by its number. Figures are `precision`, the share of
        positives among the reviews, and `value_detection_rate`, the share of the money of
        `tainted.credits_under_test` that came after the fold's first alert of the account, None
        where there is no such money; each with its 95 % interval; `above`: for each other scorer
        the differences, likewise.
    """
    received = credits_under_test(tested)
    accounts = tested.rows.account_id[tested.at]
    starts = [start for start, _ in tested.spans]
    fold_of_credit = np.searchsorted(starts, received["happened_at"], side="right") - 1
    parts = []
    for number in range(len(tested.folds)):
        here = tested.fold == number
        alerts = _alerts(tested, accounts[here], scores.only(here))
        parts.append(pd.concat([alerts, _stopped(received[fold_of_credit == number], alerts)]))
    return {
        "money": received.attrs["of"],
        "all": _figures(resampled(tested, pd.concat(parts)), scores),
        "folds": {
            str(number): _figures(resampled(tested, part), scores)
            for number, part in enumerate(parts, start=1)
        },
    }


def _alerts(tested: Tested, accounts: Any, scores: Scores) -> pd.DataFrame:
    columns: dict[str, Any] = {"account": accounts, "as_of": scores.model.as_of}
    for name, rows in scores.by_name.items():
        taken = reviewed(rows, np.ones(len(rows.label)), tested.reviews)
        columns |= {f"{name} reviews": taken, f"{name} found": taken * rows.label}
    return pd.DataFrame(columns)


def _stopped(received: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Make a row of each credit: its amount, and what of it each scorer's alerts came before."""
    amount = received["reference_minor"].astype(np.float64)
    columns: dict[str, Any] = {"account": received["account"], "reached": amount}
    for name in _scorers(alerts):
        alerted = alerts[alerts[f"{name} reviews"] > 0]
        first = received["account"].map(alerted.groupby("account")["as_of"].min())
        first = first.astype(np.float64).fillna(np.inf)
        columns[f"{name} detected"] = amount * (received["happened_at"] >= first)
    return pd.DataFrame(columns)


def _scorers(alerts: pd.DataFrame) -> list[str]:
    return [name.removesuffix(" reviews") for name in alerts if name.endswith(" reviews")]


def resampled(tested: Tested, rows: pd.DataFrame) -> pd.DataFrame:
    """Sum columns over rows and over their resamples.

    Parameters
    ----------
    rows : DataFrame
        With `account`; a column that a row lacks counts as 0.

    Returns
    -------
    DataFrame
        The first row sums all, each other one a resample.
    """
    columns = rows.drop(columns=["account", "as_of"], errors="ignore").fillna(0.0)
    values, settings = columns.to_numpy(dtype=np.float64), tested.parameters.evaluate
    units = tested.units(rows["account"])
    drawn = resampled_sums(units, values, resamples=settings.resamples, seed=settings.seed)
    return pd.DataFrame(np.vstack([values.sum(axis=0), drawn]), columns=columns.columns)


def _figures(sums: pd.DataFrame, scores: Scores) -> dict[str, Any]:
    ours = dict(_rates(sums, OURS))
    others = {name: dict(_rates(sums, name)) for name in scores.baselines}
    return {
        **{figure: _bounded(rate) for figure, rate in ours.items()},
        "above": {
            name: {figure: _bounded(rate - other[figure]) for figure, rate in ours.items()}
            for name, other in others.items()
        },
    }


def _rates(sums: pd.DataFrame, name: str) -> Iterator[tuple[str, Array]]:
    with np.errstate(invalid="ignore"):
        yield "precision", (sums[f"{name} found"] / sums[f"{name} reviews"]).to_numpy()
        yield "value_detection_rate", (sums[f"{name} detected"] / sums["reached"]).to_numpy()


def _bounded(drawn: Array) -> dict[str, float] | None:
    return None if np.isnan(drawn[0]) else vars(bounded_by(float(drawn[0]), drawn[1:]))


def innocents(tested: Tested, model: Scored, other: Scored) -> dict[str, dict[str, Any]]:
    """Compare how many innocents are reviewed, of 10,000 rows.

    Returns
    -------
    dict
        `negatives`, and where a generator tells them `hard_innocents`: `model` and `other`, and the
        difference as `value` with its 95 % interval.
    """
    accounts = tested.rows.account_id[tested.at]
    hard = known_accounts(tested.inputs.lake).is_hard(accounts)
    kinds = {"negatives": model.label == 0} | ({"hard_innocents": hard} if hard.any() else {})
    columns: dict[str, Any] = {"account": accounts}
    for kind, inside in kinds.items():
        columns[kind] = inside.astype(np.float64)
        for name, rows in (("model", model), ("other", other)):
            taken = reviewed(rows, np.ones(len(rows.label)), tested.reviews)
            columns[f"{name} {kind}"] = taken * inside
    sums = resampled(tested, pd.DataFrame(columns))
    return {kind: _compared(sums, kind) for kind in kinds}


def _compared(sums: pd.DataFrame, kind: str) -> dict[str, Any]:
    model, other = (10_000 * sums[f"{name} {kind}"] / sums[kind] for name in ("model", "other"))
    difference: Mapping[str, Any] = vars(
        bounded_by(float(model[0] - other[0]), (model - other)[1:])
    )
    return {"model": float(model[0]), "other": float(other[0]), **difference}


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell what reviews find by each scorer, fold after fold."""
    yield from ("", "## What people can review, fold after fold", "")
    parts = {**figures["folds"], "all": figures["all"]}
    yield from table(
        ("fold", "", "precision", f"share of the {figures['money']} that came after an alert"),
        [[name, *row] for name, part in parts.items() for row in _told(part)],
    )


def _told(figures: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [OURS, *_both(figures)]
    for name, differences in figures["above"].items():
        yield [f"{OURS} above {name}", *_both(differences)]


def _both(figures: Mapping[str, Any]) -> list[str]:
    both = (figures[name] for name in ("precision", "value_detection_rate"))
    return ["none" if each is None else bounded(each) for each in both]
