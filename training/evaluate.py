"""The stage `evaluate`: how good the model is, beside the baselines and under the controls."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from features.catalogue import NAMES
from training import registry
from training.evaluation import plots
from training.evaluation.audit import audit
from training.evaluation.bands import shares_held
from training.evaluation.baselines import Baseline, baselines
from training.evaluation.behaviours import behaviour_figures, behaviours_of_alerts
from training.evaluation.bootstrap import finite
from training.evaluation.capacity import at_capacity
from training.evaluation.columns import strongest_column
from training.evaluation.comparison import Scores, compare
from training.evaluation.entity_disjoint import entity_disjoint
from training.evaluation.faithfulness import faithfulness
from training.evaluation.folds import folds
from training.evaluation.forecasts import calibration_figures
from training.evaluation.groups import groups
from training.evaluation.metrics import Scored
from training.evaluation.near_labels import without_near_labels
from training.evaluation.report import report
from training.evaluation.roles import role_figures
from training.evaluation.seeds import seeds
from training.evaluation.side_by_side import side_by_side
from training.evaluation.stability import stability
from training.evaluation.tested import Tested, read_tested, write_scores
from training.evaluation.truth import with_truth
from training.evaluation.unseen import unseen
from training.fit import Inputs
from training.fitted import Fitted, read_fitted
from training.parameters import Parameters
from training.roles import read_roles

METRICS = "metrics.json"
"""In the stage's folder, and once more beside it for DVC, without the run: the same each time."""


def run(
    inputs: Inputs,
    fitted: Path,
    out: Path,
    tracking: Path,
    parameters: Parameters,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Write `metrics.json`, `report.md` and the plots, and add them to the model's run.

    Beside them stands how each baseline scores the test rows (`scores.parquet`).
    """
    tested = read_tested(inputs, fitted, parameters, progress)
    model = tested.scored(tested.raw)
    others = baselines(tested)
    scores = Scores(model, {name: _first(tested, name, each) for name, each in others.items()})
    fit = read_fitted(fitted)
    run_id = fit.origin["run_id"]
    progress("explanations of alerts")
    explanations = faithfulness(tested, model, fit)
    progress("behaviours behind the alerts")
    behaviours = behaviours_of_alerts(tested, model, fit)
    progress("the strongest single column")
    strongest = strongest_column(tested.test.values, NAMES, model)
    progress(f"intervals from {parameters.evaluate.resamples} resamples")
    metrics: dict[str, Any] = finite(
        {"run_id": run_id, "resampled": tested.resampled}
        | compare(scores, parameters.evaluate)
        | {"at_capacity": at_capacity(tested, scores)}
        | {"side_by_side": side_by_side(tested, scores)}
        | {"seeds": seeds(tested, scores, others)}
        | {"strongest_column": strongest.compared(model, parameters.evaluate)}
        | {"calibration": calibration_figures(tested, model, fit.calibration)}
        | {"prevalence": float(model.label.mean())}
        | {"bands": shares_held(model, tested.folds, parameters.bands)}
        | {"folds": folds(tested, model), "explanations": explanations}
        | {"stability": stability(tested), "groups": groups(tested, model)}
        | {"entity_disjoint": entity_disjoint(tested)}
        | {"without_near_labels": without_near_labels(tested)}
        | {"without_snapshot": unseen(tested)}
        | {"behaviours": behaviour_figures(behaviours, seed=parameters.evaluate.seed)}
        | ({"audit": drawn} if (drawn := audit(tested, model)) else {})
        | {"roles": role_figures(tested, model, read_roles(fitted))}
        | with_truth(tested, scores)
    )
    out.mkdir(parents=True, exist_ok=True)
    written = _write(out, inputs.lake.name, metrics)
    write_scores(scores.baselines, out)
    progress("plots")
    pictures = [
        *_draw(tested, fit, scores.by_name, out),
        plots.behaviours(behaviours, out / "behaviours.png"),
    ]
    registry.log_figures(tracking, run_id, metrics, [*written, *pictures])
    return metrics


def _first(tested: Tested, name: str, baseline: Baseline) -> Scored:
    tested.progress(f"baseline {name}")
    return baseline.score(0)


def _write(out: Path, ledger: str, metrics: Mapping[str, Any]) -> list[Path]:
    figures = {name: value for name, value in metrics.items() if name != "run_id"}
    for path, content in ((out / METRICS, metrics), (out.parent / METRICS, figures)):
        path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n")
    (out / "report.md").write_text(report(ledger, metrics))
    return [out / METRICS, out / "report.md"]


def _draw(tested: Tested, fitted: Fitted, scores: Mapping[str, Scored], out: Path) -> list[Path]:
    settings, test, model = tested.parameters.evaluate, tested.test, scores["mulerisk"]
    sample = np.random.default_rng(settings.seed).permutation(len(test))[: settings.plotted_rows]
    booster = lgb.Booster(model_str=fitted.model_text)
    explanation = plots.explained(booster, test.values[sample], NAMES)
    return [
        plots.precision_recall(scores, out / "precision_recall.png"),
        plots.reliability(
            tested.probability, model.label, settings.calibration_bins, out / "reliability.png"
        ),
        plots.beeswarm(explanation, out / "shap.png"),
        plots.dependence(explanation, out / "dependence.png"),
    ]
