"""The baselines: what a model has to beat, learnt from the same past and tested on the same rows.

- `rules`: an analyst's weighted red flags.
- `logistic`: a logistic regression on all features.
- `aggregates`: LightGBM on ten plain aggregates of the whole history.
- `isolation_forest`: how unusual an account is; it never sees a label.

scikit-learn's defaults stand where nothing else is said: none was chosen by looking at figures.

References
----------
F. T. Liu, K. M. Ting and Z.-H. Zhou, "Isolation forest", ICDM (2008).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from features.catalogue import NAMES
from models.baseline import rules
from training.evaluation import aggregates
from training.evaluation.metrics import Array, Scored
from training.evaluation.tested import Tested
from training.learner import of_each
from training.rows import Rows
from training.splits import Fold


@dataclass(frozen=True)
class Baseline:
    """A baseline that is ready to score the test rows.

    Attributes
    ----------
    score : function
        From the number of the seed, counted from 0, to the rows scored.
    is_drawn : bool
        Whether another seed gives other scores.
    """

    score: Callable[[int], Scored]
    is_drawn: bool = False


def baselines(tested: Tested) -> dict[str, Baseline]:
    """Prepare every baseline."""
    seed, progress = tested.parameters.evaluate.seed, tested.progress
    progress("aggregates of every account's history")
    summed = tested.rows.seen_with(aggregates.aggregates(tested.inputs.lake, tested.rows))
    settings = tested.parameters.fit_of_aggregates

    def of_aggregates(number: int) -> Scored:
        again = replace(settings, seed=settings.seed + number)
        return tested.learnt_from(summed, aggregates.NAMES, [again] * len(tested.folds))

    def of_isolation(number: int) -> Scored:
        return _out_of_fold(tested, lambda past, test: isolation_forest(past, test, seed + number))

    return {
        "rules": Baseline(lambda _: tested.scored(rules(tested.test.values, NAMES))),
        "logistic": Baseline(lambda _: _out_of_fold(tested, logistic)),
        "aggregates": Baseline(of_aggregates, is_drawn=settings.draws),
        "isolation_forest": Baseline(of_isolation, is_drawn=True),
    }


def logistic(past: Rows, test: npt.NDArray[np.float64]) -> Array:
    """Score rows in log-odds by a logistic regression of the past."""
    model = make_pipeline(_prepared(), StandardScaler(), LogisticRegression(max_iter=1000))
    return np.asarray(model.fit(past.values, past.label).decision_function(test))


def isolation_forest(past: Rows, test: npt.NDArray[np.float64], seed: int) -> Array:
    """Score rows by how few random cuts part them from the rows of the past."""
    model = make_pipeline(_prepared(), IsolationForest(random_state=seed))
    return -np.asarray(model.fit(past.values).score_samples(test))


def _prepared() -> Pipeline:
    """Bring amounts and counts to a like scale, and tell what is missing in columns of its own."""
    return make_pipeline(
        FunctionTransformer(_signed_log),
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
    )


def _signed_log(values: npt.NDArray[np.float64]) -> Array:
    return np.sign(values) * np.log1p(np.abs(values))


def _out_of_fold(
    tested: Tested, scored_by: Callable[[Rows, npt.NDArray[np.float64]], Array]
) -> Scored:
    """Score the test rows of every fold by what was known before them."""
    rows = tested.rows

    def scored_rows(fold: Fold) -> Array:
        return scored_by(rows.only(rows.at(fold.past)), rows.values[rows.at(fold.test)])

    parts = of_each(tested.folds, tested.parameters.fit.threads, scored_rows)
    return tested.scored(np.concatenate(parts))
