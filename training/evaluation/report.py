"""The evaluation as a page that a person reads: `report.md`."""

from collections.abc import Iterator, Mapping
from typing import Any

from training.evaluation import (
    audit,
    bands,
    behaviours,
    capacity,
    columns,
    comparison,
    controls,
    delay,
    entity_disjoint,
    faithfulness,
    folds,
    forecasts,
    groups,
    innocents,
    money,
    near_labels,
    ring_disjoint,
    roles,
    seeds,
    side_by_side,
    stability,
    unseen,
)


def report(ledger: str, metrics: Mapping[str, Any]) -> str:
    """Write every answer in a section of its own; each is written where it is computed."""
    return "\n".join(_lines(ledger, metrics)) + "\n"


def _lines(ledger: str, metrics: Mapping[str, Any]) -> Iterator[str]:
    yield from _heading(ledger, metrics)
    if "controls" in metrics:
        yield from controls.warning(metrics["controls"])
    yield from comparison.section("All accounts", metrics)
    yield from seeds.section(metrics["seeds"])
    yield from capacity.section(metrics["at_capacity"], metrics)
    yield from side_by_side.section(metrics["side_by_side"])
    if metrics.get("audit"):
        yield from audit.section(metrics["audit"])
    yield from columns.section(metrics["strongest_column"])
    yield from entity_disjoint.section(metrics["entity_disjoint"])
    if "ring_disjoint" in metrics:
        yield from ring_disjoint.section(metrics["ring_disjoint"])
    if "honest_subset" in metrics:
        title = "Honest subset: accounts with a transaction that does not launder"
        yield from comparison.section(title, metrics["honest_subset"])
    yield from folds.section(metrics["folds"])
    if "money" in metrics:
        yield from money.section(metrics["money"])
    if "delay" in metrics:
        yield from delay.section(metrics["delay"])
    yield from bands.section(metrics["bands"])
    yield from forecasts.section(metrics["calibration"])
    yield from behaviours.section(metrics["behaviours"])
    yield from faithfulness.section(metrics["explanations"])
    yield from stability.section(metrics["stability"])
    yield from groups.section(metrics["groups"])
    yield from roles.section(metrics["roles"])
    if metrics.get("hard_innocents"):
        yield from innocents.section(metrics["hard_innocents"])
    yield from near_labels.section(metrics["without_near_labels"], metrics["model"])
    yield from unseen.section(metrics["without_snapshot"], metrics["model"])
    if "controls" in metrics:
        yield from controls.section(metrics["controls"])
    for name, reason in metrics.get("omitted", {}).items():
        yield from ("", f"No {name.replace('_', ' ')}: {reason}.")


def _heading(ledger: str, metrics: Mapping[str, Any]) -> Iterator[str]:
    model = metrics["model"]
    yield f"# Evaluation on the ledger {ledger}"
    yield ""
    yield (
        f"{model['rows']:,} test rows (an account at an instant), {model['positives']:,} of them"
        f" positive ({metrics['prevalence']:.3%}), from {len(metrics['folds'])} folds in order of"
        f" time. Intervals hold 95 % of the resamples of {metrics['resampled']}."
    )
