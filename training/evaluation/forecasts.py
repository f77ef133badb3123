"""Whether a probability can be taken at its word: forecasts against what followed.

Two calibrations are examined. That of the **folds** is what each fold's model would have said. That
of the **model for service** comes from the test scores of all folds; for each fold it is fitted
again on the other folds' scores, so that no row calibrates itself.

References
----------
Slope and intercept: D. Cox, "Two further applications of a model for binary regression",
Biometrika 45 (1958).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from models.calibration import Calibration
from training.evaluation import calibrations
from training.evaluation.markdown import number, table
from training.evaluation.metrics import Array, Scored, brier, ece, taken_at_capacity
from training.evaluation.tested import Tested
from training.platt import fitted_line

_SMALLEST = 1e-12
"""Log-odds need a probability that is neither 0 nor 1."""


def calibration_figures(tested: Tested, model: Scored, service: Calibration) -> dict[str, Any]:
    """Examine the calibrations of the folds, and under `service` the one that is signed.

    `service` holds `at_end` alone where there is one fold only: the mean forecast over the accounts
    at the ledger's end, of which nobody knows the outcomes yet. `forms` lays the signed form beside
    others.
    """
    bins = tested.parameters.evaluate.calibration_bins
    left_out = calibrations.by_other_folds(calibrations.line, model, tested.fold)
    held_out = {} if left_out is None else forecast_figures(left_out, model, bins)
    at_end = float(service.probability(tested.latest).mean())
    return {
        **forecast_figures(tested.probability, model, bins),
        "service": {**held_out, "at_end": at_end},
        "forms": calibrations.forms_compared(model, tested.fold, bins),
    }


def forecast_figures(probability: Array, rows: Scored, bins: int) -> dict[str, Any]:
    """Compare forecasts with outcomes, over all rows and over the top 1 % of each instant.

    Parameters
    ----------
    probability : float64 array, length n
    rows : Scored, of n rows
        Their labels, and the score that orders them.
    bins : int
        Groups of the expected calibration error.

    Returns
    -------
    dict
        `brier`, beside `brier_of_prevalence` for a forecast that says the prevalence of every row;
        `ece`, and `ece_to_prevalence`, which is 1 for a forecast of nothing but 0; `forecast` and
        `observed`, over all rows and under `top_1pct`; `slope` and `intercept` of the line that
        would correct the log-odds: 1 and 0 need no correction, a slope below 1 means that forecasts
        are too far apart. NaN without positives.
    """
    prevalence = float(rows.label.mean())
    error = ece(probability, rows.label, bins)
    slope, intercept = _correction(probability, rows.label)
    return {
        "brier": brier(probability, rows.label),
        "brier_of_prevalence": prevalence * (1 - prevalence),
        "ece": error,
        "ece_to_prevalence": error / prevalence if prevalence else float("nan"),
        **_means(probability, rows.label, np.ones(len(rows.label))),
        "top_1pct": _means(probability, rows.label, _top(rows)),
        "slope": slope,
        "intercept": intercept,
    }


def _correction(probability: Array, label: Array) -> tuple[float, float]:
    if not label.any():
        return float("nan"), float("nan")
    within = np.clip(probability, _SMALLEST, 1 - _SMALLEST)
    return fitted_line(np.log(within / (1 - within)), label)


def _top(rows: Scored) -> Array:
    return taken_at_capacity(rows, np.ones(len(rows.label)))


def _means(probability: Array, label: Array, weight: Array) -> dict[str, float]:
    return {
        "forecast": float(np.average(probability, weights=weight)),
        "observed": float(np.average(label, weights=weight)),
    }


_FORECASTS = (
    "forecast", "observed", "forecast in top 1 %", "observed in top 1 %", "error", "Brier score",
    "slope", "intercept",
)  # fmt: skip


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell how forecasts compare with what followed."""
    yield from ("", "## Calibration", "")
    service, rows = figures["service"], {"of each fold": figures}
    if "brier" in service:
        rows["for service, fitted on the other folds"] = service
    yield from table(("calibration", *_FORECASTS), [[n, *_forecast(r)] for n, r in rows.items()])
    yield ""
    yield (
        "The error is the expected calibration error in parts of the prevalence: 1 is what a"
        f" forecast of 0 for everybody would get. A Brier score of"
        f" {figures['brier_of_prevalence']:.5f} is what the prevalence alone would get. Slope 1 and"
        " intercept 0 need no correction. Over the accounts at the ledger's end the model for"
        f" service forecasts {service['at_end']:.3%} on average."
    )
    yield from calibrations.section(figures["forms"])


def _forecast(figures: Mapping[str, Any]) -> list[str]:
    top, relative = figures["top_1pct"], figures["ece_to_prevalence"]
    return [
        f"{figures['forecast']:.3%}",
        f"{figures['observed']:.3%}",
        f"{top['forecast']:.2%}",
        f"{top['observed']:.2%}",
        "none" if relative is None else f"{relative:.2f}",
        f"{figures['brier']:.5f}",
        number(figures["slope"]),
        number(figures["intercept"]),
    ]
