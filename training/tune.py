"""The stage `tune`: the parameters that each model is learnt with.

Each fold has its own, chosen on the last rows of its past before its test began, so no test row has
had a part in them. The model for service has those that all labelled rows choose in the same way.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from features.catalogue import NAMES
from training.features import read
from training.learner import of_each
from training.parameters import Parameters
from training.rows import labelled_rows
from training.search import Search, search
from training.splits import read_folds, whole
from training.tuned import Tuned, searched, write_tuned


def run(
    features: Path,
    labels: Path,
    splits: Path,
    out: Path,
    parameters: Parameters,
    progress: Callable[[str], None],
) -> Tuned:
    """Search the parameters of every model; write them to `out`, and beside it what was tried."""
    rows = labelled_rows(read(features), labels)
    folds = read_folds(splits)
    cuts = (*folds, whole(rows.as_of, parameters.splits, parameters.labels.horizon_days))
    tune, declared = parameters.tune, parameters.fit
    progress(f"{tune.trials} trials for each of {len(folds)} folds and the model for service")
    found = of_each(cuts, declared.threads, lambda cut: search(rows, NAMES, cut, declared, tune))
    *of_folds, service = (each.chosen for each in found)
    tuned = Tuned(tuple(of_folds), service)
    write_tuned(out, tuned, list(_tried(found)))
    return tuned


def _tried(found: Sequence[Search]) -> Iterator[dict[str, Any]]:
    """List every trial with the model it was for."""
    models = [*(f"fold {number}" for number in range(1, len(found))), "service"]
    for model, each in zip(models, found, strict=True):
        for number, trial in enumerate(each.trials, start=1):
            yield {
                "model": model,
                "trial": number,
                "pr_auc": trial.pr_auc,
                "standard_error": each.standard_error,
                "chosen": trial.settings == each.chosen,
                **searched(trial.settings),
            }
