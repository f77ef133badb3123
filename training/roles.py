"""Learning what kind of mule an account looks like, from known mules alone.

A mule is learnt as it looked at the first instant after its outcome became known. Before, many have
done nothing yet that would show their role, so that rows which are still to be forecast teach
little.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pyarrow as pa

from features.compute import FeatureTable
from ledger.outcomes import mule_outcomes
from ledger.schema import ROLES, Role
from ledger.view import microseconds
from models.roles import LearntRoles
from training.grid import DAY
from training.learner import and_unseen, parameters_of
from training.parameters import Parameters
from training.rows import Rows
from training.splits import Fold

_FILE = "roles.json"
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class FittedRoles:
    """What the stage `fit` learnt of roles.

    Attributes
    ----------
    service : LearntRoles
        From all known mules.
    folds : tuple of LearntRoles
        From those that were known before each fold's test.
    """

    service: LearntRoles
    folds: tuple[LearntRoles, ...]


def known_roles(labels: pa.Table) -> dict[str, Role]:
    """Tell the role of each mule whose first mule outcome names one."""
    return {account: mule.role for account, mule in mule_outcomes(labels).items() if mule.role}


def known_cases(features: FeatureTable, labels: pa.Table) -> Rows:
    """Show each mule of a known role at the first instant after its outcome became known.

    Returns
    -------
    Rows
        Their label is the position in `ROLES`.
    """
    mules, roles = mule_outcomes(labels), known_roles(labels)
    since = {account: microseconds(mules[account].known_at) for account in roles}
    known_at = np.array([since.get(account, _NEVER) for account in features.account_id])
    later = np.flatnonzero(features.as_of > known_at)
    later = later[np.argsort(features.as_of[later], kind="stable")]
    _, first = np.unique(features.account_id[later].astype(str), return_index=True)
    where = later[first]
    account_id = features.account_id[where]
    role = np.array([ROLES.index(roles[account]) for account in account_id], np.int8)
    return Rows(account_id, features.as_of[where], role, features.values[where])


def fit_roles(
    cases: Rows, names: Sequence[str], folds: Sequence[Fold], parameters: Parameters
) -> FittedRoles:
    """Learn roles for each fold, from what was known when its model was made, and for service."""
    embargo = parameters.splits.embargo_days * DAY
    before = [cases.only(cases.as_of + embargo <= fold.test[0]) for fold in folds]
    of_folds = [learn_roles(rows, names, parameters) for rows in before]
    return FittedRoles(learn_roles(cases, names, parameters), tuple(of_folds))


def learn_roles(cases: Rows, names: Sequence[str], parameters: Parameters) -> LearntRoles:
    """Learn one model, or none where too few mules are known.

    The same cases and parameters give the same model, byte for byte.
    """
    number, role = np.unique(cases.label, return_inverse=True)
    mules = dict(zip((ROLES[n] for n in number), np.bincount(role).tolist(), strict=True))
    if lacking(mules, parameters.roles.minimum_mules):
        return LearntRoles("", mules)
    settings = parameters.fit_of_roles
    rows, _ = and_unseen(replace(cases, label=role.astype(np.int8)), names, settings)
    told = parameters_of(settings) | {"objective": "multiclass", "num_class": len(mules)}
    data = lgb.Dataset(rows.values, rows.label, feature_name=list(names), params=told)
    return LearntRoles(lgb.train(told, data, settings.rounds).model_to_string(), mules)


def lacking(mules: Mapping[Role, int], minimum: int) -> str:
    """Say why no model can be learnt from so many known mules; empty where one can."""
    if len(mules) < 2:
        return f"the outcomes of known mules name {len(mules)} roles, and at least 2 are needed"
    few = [f"{role}: {count}" for role, count in mules.items() if count < minimum]
    return f"{minimum} known mules of each role are needed ({', '.join(few)})" if few else ""


def write_roles(fitted: FittedRoles, out: Path) -> None:
    """Write what was learnt."""
    (out / _FILE).write_text(json.dumps(asdict(fitted), indent=2) + "\n")


def read_roles(folder: Path) -> FittedRoles:
    """Read what `write_roles` wrote."""
    content = json.loads((folder / _FILE).read_text())
    folds = tuple(LearntRoles(**each) for each in content["folds"])
    return FittedRoles(LearntRoles(**content["service"]), folds)
