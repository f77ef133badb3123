"""The part of an evaluation that needs a generator's knowledge of its ledger."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from features.catalogue import NAMES
from training.evaluation.bootstrap import interval
from training.evaluation.comparison import compare
from training.evaluation.controls import laundering_free, single_features
from training.evaluation.innocents import flagged_innocents, known_accounts
from training.evaluation.metrics import Scored, pr_auc
from training.evaluation.tested import Tested
from training.rows import Rows, labelled_rows, positions

TABLES = ("truth_transactions", "truth_accounts")


def with_truth(
    tested: Tested, model: Scored, baselines: Mapping[str, Scored]
) -> dict[str, dict[str, Any]]:
    """Compute the honest subset, the innocents flagged and the controls.

    A ledger without truth gets `omitted` instead, which says so.
    """
    lake = tested.inputs.lake
    if not all(lake.rows(table) for table in TABLES):
        needed = "it needs the tables " + " and ".join(TABLES)
        return {"omitted": dict.fromkeys(("honest_subset", "hard_innocents", "controls"), needed)}
    tested.progress("features without laundering transactions")
    rows = _without_laundering(tested)
    honest = positions(tested.test, rows.account_id, rows.as_of) >= 0
    tested.progress("control without laundering transactions")
    control = tested.learnt_from(rows, NAMES, tested.parameters.fit)
    subset = {name: each.only(honest) for name, each in baselines.items()}
    return {
        "honest_subset": compare(model.only(honest), subset, tested.parameters.evaluate),
        "hard_innocents": _flagged(tested, model),
        "controls": {
            "laundering_free": _control(tested, control),
            "single_feature": _separation(tested),
        },
    }


def _without_laundering(tested: Tested) -> Rows:
    instants = [int(at) for at in np.unique(tested.rows.as_of)]
    threads = tested.parameters.features.threads
    features = laundering_free(tested.inputs.lake, instants, threads=threads)
    return labelled_rows(features, tested.inputs.labels)


def _flagged(tested: Tested, model: Scored) -> dict[str, float]:
    known, accounts = known_accounts(tested.inputs.lake), tested.test.account_id
    return flagged_innocents(model, known.is_hard(accounts), known.is_ordinary(accounts))


def _control(tested: Tested, control: Scored) -> dict[str, Any]:
    settings = tested.parameters.evaluate
    bounds = interval(control, pr_auc, resamples=settings.resamples, seed=settings.seed)
    return {
        "pr_auc": vars(bounds),
        "prevalence": float(control.label.mean()),
        "positives": int(control.label.sum()),
        "rows": len(control.label),
    }


def _separation(tested: Tested) -> dict[str, Any]:
    hard = known_accounts(tested.inputs.lake).is_hard(tested.rows.account_id)
    if not hard.any():
        return {}
    areas = single_features(tested.rows, NAMES, hard)
    best = next(iter(areas))
    return {"feature": best, "roc_auc": areas[best], "first_five": dict(list(areas.items())[:5])}
