"""Tiny models trained on random rows, and bundles made of them."""

from functools import cache

import lightgbm
import numpy as np

from ledger.schema import ROLES
from models.bands import Thresholds
from models.bundle import Bundle
from models.calibration import Calibration
from models.manifest import Lineage
from models.peers import EVERY
from models.roles import LearntRoles
from models.scorer import Scorer, Versions
from models.treeshap.shap_values import TreeShap
from models.typical import typical_of

SMALL = ("alpha", "beta", "gamma", "delta")
LINEAGE = Lineage(
    model_version="7",
    run_id="b0b",
    ledger_digest="d1",
    data_hash="d2",
    code_version="c3",
    created_at="2025-06-01T00:00:00+00:00",
    learnt_until="2025-05-31T00:00:00+00:00",
    parameters={"seed": 1},
    metrics={"pr_auc": 0.5},
)


CALIBRATION = Calibration(0.8, -0.3, 0.01, 0.02, 0.005, 2.0)


def rows(seed, count, features):
    """Draw rows with ties and with a fifth of the values missing."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(count, features)), 1)
    values[random.random(values.shape) < 0.2] = np.nan
    return values


@cache
def model_text(seed=0, names=SMALL, trees=12):
    values = rows(seed, 400, len(names))
    random = np.random.default_rng(seed + 1)
    target = np.nan_to_num(values[:, 0]) * np.nan_to_num(values[:, 1], nan=1.0) > random.normal(
        size=400
    )
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 8, "min_data_in_leaf": 5, "verbose": -1,
         "num_threads": 1, "seed": seed},
        lightgbm.Dataset(values, target.astype(int), feature_name=list(names)),
        trees,
    )  # fmt: skip
    return booster.model_to_string()


@cache
def learnt_roles(seed=0, names=SMALL, roles=ROLES):
    """Roles that follow the first feature."""
    values = rows(seed, 200, len(names))
    role = np.digitize(np.nan_to_num(values[:, 0]), [-0.5, 0.0, 0.5][: len(roles) - 1])
    booster = lightgbm.train(
        {"objective": "multiclass", "num_class": len(roles), "num_leaves": 4, "verbose": -1,
         "min_data_in_leaf": 5, "num_threads": 1, "seed": seed},
        lightgbm.Dataset(values, role, feature_name=list(names)),
        6,
    )  # fmt: skip
    counts = np.bincount(role, minlength=len(roles)).tolist()
    return LearntRoles(booster.model_to_string(), dict(zip(roles, counts, strict=True)))


def scorer_of(seed=0, names=SMALL, trees=12):
    text = model_text(seed, names, trees)
    return Scorer(
        tuple(names),
        lightgbm.Booster(model_str=text),
        TreeShap(text),
        CALIBRATION,
        Thresholds(-0.5, 0.5, 1.5),
        typical_of(rows(seed, 60, len(names)), [EVERY] * 60, names),
        Versions("7", "bundle-hash", "catalogue-hash"),
    )


def bundle_of(names=SMALL, catalogue_hash="small", **changed):
    made = {
        "model_text": model_text(names=names),
        "calibration": CALIBRATION,
        "thresholds": Thresholds(-0.5, 0.5, 1.5),
        "typical": typical_of(rows(2, 60, len(names)), [EVERY] * 60, names),
        "lineage": LINEAGE,
        "golden": rows(3, 16, len(names)),
        "feature_names": tuple(names),
        "catalogue_hash": catalogue_hash,
    }
    return Bundle(**{**made, **changed})
