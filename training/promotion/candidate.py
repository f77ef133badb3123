"""The model that may go into service: fitted, evaluated as it stands, by parameters that stand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from features.catalogue import CATALOGUE_HASH, NAMES
from features.compute import FeatureTable
from ledger.errors import MuleriskError
from models.roles import LearntRoles
from models.scorer import Scorer
from training.data_sheet import FACTS
from training.evaluation.metrics import Scored
from training.evaluation.tested import Tested, read_scores, read_tested
from training.fit import Inputs
from training.fitted import Fitted, read_fitted
from training.folders import Folders
from training.parameters import Parameters, read_parameters
from training.roles import read_roles
from training.scorer import scorer_of


class NotEvaluated(MuleriskError):
    """A model that was not evaluated as it stands."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A model that may go into service.

    Attributes
    ----------
    folder : Path
        Where the stage `fit` left it.
    fitted : Fitted
    roles : LearntRoles
    scorer : Scorer
    latest : FeatureTable
        The accounts at the ledger's end.
    tested : Tested
    baselines : mapping of str to Scored
        The test rows, scored by each baseline.
    metrics : mapping
        What `metrics.json` holds.
    sheet : mapping
        The ledger's data sheet.
    """

    folder: Path
    fitted: Fitted
    roles: LearntRoles
    scorer: Scorer
    latest: FeatureTable
    tested: Tested
    baselines: Mapping[str, Scored]
    metrics: Mapping[str, Any]
    sheet: Mapping[str, Any]

    @property
    def run_id(self) -> str:
        """Its run in the registry."""
        return str(self.fitted.origin["run_id"])

    @property
    def model(self) -> Scored:
        """The test rows, scored by the models of the folds."""
        return self.tested.scored(self.tested.raw)


def read_candidate(folders: Folders) -> Candidate:
    """Read what the pipeline left.

    Raises
    ------
    NotEvaluated
        With every reason why its figures are not those of this model.
    """
    fitted_in, evaluated_in = folders.stage("fit"), folders.stage("evaluate")
    try:
        fitted, roles = read_fitted(fitted_in), read_roles(fitted_in).service
        metrics = json.loads((evaluated_in / "metrics.json").read_text())
        latest = pq.read_table(fitted_in / "latest.parquet").select(["account_id", "as_of", *NAMES])
        sheet = json.loads((folders.stage("validate") / FACTS).read_text())
        parameters = read_parameters(folders.root / "params.yaml")
        inputs = Inputs.within(folders)
        faults = list(_faults(fitted, metrics, parameters, inputs))
        if sheet["digest"] != inputs.lake.digest:
            faults.append("the data sheet is of another ledger")
    except FileNotFoundError as error:
        faults = [f"{error.filename} is missing"]
    except KeyError as missing:
        faults = [f"{missing} is missing where an earlier release wrote"]
    if faults:
        raise NotEvaluated(f"{'; '.join(faults)}. Run `dvc repro evaluate`.")
    tested = read_tested(inputs, fitted_in, parameters, lambda _: None)
    return Candidate(
        folder=fitted_in,
        fitted=fitted,
        roles=roles,
        scorer=scorer_of(fitted, roles),
        latest=FeatureTable.from_arrow(latest),
        tested=tested,
        baselines=read_scores(tested, evaluated_in),
        metrics=metrics,
        sheet=sheet,
    )


def _faults(
    fitted: Fitted, metrics: Mapping[str, Any], parameters: Parameters, inputs: Inputs
) -> Iterator[str]:
    origin = fitted.origin
    if metrics["run_id"] != origin["run_id"]:
        yield f"the evaluation is of run {metrics['run_id']}, the model of run {origin['run_id']}"
    if (inputs.lake.digest, inputs.digest) != (origin["ledger_digest"], origin["data_hash"]):
        yield "ledger, features, labels, splits or search changed since the model was learnt"
    if fitted.catalogue_hash != CATALOGUE_HASH:
        yield "the model was learnt with another catalogue of features"
    changed = [
        name
        for name, was in origin["parameters"].items()
        if name != "tuned" and asdict(getattr(parameters, name)) != was
    ]
    if "side_by_side" not in metrics:
        yield "the evaluation is one of an earlier release"
    if parameters.alerts.reviews_per_day != metrics["at_capacity"]["reviews_per_day"]:
        changed.append("alerts")
    if changed:
        yield f"params.yaml changed since, in {', '.join(changed)}"
