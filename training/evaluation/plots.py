"""The pictures of an evaluation, drawn without a screen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import shap
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from training.evaluation.metrics import Scored, calibration_curve

_NAMES_SHOWN = 20


def precision_recall(scores: Mapping[str, Scored], path: Path) -> Path:
    """Draw precision over recall for the model and each baseline."""
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, rows in scores.items():
        found = np.cumsum(rows.label[rows.order])[rows.last_of_score]
        precision = found / (rows.last_of_score + 1)
        axes.step(found / found[-1], precision, where="post", label=name)
    axes.set(xlabel="recall", ylabel="precision", ylim=(0, 1), title="Test rows of all folds")
    axes.legend()
    figure.savefig(path, dpi=120)
    return path


def reliability(
    probability: npt.NDArray[np.float64], label: npt.NDArray[np.float64], bins: int, path: Path
) -> Path:
    """Draw how often a mule outcome followed each forecast."""
    forecast, outcome, size = calibration_curve(probability, label, bins)
    figure = Figure(figsize=(5, 4.5), layout="constrained")
    axes = figure.subplots()
    ends = np.array([forecast.min(), forecast.max()])
    axes.plot(ends, ends, color="grey", linestyle=":", label="perfect")
    axes.plot(forecast, outcome, "o-", label="model")
    axes.set(xscale="log", xlabel="mean forecast", ylabel="share of mules")
    # Logarithmic down to one mule in a group, and a place for groups with none.
    axes.set_yscale("symlog", linthresh=1 / size.max())
    axes.set_ylim(bottom=0)
    axes.set_title("Groups of equally many rows")
    axes.legend()
    figure.savefig(path, dpi=120)
    return path


def beeswarm(
    model: lgb.Booster, values: npt.NDArray[np.float64], names: Sequence[str], path: Path
) -> Path:
    """Draw the SHAP values of some rows, in log-odds, with the `shap` library."""
    plt.switch_backend("Agg")
    contributions = np.asarray(model.predict(values, pred_contrib=True))
    explanation = shap.Explanation(
        contributions[:, :-1], contributions[:, -1], values, feature_names=list(names)
    )
    shap.plots.beeswarm(explanation, max_display=_NAMES_SHOWN, show=False)
    plt.xlabel("SHAP value: effect on the raw score (log-odds)")
    plt.savefig(path, dpi=120, bbox_inches="tight")
    plt.close("all")
    return path
