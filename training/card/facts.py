"""Everything that a model card says, as data: nothing in it is written by hand.

References
----------
M. Mitchell et al., "Model cards for model reporting", FAT* (2019).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from features.catalogue import CATALOGUE, FAMILY_OF
from training.promotion.candidate import Candidate
from training.promotion.decisions import Decision

_FIGURES = ("pr_auc", "precision_at_1pct", "recall_at_1pct", "roc_auc")
_TOLD = ("positives", "rows")
_OF_METRICS = (
    "prevalence", "resampled", "differences", "at_capacity", "side_by_side", "seeds", "calibration",
    "groups", "explanations", "stability", "behaviours", "roles",
)  # fmt: skip
_IF_KNOWN = ("hard_innocents", "controls", "honest_subset", "ring_disjoint", "money", "delay",
             "omitted")  # fmt: skip


def card_facts(
    candidate: Candidate, decision: Decision, history: Sequence[Decision]
) -> dict[str, Any]:
    """Collect what the card of a model says that goes into service.

    Parameters
    ----------
    candidate : Candidate
    decision : Decision
        Who puts it into service, and what the gate found.
    history : sequence of Decision
        All decisions before this one.
    """
    origin, metrics = candidate.fitted.origin, candidate.metrics
    return {
        "model": {
            "ledger": candidate.sheet["ledger"],
            "version": decision.version,
            "run_id": origin["run_id"],
            "trained_at": origin["created_at"],
            "learnt_until": origin["learnt_until"],
            "code": origin["code_version"],
            "data": origin["data_hash"],
            "owner": decision.author,
            "in_service_since": decision.decided_at,
            "reason": decision.reason,
        },
        "parameters": origin["parameters"],
        "data": {name: candidate.sheet[name] for name in candidate.sheet if name != "tables"}
        | {"tables": {name: each["rows"] for name, each in candidate.sheet["tables"].items()}},
        "figures": {
            name: {figure: each[figure] for figure in (*_FIGURES, *_TOLD)}
            for name, each in {"mulerisk": metrics["model"], **metrics["baselines"]}.items()
        },
        "folds": metrics["folds"],
        **{name: metrics[name] for name in _OF_METRICS},
        **{name: metrics[name] for name in _IF_KNOWN if name in metrics},
        "gate": [vars(each) for each in decision.findings],
        "features": {
            "hash": candidate.fitted.catalogue_hash,
            "columns": [
                {"name": each.name, "family": FAMILY_OF[each.name], "about": each.about}
                for each in CATALOGUE
            ],
        },
        "decisions": [_told(each) for each in history],
    }


def _told(decision: Decision) -> Mapping[str, Any]:
    names = ("action", "outcome", "author", "reason", "decided_at", "version", "bundle")
    return {name: getattr(decision, name) for name in names} | {
        "overridden": list(decision.overridden)
    }
