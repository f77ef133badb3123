"""What is still found when mules evade: the models stay, and the mules change how they pay.

Every account is scored again at the test instants, and people review as many as before. It is the
worst case of one step: nobody has learnt from the new tactic yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import lightgbm as lgb
import numpy as np
import pyarrow as pa

from features.compute import FeatureTable, compute
from features.network.join import with_snapshots
from ledger.view import instant
from training.evaluation.bootstrap import bounded_by, resampled_sums
from training.evaluation.markdown import share, table
from training.evaluation.metrics import Array, Scored, pr_auc, reviewed
from training.evaluation.tested import Tested
from training.learner import raw_scores
from training.robustness.laundered import Laundered, laundered
from training.robustness.tactics import TACTICS, Tactic
from training.rows import Rows, labelled_rows, positions
from training.snapshots import snapshots, tables_of


def evasion(tested: Tested, tactics: Sequence[Tactic] = TACTICS) -> dict[str, Any]:
    """Measure each tactic's loss of recall at the daily capacity.

    Returns
    -------
    dict
        `recall` and `pr_auc` without a tactic; under `cells` for each tactic and strength `recall`,
        `lost` (points of recall, with the interval that holds 95 % of the resamples), `pr_auc` and
        `cost`; `mean_lost` over the cells.
    """
    model = tested.scored(tested.raw)
    found_before = _found(tested, model)
    positive, known = tested.test.label == 1, laundered(tested.inputs.lake)
    cells = [_cell(tested, known, tactic, found_before[positive]) for tactic in tactics]
    return {
        "recall": float(found_before[positive].mean()),
        "pr_auc": pr_auc(model, np.ones(len(model.label))),
        "positives": int(positive.sum()),
        "cells": cells,
        "mean_lost": float(np.mean([cell["lost"]["value"] for cell in cells])),
    }


def _cell(tested: Tested, known: Laundered, tactic: Tactic, found_before: Array) -> dict[str, Any]:
    tested.progress(f"mules evade: {tactic.name}, {tactic.strength}")
    draw = np.random.default_rng(tested.parameters.evaluate.seed)
    evaded = tactic.evade(known, draw)
    rows = _rows(tested, known.with_onward(*evaded.payments))
    model = _scored(tested, rows)
    positive = tested.test.label == 1
    found = _of_tested(tested, rows, _found(tested, model))[positive]
    return {
        "tactic": tactic.name,
        "strength": tactic.strength,
        "recall": float(found.mean()),
        "lost": _lost(tested, found_before - found),
        "pr_auc": pr_auc(model, np.ones(len(model.label))),
        "cost": asdict(evaded.cost),
    }


def _rows(tested: Tested, transactions: pa.Table) -> Rows:
    """Make the test rows of the changed ledger."""
    settings, lake = tested.parameters.features, tested.inputs.lake
    as_ofs = [instant(int(at)) for at in np.unique(tested.test.as_of)]
    taken = snapshots(tables_of(lake) | {"transactions": transactions}, as_ofs, settings)
    own = compute(transactions, lake.read("accounts"), as_ofs, threads=settings.threads)
    features: FeatureTable = with_snapshots(own, taken)
    return labelled_rows(features, tested.inputs.labels)


def _scored(tested: Tested, rows: Rows) -> Scored:
    raw = np.full(len(rows), np.nan)
    for fold, text in zip(tested.folds, tested.models, strict=True):
        here = rows.at(fold.test)
        raw[here] = raw_scores(lgb.Booster(model_str=text), rows.values[here])
    return tested.scored_rows(rows, raw)


def _found(tested: Tested, model: Scored) -> Array:
    """Tell how much of each row people review."""
    return reviewed(model, np.ones(len(model.label)), tested.reviews)


def _of_tested(tested: Tested, rows: Rows, values: Array) -> Array:
    """Put values of the changed ledger's rows beside the test rows; 0 where a row is gone."""
    place = positions(tested.test, rows.account_id, rows.as_of)
    return np.where(place >= 0, values[place], 0.0)


def _lost(tested: Tested, lost: Array) -> dict[str, float]:
    """Bound the mean loss over the positives, resampling rings and accounts."""
    settings = tested.parameters.evaluate
    units = tested.units(tested.test.account_id[tested.test.label == 1])
    columns = np.column_stack([lost, np.ones(len(lost))])
    sums = resampled_sums(units, columns, resamples=settings.resamples, seed=settings.seed)
    return vars(bounded_by(float(lost.mean()), sums[:, 0] / sums[:, 1]))


def section(found: Mapping[str, Any]) -> Iterator[str]:
    """Lay the grid out."""
    yield (
        f"Without a tactic {share(found['recall'])} of {found['positives']} mules under test are"
        f" reviewed in time. On average a tactic costs {100 * found['mean_lost']:.1f} points."
    )
    yield ""
    yield from table(
        ("tactic", "strength", "recall", "points lost", "money", "hours", "payments"),
        [_row(cell) for cell in found["cells"]],
    )


def _row(cell: Mapping[str, Any]) -> list[str]:
    lost, cost = cell["lost"], cell["cost"]
    value, low, high = (100 * lost[name] for name in ("value", "low", "high"))
    return [
        cell["tactic"],
        cell["strength"],
        share(cell["recall"]),
        f"{value:.1f} [{low:.1f}, {high:.1f}]",
        share(cost["money"]),
        f"{cost['hours']:.1f}",
        f"{cost['payments']:.1f}",
    ]
