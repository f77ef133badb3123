"""Invented accounts with every feature of the catalogue, and a model learnt from them.

Values are drawn, not computed from transactions: amounts with a long tail, shares, whole numbers
most of which are 0, each missing for some accounts. A few accounts are mules and show more.
"""

from dataclasses import dataclass, replace
from functools import cache

import lightgbm
import numpy as np

from features.catalogue import CATALOGUE, CATALOGUE_HASH, NAMES
from features.compute import FeatureTable
from models.bands import Thresholds
from models.calibration import Calibration
from models.peers import EVERY
from models.scorer import Scorer, Versions
from models.treeshap.shap_values import TreeShap
from models.typical import typical_of
from training.monitoring.learnt import learnt_from
from training.monitoring.seen import Seen
from training.parameters import Monitor
from training.rows import Rows

DAY = 86_400_000_000
BANDS = {"critical": 0.001, "high": 0.01, "elevated": 0.05}
LIMITS = Monitor(
    seed=1, accounts_at_least=100, accounts_at_most=5000, chance=0.01, score_index_at_most=0.25,
    feature_index_at_most=0.25, features_moved_at_most=0, missing_more_at_most=0.1,
    band_ratio_at_most=2.0, reasons_distance_at_most=0.0,
)  # fmt: skip
ACCOUNTS, ROWS_OF_EACH = 6000, 3
_MULES = 0.02


def values_of(seed, count):
    """Draw accounts, shape (count, features); their features hang together."""
    random = np.random.default_rng(seed)
    busy = random.normal(size=(count, 1))
    mule = random.random((count, 1)) < _MULES
    shape = np.random.default_rng(0)
    level = 0.6 * busy + 0.8 * random.normal(size=(count, len(NAMES)))
    level += mule * shape.choice([0, 0, 0, 1.5], len(NAMES))
    missing = random.random(level.shape) < shape.choice([0, 0, 0.02, 0.4], len(NAMES))
    values = np.column_stack([_as(each.unit, level[:, i]) for i, each in enumerate(CATALOGUE)])
    values[missing] = np.nan
    return values, mule[:, 0]


def _as(unit, level):
    if unit == "minor units":
        return np.round(1e5 * np.exp(level))
    if unit == "share":
        return np.clip(level / 4 + 0.5, 0, 1)
    return np.floor(np.maximum(0, level))


@cache
def scorer():
    """A model of such accounts, its bands on accounts that it has not learnt from."""
    values, mule = values_of(1, ACCOUNTS)
    text = lightgbm.train(
        {"objective": "binary", "num_leaves": 6, "verbosity": -1, "num_threads": 1, "seed": 1,
         "deterministic": True, "force_row_wise": True, "feature_fraction": 0.3},
        lightgbm.Dataset(values, mule.astype(float), feature_name=list(NAMES)),
        num_boost_round=40,
    ).model_to_string()  # fmt: skip
    booster = lightgbm.Booster(model_str=text)
    raw = booster.predict(latest().values, raw_score=True, num_threads=1)
    limits = {band: float(np.quantile(raw, 1 - share)) for band, share in BANDS.items()}
    typical = typical_of(values[:200], [EVERY] * 200, NAMES)
    return Scorer(
        NAMES, booster, TreeShap(text), Calibration(1.0, 0.0, 0.0, 0.0, 0.0, 2.0),
        Thresholds(**limits), typical,
        Versions("1", "b" * 64, CATALOGUE_HASH),
    )  # fmt: skip


@cache
def latest():
    """The accounts at the ledger's end."""
    values, _ = values_of(2, ACCOUNTS)
    names = np.array([f"account-{i}" for i in range(ACCOUNTS)], object)
    return FeatureTable(names, np.full(ACCOUNTS, 100 * DAY), values, NAMES)


@cache
def learnt():
    """What that model learnt from: each account at several instants, hardly changed."""
    values, mule = values_of(1, ACCOUNTS)
    names = np.array([f"account-{i}" for i in range(ACCOUNTS)], object)
    rows = Rows(
        np.tile(names, ROWS_OF_EACH),
        np.repeat(np.arange(ROWS_OF_EACH) * 7 * DAY, ACCOUNTS),
        np.tile(mule.astype(np.int8), ROWS_OF_EACH),
        np.tile(values, (ROWS_OF_EACH, 1)),
    )
    return learnt_from(rows, latest(), scorer())


@dataclass(frozen=True)
class Drawn:
    """Accounts drawn anew, which may then be changed."""

    values: np.ndarray

    @classmethod
    def of(cls, seed, count):
        """Draw accounts like those that were learnt from."""
        return cls(values_of(1000 + seed, count)[0])

    def changed(self, change):
        """Change the values of some features: `change` takes features and values, in place."""
        values = self.values.copy()
        change({name: values[:, i] for i, name in enumerate(NAMES)})
        return replace(self, values=values)

    def seen(self):
        """See them with the model."""
        return Seen(self.values, scorer().raw(self.values), np.full(len(self.values), 107 * DAY))
