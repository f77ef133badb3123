"""The one door to MLflow: runs, figures and versions of models, in an SQLite database.

MLflow refuses a store of plain files, and an empty database takes it 6-13 seconds to set up.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any

import lightgbm as lgb
import mlflow
import mlflow.lightgbm
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from mlflow.utils.git_utils import get_git_commit

from ledger.errors import MuleriskError

CHAMPION, CHALLENGER = "champion", "challenger"
"""Aliases of the version in service, and of the one that would replace it."""


_LONGEST_TAG = 5000


class RunMissing(MuleriskError):
    """The run that a model came from is not in the database."""


def start(folder: Path, ledger: str, parameters: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Open a run with what it is made from, and return its id."""
    _connect(folder)
    experiment = mlflow.get_experiment_by_name(ledger)
    number = (
        experiment.experiment_id
        if experiment
        else mlflow.create_experiment(ledger, (folder / "runs").resolve().as_uri())
    )
    with mlflow.start_run(experiment_id=number, tags=dict(tags)) as run:
        mlflow.log_params(flat(parameters))
    return str(run.info.run_id)


def log_model(folder: Path, run_id: str, model: lgb.Booster, names: Sequence[str]) -> str:
    """Store a model with its signature in LightGBM's own format, and return where it stands."""
    columns = Schema([ColSpec("double", name) for name in names])
    with _resumed(folder, run_id):
        logged = mlflow.lightgbm.log_model(
            model,
            name="model",
            signature=ModelSignature(columns, Schema([ColSpec("double")])),
            # Without this MLflow imports the model in another process to find out: 20 seconds.
            pip_requirements=[f"lightgbm=={lgb.__version__}"],
        )
    return str(logged.model_uri)


def log_trials(folder: Path, run_id: str, trials: Sequence[Mapping[str, Any]]) -> None:
    """Add a run within a run for each set of parameters that was tried.

    Parameters
    ----------
    trials : sequence of mappings
        Of each the `model` it was for, the `trial`'s number, `pr_auc` and `standard_error`; all
        else are parameters.
    """
    with _resumed(folder, run_id):
        for trial in trials:
            tried = dict(trial)
            name = f"{tried.pop('model')}, trial {tried.pop('trial')}"
            with mlflow.start_run(run_name=name, nested=True):
                mlflow.log_metrics({name: tried.pop(name) for name in ("pr_auc", "standard_error")})
                mlflow.log_params(tried)


def log_figures(
    folder: Path,
    run_id: str,
    figures: Mapping[str, Any],
    files: Sequence[Path],
    at: datetime | None = None,
) -> None:
    """Add figures and files to a run.

    Parameters
    ----------
    at : datetime, optional
        What instant the figures are of, where the same ones are measured again and again.

    Raises
    ------
    RunMissing
        If the run is not in the database.
    """
    numbers = {name: value for name, value in flat(figures).items() if _is_number(value)}
    with _resumed(folder, run_id):
        step = int(at.timestamp()) if at else None
        mlflow.log_metrics(numbers, step, timestamp=step and step * 1000)
        for file in files:
            mlflow.log_artifact(str(file))


def register(folder: Path, name: str, run_id: str, model_uri: str) -> str:
    """Return the version that the model of a run has under a name: the next one if it had none."""
    with _resumed(folder, run_id):
        standing = mlflow.MlflowClient().search_model_versions(f"run_id = '{run_id}'")
        versions = [int(found.version) for found in standing if found.name == name]
        return str(min(versions, default=0) or mlflow.register_model(model_uri, name).version)


def tag(folder: Path, name: str, version: str, tags: Mapping[str, str]) -> None:
    """Write tags to a version; those of the same names are replaced."""
    _connect(folder)
    for tag, words in tags.items():
        mlflow.MlflowClient().set_model_version_tag(name, version, tag, words[:_LONGEST_TAG])


def point(folder: Path, name: str, alias: str, version: str | None) -> None:
    """Let an alias point to a version, or to none."""
    _connect(folder)
    client = mlflow.MlflowClient()
    if version is not None:
        client.set_registered_model_alias(name, alias, version)
    elif alias in client.get_registered_model(name).aliases:
        client.delete_registered_model_alias(name, alias)


def code_version(root: Path) -> str:
    """Name the commit of the code; `unknown` outside a checkout."""
    return get_git_commit(str(root)) or "unknown"


def flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name nested values by their path, as `section.name`."""
    values: dict[str, Any] = {}
    for name, value in nested.items():
        inner = isinstance(value, Mapping)
        values |= flat(value, f"{prefix}{name}.") if inner else {f"{prefix}{name}": value}
    return values


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isnan(value)


@contextmanager
def _resumed(folder: Path, run_id: str) -> Iterator[None]:
    _connect(folder)
    try:
        run = mlflow.start_run(run_id=run_id)
    except MlflowException:
        raise RunMissing(
            f"{folder} has no run {run_id}. Run `dvc repro --force --single-item fit` to make it."
        ) from None
    with run:
        yield


def _connect(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    mlflow.set_tracking_uri(f"sqlite:///{(folder / 'mlflow.db').resolve()}")
