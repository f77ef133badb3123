"""What is left of the model without features that are close to labels themselves.

Complaints, recalls, list entries and the nearness to known mules rest on what somebody has already
said of an account or of its neighbours. A bank that hears of them late has little of them, so the
model is learnt and tested again without them: what is left rests on behaviour alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from features.catalogue import NAMES
from features.network.families import NEAR_LABELS
from training.evaluation.comparison import compared, instead_of
from training.evaluation.tested import Tested

KEPT = [column for column, name in enumerate(NAMES) if name not in NEAR_LABELS]
"""Columns that are no near-label."""


def without_near_labels(tested: Tested) -> dict[str, Any]:
    """Learn and score again without the features that are close to labels.

    Returns
    -------
    dict
        `columns` left out, and for each compared figure its value with an interval.
    """
    tested.progress("control without near-labels")
    rows = tested.rows.seen_with(tested.rows.values[:, KEPT])
    scores = tested.learnt_from(rows, [NAMES[column] for column in KEPT])
    return {"columns": len(NEAR_LABELS), **compared(scores, tested.parameters.evaluate)}


def section(figures: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[str]:
    """Tell what is left, beside the model's own figures."""
    yield from ("", "## Without near-labels", "")
    yield (
        f"Learnt and scored again without the {figures['columns']} features that rest on"
        " complaints, recalls, lists and known mules (docs/network.md): "
        + instead_of(figures, model)
    )
