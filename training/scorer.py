"""A fitted model as it will score in service."""

import lightgbm as lgb

from features.catalogue import NAMES
from models.roles import LearntRoles, RoleModel
from models.scorer import Scorer, Versions
from models.treeshap.shap_values import TreeShap
from training.fitted import Fitted


def scorer_of(fitted: Fitted, roles: LearntRoles | None = None) -> Scorer:
    """Make what scores and explains of a model that has no version and no bundle yet.

    Parameters
    ----------
    roles : LearntRoles, optional
        Where it is to tell them too.
    """
    return Scorer(
        NAMES,
        lgb.Booster(model_str=fitted.model_text),
        TreeShap(fitted.model_text),
        fitted.calibration,
        fitted.thresholds,
        fitted.typical,
        Versions("", "", fitted.catalogue_hash),
        RoleModel.read(roles, NAMES) if roles and roles.model_text else None,
    )
