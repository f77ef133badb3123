"""Other ways from a raw score to a probability, beside the line that is signed.

None of them is served. A line has two numbers that few positives can tell; steps, those of
Venn-Abers too, tie accounts that the model tells apart. That they would forecast no better is
measured here, on every ledger anew.

References
----------
Beta calibration: M. Kull, T. Silva Filho and P. Flach, "Beyond sigmoids", Electronic Journal of
Statistics 11 (2017). Isotonic regression: B. Zadrozny and C. Elkan, "Transforming classifier scores
into accurate multiclass probability estimates", KDD (2002). Inductive Venn-Abers: V. Vovk,
I. Petej and V. Fedorova, "Large-scale probabilistic predictors with and without guarantees of
validity", NeurIPS (2015).
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

from training.evaluation.markdown import number, table
from training.evaluation.metrics import Array, Scored, brier, ece
from training.platt import SLOPE_FLOOR, platt

Forecast = Callable[[Array], Array]
"""From raw scores to probabilities."""


def line(rows: Scored) -> Forecast:
    """Fit what is signed: Platt scaling."""
    return platt(rows.score, rows.label.astype(np.int8), rows.account).probability


def beta(rows: Scored) -> Forecast:
    """Fit a line of two slopes, one far below a raw score of 0 and one far above."""

    def log_odds(line: Array, raw: Array) -> Array:
        above, below = np.logaddexp(0, raw), np.logaddexp(0, -raw)
        return np.asarray(line[1] * above - line[0] * below + line[2])

    def loss(line: Array) -> float:
        scaled = log_odds(line, rows.score)
        return float(np.mean(np.logaddexp(0, scaled) - rows.label * scaled))

    slopes = [(SLOPE_FLOOR, None)] * 2
    found = minimize(loss, [1.0, 1.0, 0.0], method="L-BFGS-B", bounds=[*slopes, (None, None)]).x
    return lambda raw: np.asarray(1 / (1 + np.exp(-log_odds(found, raw))))


def isotonic(rows: Scored) -> Forecast:
    """Fit steps that never fall; none says that something cannot happen."""
    least = 1 / (len(rows.label) + 2)
    steps = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    predict: Forecast = steps.fit(rows.score, rows.label).predict
    return predict


def venn_abers(rows: Scored) -> Forecast:
    """Fit two isotonic regressions, as if the row asked about were of either label, and merge."""
    from mapie.calibration import VennAbersCalibrator  # noqa: PLC0415 a second to import

    calibrator = VennAbersCalibrator(_Scores(), cv="prefit")
    with warnings.catch_warnings():
        # It divides 0 by 0 and looks for the least of nothing, and takes neither.
        warnings.simplefilter("ignore", RuntimeWarning)
        calibrator.fit(_column(rows.score), rows.label)
    return lambda raw: np.asarray(calibrator.predict_proba(_column(raw))[:, 1])


def _column(raw: Array) -> Array:
    return raw.reshape(-1, 1)


class _Scores(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Raw scores as what scikit-learn calls a fitted classifier: only their order matters."""

    classes_ = np.array([0, 1])

    def fit(self, _rows: Array, _labels: Array) -> "_Scores":
        """Learn nothing."""
        return self

    def predict_proba(self, rows: Array) -> Array:
        """Take raw scores for log-odds."""
        probability = expit(rows[:, 0])
        return np.column_stack([1 - probability, probability])


FORMS: Mapping[str, Callable[[Scored], Forecast]] = {
    "line": line,
    "beta": beta,
    "isotonic": isotonic,
    "venn_abers": venn_abers,
}
"""The first is what is signed."""


def by_other_folds(
    fit: Callable[[Scored], Forecast], rows: Scored, fold: npt.NDArray[np.intp]
) -> Array | None:
    """Forecast each fold's rows as a calibration on the other folds' rows would.

    None where there is one fold only: nothing is left to calibrate on.
    """
    numbers = np.unique(fold)
    if len(numbers) == 1:
        return None
    probability = np.empty(len(rows.score))
    for one in numbers:
        here = fold == one
        probability[here] = fit(rows.only(~here))(rows.score[here])
    return probability


def forms_compared(
    rows: Scored, fold: npt.NDArray[np.intp], bins: int
) -> dict[str, dict[str, float]]:
    """Tell for each form, fitted on the other folds, how far its forecasts miss.

    Returns
    -------
    dict
        `log_loss`, `brier` and `ece` of each of `FORMS`; empty where there is one fold only.
    """
    forecasts = {name: by_other_folds(fit, rows, fold) for name, fit in FORMS.items()}
    return {
        name: {
            "log_loss": float(log_loss(rows.label, forecast, labels=[0, 1])),
            "brier": brier(forecast, rows.label),
            "ece": ece(forecast, rows.label, bins),
        }
        for name, forecast in forecasts.items()
        if forecast is not None
    }


def section(forms: Mapping[str, Any]) -> Iterator[str]:
    """Lay the forms side by side."""
    if not forms:
        return
    yield ""
    yield "Fitted on the other folds, the line that is signed beside other forms:"
    yield ""
    yield from table(
        ("form", "log loss", "Brier score", "expected calibration error"),
        [
            [name, *(number(figures[each]) for each in ("log_loss", "brier", "ece"))]
            for name, figures in forms.items()
        ],
    )
