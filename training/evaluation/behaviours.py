"""Which behaviours move the scores of alerts, and whether that changes with time.

Alerts are test rows in the top 1 % of their instant, and the model for service explains them all,
so that what changes from instant to instant are the accounts and not the model.

- **Distance** of an instant: that of its alerts from those at all instants before
  (`training.drift.behaviours`).
- **By chance**: the alerts up to the instant are dealt at random; what 95 % of the deals stay below
  is the distance to beat.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ledger.view import instant
from models.treeshap.shap_values import TreeShap
from training.drift.behaviours import Behaviours, behaviours_of
from training.evaluation.markdown import share, table
from training.evaluation.metrics import Scored, taken_at_capacity
from training.evaluation.tested import Tested
from training.fitted import Fitted

_DEALS = 200
_BY_CHANCE = 0.95
_TOLD = 10


def behaviours_of_alerts(tested: Tested, model: Scored, fitted: Fitted) -> Behaviours:
    """Explain every alert with the model for service."""
    alerts = taken_at_capacity(model, np.ones(len(model.label))) > 0
    threads = tested.parameters.fit.threads
    values = TreeShap(fitted.model_text).values(tested.test.values[alerts], threads=threads)
    return behaviours_of(model.as_of[alerts], values)


def behaviour_figures(behaviours: Behaviours, *, seed: int) -> dict[str, Any]:
    """Compute the shares of the behaviours and the drift of reasons.

    Returns
    -------
    dict
        `alerts`; `shares`, the largest first; `drift`, for each instant but the first its
        `distance` and that `by_chance`.
    """
    everywhere = behaviours.shares(np.ones(len(behaviours.as_of), bool))
    largest = np.argsort(-everywhere, kind="stable")
    return {
        "alerts": len(behaviours.as_of),
        "shares": [
            {"typology": behaviours.names[i], "share": float(everywhere[i])} for i in largest
        ],
        "drift": _drift(behaviours, np.random.default_rng(seed)),
    }


def _drift(behaviours: Behaviours, random: np.random.Generator) -> list[dict[str, Any]]:
    drift = []
    for at in np.unique(behaviours.as_of)[1:].tolist():
        alerts = behaviours.until(at)
        late = alerts.as_of == at
        by_chance = alerts.by_chance(late, random, deals=_DEALS, below=_BY_CHANCE)
        far = {"distance": alerts.distance(late), "by_chance": by_chance}
        drift.append({"as_of": instant(at).isoformat()} | far)
    return drift


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell the largest shares, and where reasons were others than at all other instants."""
    told = figures["shares"][:_TOLD]
    yield from ("", "## Behaviours behind the alerts", "")
    yield (
        f"Share of each behaviour in what moved the scores of {figures['alerts']:,} alerts, the"
        f" largest {len(told)} of {len(figures['shares'])}; behaviours.png shows them over time."
    )
    yield ""
    yield from table(
        ("behaviour", "share"), [(each["typology"], share(each["share"])) for each in told]
    )
    yield from ("", "### Drift of reasons", "")
    yield from _drift_section(figures["drift"])


def _drift_section(drift: list[dict[str, Any]]) -> Iterator[str]:
    if not drift:
        yield "All alerts are of one instant, so nothing can be said of drift."
        return
    yield (
        "How far the shares at an instant are from those at all before it (0 % is the same, 100 %"
        f" nothing in common), and what {100 * _BY_CHANCE:.0f} % of random deals of these alerts"
        " stay below."
    )
    yield ""
    rows = [
        (each["as_of"][:10], share(each["distance"]), share(each["by_chance"]), _verdict(each))
        for each in drift
    ]
    yield from table(("instant", "distance", "by chance", ""), rows)


def _verdict(each: Mapping[str, Any]) -> str:
    return "**other reasons**" if each["distance"] > each["by_chance"] else ""
