"""Controls: does a score rest on laundering, or on something that gives mules away without it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import NAMES
from features.compute import FeatureTable, compute
from features.network.join import with_snapshots
from ledger.lake import Lake
from ledger.view import instant
from training.evaluation.bootstrap import Interval, interval
from training.evaluation.innocents import known_accounts
from training.evaluation.laundering import mules
from training.evaluation.markdown import bounded, number
from training.evaluation.metrics import pr_auc, roc_auc, scored
from training.evaluation.tested import Tested
from training.parameters import Features
from training.rows import Rows
from training.snapshots import snapshots, tables_of

VISIBLE_ABOVE = 1.5
"""Times the prevalence. Where the control is surely above, the label shows without laundering."""


def controls(tested: Tested, without_laundering: Rows) -> dict[str, Any]:
    """Learn and score again without laundering, and measure each feature alone.

    Parameters
    ----------
    tested : Tested
    without_laundering : Rows
        The labelled rows with the features of `laundering_free`.
    """
    tested.progress("control without laundering transactions")
    return {
        "laundering_free": _control(tested, without_laundering),
        "single_feature": _separation(tested),
    }


def _control(tested: Tested, without_laundering: Rows) -> dict[str, Any]:
    settings = tested.parameters.evaluate
    control = tested.learnt_from(without_laundering, NAMES)
    bounds = interval(control, pr_auc, resamples=settings.resamples, seed=settings.seed)
    prevalence = float(control.label.mean())
    return {
        "pr_auc": vars(bounds),
        "prevalence": prevalence,
        "positives": int(control.label.sum()),
        "rows": len(control.label),
        "label_is_visible": is_visible(bounds, prevalence),
    }


def is_visible(control: Interval, prevalence: float) -> bool:
    """Tell whether mules are found without laundering: the interval starts above chance."""
    return control.low > VISIBLE_ABOVE * prevalence


def _separation(tested: Tested) -> dict[str, Any]:
    hard = known_accounts(tested.inputs.lake).is_hard(tested.rows.account_id)
    if not hard.any():
        return {}
    areas = single_features(tested.rows, NAMES, hard)
    best = next(iter(areas))
    return {"feature": best, "roc_auc": areas[best], "first_five": dict(list(areas.items())[:5])}


def laundering_free(lake: Lake, as_ofs: Sequence[int], settings: Features) -> FeatureTable:
    """Compute the features again with every laundering transaction deleted.

    What was said of a deleted transaction is gone with it, and so is a mule's place on a list. An
    account that did nothing but launder has no row left.
    """
    transactions = lake.read("transactions")
    laundering = lake.read("truth_transactions", ["transaction_id"])["transaction_id"]
    innocent = pc.invert(pc.is_in(transactions["transaction_id"], value_set=_one(laundering)))
    instants = [instant(as_of) for as_of in as_ofs]
    honest, accounts = transactions.filter(innocent), lake.read("accounts")
    entries = lake.read("list_entries")
    of_mules = pc.is_in(entries["account_id"], value_set=pa.array(sorted(mules(lake)), pa.string()))
    others = entries.filter(pc.invert(of_mules))
    tables = tables_of(lake) | {"transactions": honest, "list_entries": others}
    taken = snapshots(tables, instants, settings)
    features = compute(honest, accounts, instants, threads=settings.threads)
    return with_snapshots(features, taken)


def single_features(
    rows: Rows, names: Sequence[str], is_hard_innocent: npt.NDArray[np.bool_]
) -> dict[str, float]:
    """Measure how well each feature alone separates mules from hard innocents, the best first.

    Returns
    -------
    dict of str to float
        ROC-AUC in the better direction; a missing value counts as the lowest.
    """
    compared = rows.only((rows.label == 1) | is_hard_innocent)
    lowest = np.where(np.isnan(compared.values), -np.inf, compared.values)
    once = np.ones(len(compared))
    areas = {}
    for name, column in zip(names, lowest.T, strict=True):
        ranked = scored(compared.account_id, compared.as_of, compared.label, column)
        area = roc_auc(ranked, once)
        areas[name] = max(area, 1 - area)
    return dict(sorted(areas.items(), key=lambda item: -item[1]))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def warning(controls: Mapping[str, Any]) -> Iterator[str]:
    """Say in red that the label shows without laundering; nothing where it does not."""
    control = controls["laundering_free"]
    if control["label_is_visible"]:
        yield from ("", "> [!CAUTION]")
        yield (
            '> <span style="color:red">**The label is visible without laundering.** With every'
            " laundering transaction deleted a model still finds mules: PR-AUC"
            f" {bounded(control['pr_auc'])} at a prevalence of {number(control['prevalence'])}."
            " Figures on this ledger measure what gives mules away, not how well laundering is"
            " found.</span>"
        )


def section(controls: Mapping[str, Any]) -> Iterator[str]:
    """Tell what the controls found."""
    control = controls["laundering_free"]
    yield from ("", "## Controls", "")
    visible = control["label_is_visible"]
    yield (
        "Learnt and scored again with every laundering transaction deleted: PR-AUC"
        f" {bounded(control['pr_auc'])} at a prevalence of {number(control['prevalence'])}. The"
        f" label is {'' if visible else 'not '}visible without laundering: the interval"
        f" {'starts' if visible else 'does not start'} above {VISIBLE_ABOVE} times the prevalence."
    )
    single = controls["single_feature"]
    if single:
        yield (
            f"The single feature that best separates mules from hard innocents is"
            f" `{single['feature']}`, with a ROC-AUC of {single['roc_auc']:.3f}."
        )
