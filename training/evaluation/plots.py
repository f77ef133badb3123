"""The pictures of an evaluation, drawn without a screen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import shap
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ledger.view import instant
from training.drift.behaviours import Behaviours
from training.evaluation.metrics import Scored, calibration_curve

_NAMES_SHOWN = 20
_BEHAVIOURS_SHOWN = 8
_DEPENDENCES = 6


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


def behaviours(behaviours: Behaviours, path: Path) -> Path:
    """Draw the shares of the largest behaviours at each instant, one above the other."""
    as_ofs = np.unique(behaviours.as_of)
    shares = np.array([behaviours.shares(behaviours.as_of == at) for at in as_ofs])
    largest = np.argsort(-shares.mean(axis=0), kind="stable")[:_BEHAVIOURS_SHOWN]
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    labels = [instant(int(at)).date().isoformat() for at in as_ofs]
    below = np.zeros(len(as_ofs))
    for place in largest:
        axes.bar(labels, shares[:, place], bottom=below, label=behaviours.names[place])
        below += shares[:, place]
    axes.bar(labels, 1 - below, bottom=below, label="all others", color="lightgrey")
    axes.set(xlabel="instant", ylabel="share of what moved the scores of alerts", ylim=(0, 1))
    axes.tick_params(axis="x", rotation=30)
    handles, names = axes.get_legend_handles_labels()
    # In the order of the bars, from the top down.
    figure.legend(handles[::-1], names[::-1], loc="outside right center")
    figure.savefig(path, dpi=120)
    return path


def explained(
    model: lgb.Booster, values: npt.NDArray[np.float64], names: Sequence[str]
) -> shap.Explanation:
    """Compute the SHAP values of some rows, in log-odds."""
    contributions = np.asarray(model.predict(values, pred_contrib=True))
    return shap.Explanation(
        contributions[:, :-1], contributions[:, -1], values, feature_names=list(names)
    )


def beeswarm(explanation: shap.Explanation, path: Path) -> Path:
    """Draw the SHAP values of each feature, with the `shap` library."""
    plt.switch_backend("Agg")
    shap.plots.beeswarm(explanation, max_display=_NAMES_SHOWN, show=False)
    plt.xlabel("SHAP value: effect on the raw score (log-odds)")
    plt.savefig(path, dpi=120, bbox_inches="tight")
    plt.close("all")
    return path


def dependence(explanation: shap.Explanation, path: Path) -> Path:
    """Draw how the effect of the strongest features depends on their value, with `shap`."""
    plt.switch_backend("Agg")
    strongest = np.argsort(-np.abs(explanation.values).mean(axis=0), kind="stable")[:_DEPENDENCES]
    figure, places = plt.subplots(2, _DEPENDENCES // 2, figsize=(15, 8), layout="constrained")
    for place, column in zip(places.flat, strongest.tolist(), strict=True):
        # Percentiles, since amounts of money are so skewed that one account would hide all others.
        shap.plots.scatter(
            explanation[:, column], ax=place, show=False, xmin="percentile(1)",
            xmax="percentile(99)", alpha=0.4,
        )  # fmt: skip
        place.set_ylabel("SHAP value (log-odds)")
    figure.savefig(path, dpi=100)
    plt.close("all")
    return path
