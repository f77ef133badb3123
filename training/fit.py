"""The stage `fit`: a model for each fold, and the one that may go into service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from lightgbm import Booster

from features.catalogue import CATALOGUE_HASH, NAMES
from features.compute import FeatureTable
from ledger.lake import Lake, open_lake
from ledger.view import instant
from models.calibration import Calibration
from models.peers import peers_of
from models.typical import AGE, Typical, typical_of
from training import registry
from training.bands import thresholds
from training.features import SNAPSHOTS, read
from training.fitted import Fitted, fold_model, write_fitted
from training.folders import Folders
from training.latest import latest
from training.learner import OutOfFold, learn, out_of_fold, raw_scores, validated_calibrations
from training.parameters import Fit, Parameters
from training.platt import platt
from training.roles import FittedRoles, fit_roles, known_cases, lacking, write_roles
from training.rows import Rows, labelled_rows
from training.splits import Fold, read_folds
from training.tuned import Tuned, read_trials, read_tuned, searched

GOLDEN_ROWS = 16


@dataclass(frozen=True)
class Inputs:
    """What a model is learnt from: a ledger, and the outputs of the stages before."""

    lake: Lake
    features: Path
    labels: Path
    splits: Path
    tuned: Path

    @classmethod
    def within(cls, folders: Folders) -> "Inputs":
        """Open what the stages before left."""
        lake = open_lake(folders.ledger)
        return cls(lake, folders.features, folders.labels, folders.splits, folders.tuned)

    @property
    def snapshots(self) -> Path:
        """The snapshots of the network that stand beside the features."""
        return self.features.with_name(SNAPSHOTS)

    @property
    def digest(self) -> str:
        """Hash over the four files."""
        files = (self.features, self.labels, self.splits, self.tuned)
        of_each = [sha256(file.read_bytes()).digest() for file in files]
        return sha256(b"".join(of_each)).hexdigest()


@dataclass(frozen=True)
class Occasion:
    """What only the door knows of a run."""

    now: datetime
    code_version: str


def run(
    inputs: Inputs,
    out: Path,
    tracking: Path,
    parameters: Parameters,
    occasion: Occasion,
    progress: Callable[[str], None],
) -> Fitted:
    """Learn and calibrate a model, and write it and its origin.

    Beside it stand the models of the folds (`folds/`) with their test scores (`scores.parquet`),
    the accounts at the ledger's end with the model's own scores of them (`latest.parquet`), whose
    rows the golden ones are (`golden.parquet`), which no bundle tells, and what was learnt of the
    roles of mules (`roles.json`).
    """
    features = read(inputs.features)
    rows = labelled_rows(features, inputs.labels)
    folds = read_folds(inputs.splits)
    progress(f"the models of {len(folds)} folds")
    tuned = read_tuned(inputs.tuned)
    tested = out_of_fold(rows, NAMES, folds, tuned.folds)
    progress("calibrations of the folds")
    probability = _calibrated(rows, folds, tested, tuned.folds)
    progress(f"the model for service, from all {len(rows):,} rows")
    model = learn(rows, NAMES, tuned.service)
    golden = _golden(rows, raw_scores(model, rows.values))
    progress("the roles of mules")
    roles = _roles(inputs.lake, features, folds, parameters, progress)
    progress("the accounts at the ledger's end")
    now = latest(inputs.lake, parameters.features)
    raw_now = raw_scores(model, now.values)
    progress("the run in MLflow")
    origin = _origin(inputs, parameters, tuned, occasion)
    origin["learnt_until"] = _learnt_until(rows, parameters.labels.horizon_days)
    origin["run_id"], model_uri = _track(tracking, inputs, origin, model)
    fitted = Fitted(
        model_text=model.model_to_string(),
        calibration=_for_service(rows, folds, tested, tuned),
        thresholds=thresholds(raw_now, parameters.bands),
        typical=_typical(inputs.lake, rows),
        golden=golden.values,
        origin=origin,
        catalogue_hash=CATALOGUE_HASH,
        model_uri=model_uri,
    )
    write_fitted(fitted, out)
    write_roles(roles, out)
    for number, of_fold in enumerate(tested.models):
        _write_text(fold_model(out, number), of_fold.model_to_string())
    pq.write_table(_scores(rows, tested, probability), out / "scores.parquet")
    pq.write_table(_with_scores(now, raw_now), out / "latest.parquet")
    pq.write_table(_accounts(golden), out / "golden.parquet")
    return fitted


def _calibrated(
    rows: Rows, folds: Sequence[Fold], tested: OutOfFold, settings: Sequence[Fit]
) -> npt.NDArray[np.float64]:
    probability = np.empty(len(tested.raw))
    for number, calibration in enumerate(validated_calibrations(rows, NAMES, folds, settings)):
        of_fold = tested.fold == number
        probability[of_fold] = calibration.probability(tested.raw[of_fold])
    return probability


def _for_service(rows: Rows, folds: Sequence[Fold], tested: OutOfFold, tuned: Tuned) -> Calibration:
    """Calibrate on the folds' test rows, scored by models with the parameters for service.

    Other parameters give raw scores of another spread. They were chosen with these rows in sight,
    but a line through them has little to gain from that.
    """
    like_service = [tuned.service] * len(folds)
    same = tuple(like_service) == tuned.folds
    scores = tested if same else out_of_fold(rows, NAMES, folds, like_service)
    return platt(scores.raw, rows.label[scores.row], rows.account_id[scores.row])


def _roles(
    lake: Lake,
    features: FeatureTable,
    folds: Sequence[Fold],
    parameters: Parameters,
    progress: Callable[[str], None],
) -> FittedRoles:
    roles = fit_roles(known_cases(features, lake.read("labels")), NAMES, folds, parameters)
    if why := lacking(roles.service.mules, parameters.roles.minimum_mules):
        progress(f"no role model for service: {why}")
    return roles


def _origin(
    inputs: Inputs, parameters: Parameters, tuned: Tuned, occasion: Occasion
) -> dict[str, Any]:
    learnt_with: dict[str, Any] = {
        name: asdict(getattr(parameters, name))
        for name in ("features", "labels", "splits", "tune", "fit", "roles", "bands")
    }
    learnt_with["tuned"] = searched(tuned.service)
    return {
        "ledger_digest": inputs.lake.digest,
        "data_hash": inputs.digest,
        "code_version": occasion.code_version,
        "created_at": occasion.now.isoformat(),
        "parameters": learnt_with,
    }


def _learnt_until(rows: Rows, horizon_days: int) -> str:
    last = instant(int(rows.as_of.max()))
    return (last + timedelta(days=horizon_days)).isoformat()


def _track(
    tracking: Path, inputs: Inputs, origin: Mapping[str, Any], model: Booster
) -> tuple[str, str]:
    ledger = inputs.lake.name
    tags = {name: origin[name] for name in ("ledger_digest", "data_hash", "code_version")}
    tags |= {"ledger": ledger, "catalogue_hash": CATALOGUE_HASH}
    run_id = registry.start(tracking, ledger, origin["parameters"], tags)
    registry.log_trials(tracking, run_id, read_trials(inputs.tuned))
    return run_id, registry.log_model(tracking, run_id, model, NAMES)


def _typical(lake: Lake, rows: Rows) -> Typical:
    """Measure the innocent accounts at the last instant that was learnt from."""
    latest = rows.only((rows.as_of == rows.as_of.max()) & (rows.label == 0))
    accounts = lake.read("accounts", ["account_id", "kind", "country"]).to_pylist()
    held = {row["account_id"]: (row["kind"], row["country"]) for row in accounts}
    ages = latest.values[:, NAMES.index(AGE)].tolist()
    narrowest = zip(latest.account_id, ages, strict=True)
    peers = [peers_of(*held[account], age) for account, age in narrowest]
    return typical_of(latest.values, peers, NAMES)


def _golden(rows: Rows, raw: npt.NDArray[np.float64]) -> Rows:
    """Take rows from the lowest score to the highest."""
    spread = np.linspace(0, len(rows) - 1, GOLDEN_ROWS).astype(int)
    return rows.only(np.argsort(raw, kind="stable")[spread])


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def _with_scores(now: FeatureTable, raw: npt.NDArray[np.float64]) -> pa.Table:
    return now.to_arrow().append_column("raw", pa.array(raw))


def _accounts(rows: Rows) -> pa.Table:
    as_of = pa.array(rows.as_of, pa.timestamp("us", tz="UTC"))
    return pa.table({"account_id": pa.array(rows.account_id, pa.string()), "as_of": as_of})


def _scores(rows: Rows, tested: OutOfFold, probability: npt.NDArray[np.float64]) -> pa.Table:
    test = rows.only(tested.row)
    columns = {"label": test.label, "fold": tested.fold, "raw": tested.raw}
    table = _accounts(test)
    for name, values in (columns | {"probability": probability}).items():
        table = table.append_column(name, pa.array(values))
    return table
