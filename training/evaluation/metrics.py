"""How well scores rank and forecast.

Every figure counts each row `weight` times, so that a bootstrap resample is a set of weights and
costs no copy. Rows of one instant compete for the analysts' time with each other only.

References
----------
Precision at capacity for each account: Y. Le Borgne et al., "Reproducible machine learning for
credit card fraud detection: practical handbook", chapter 4 (2022). Recall at a fixed false positive
rate: S. Jesus et al., "Turning the tables: biased, imbalanced, dynamic tabular datasets for ML
evaluation", NeurIPS (2022).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
CAPACITY = 0.01
"""Share of accounts at each instant that people can look at."""


@dataclass(frozen=True)
class Scored:
    """Scored rows whose outcome is known, with what their metrics need prepared once.

    Attributes
    ----------
    account : int array, length n
        Number of the row's account.
    as_of : int64 array, length n
    label : float64 array, length n
    score : float64 array, length n
    tie : int64 array, length n
        Orders rows of equal score; has nothing to do with the label.
    unit : int array, length n
        Number of what is resampled whole: the mule's ring where it is known, else the account.
    """

    account: npt.NDArray[np.intp]
    as_of: npt.NDArray[np.int64]
    label: Array
    score: Array
    tie: npt.NDArray[np.int64]
    unit: npt.NDArray[np.intp]

    def only(self, mask: npt.NDArray[np.bool_]) -> "Scored":
        """Keep the rows where `mask` holds."""
        return Scored(
            self.account[mask],
            self.as_of[mask],
            self.label[mask],
            self.score[mask],
            self.tie[mask],
            self.unit[mask],
        )

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """Positions of the rows from the highest score down."""
        return np.lexsort((self.tie, -self.score))

    @cached_property
    def last_of_score(self) -> npt.NDArray[np.intp]:
        """Positions in `order` at which a run of equal scores ends."""
        ordered = self.score[self.order]
        return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))

    @cached_property
    def positives(self) -> tuple[npt.NDArray[np.intp], ...]:
        """Positions of the positive rows from the highest score down.

        Beside each, the place in `order` at which its run of equal scores ends, and the number of
        the last positive up to there.
        """
        place = np.flatnonzero(self.label[self.order])
        ends = self.last_of_score[np.searchsorted(self.last_of_score, place)]
        through = np.searchsorted(place, ends, side="right") - 1
        return self.order[place], ends, through

    def positive_part(self, weight: Array) -> float:
        """Sum weights of rows over the positive ones.

        Not the product with `label`: on so many rows it waits for threads four times as long as all
        the rest of a resample takes.
        """
        return float(weight[self.positives[0]].sum())

    @cached_property
    def ranked(self) -> list[npt.NDArray[np.intp]]:
        """For each instant, positions of its rows from the highest score down."""
        of_order = self.as_of[self.order]
        return [self.order[of_order == at] for at in np.unique(self.as_of)]


def scored(
    account_id: npt.NDArray[np.object_],
    as_of: npt.NDArray[np.int64],
    label: npt.NDArray[np.int8],
    score: Array,
    ring: npt.NDArray[np.intp] | None = None,
) -> Scored:
    """Prepare rows for their metrics; a `ring` of -1, or none given, is no ring."""
    names, account = np.unique(account_id.astype(str), return_inverse=True)
    tie = np.array([crc32(name.encode()) for name in names], dtype=np.int64)[account]
    unit = account if ring is None else np.where(ring < 0, account, len(names) + ring)
    return Scored(account, as_of, label.astype(np.float64), score, tie, unit)


def pr_auc(rows: Scored, weight: Array) -> float:
    """Average precision: the mean of the precision at each positive; NaN without positives."""
    positives, ends, through = rows.positives
    found = weight[positives]
    if not found.any():
        return float("nan")
    seen = np.cumsum(weight[rows.order])[ends]
    precision = np.divide(np.cumsum(found)[through], seen, out=np.zeros_like(seen), where=seen > 0)
    return float(found @ precision / found.sum())


def taken_at_capacity(rows: Scored, weight: Array) -> Array:
    """Tell how much of each row is looked at when the top 1 % of each instant is."""
    return _taken(rows, weight, lambda total: float(np.ceil(CAPACITY * total)))


def reviewed(rows: Scored, weight: Array, reviews: int) -> Array:
    """Tell how much of each row is looked at when the first `reviews` of each instant are."""
    return _taken(rows, weight, lambda total: min(float(reviews), total))


def _taken(rows: Scored, weight: Array, capacity_of: Callable[[float], float]) -> Array:
    taken = np.zeros(len(rows.score))
    for ranking in rows.ranked:
        ranked = weight[ranking]
        through = np.cumsum(ranked)
        capacity = capacity_of(float(through[-1]))
        last = np.searchsorted(through, capacity)
        taken[ranking[:last]] = ranked[:last]
        taken[ranking[last]] = capacity - (through[last] - ranked[last])
    return taken


def precision_at_capacity(rows: Scored, weight: Array) -> float:
    """Share of positives among the rows looked at."""
    taken = taken_at_capacity(rows, weight)
    return rows.positive_part(taken) / float(taken.sum())


def recall_at_capacity(rows: Scored, weight: Array) -> float:
    """Share of the positives that is looked at; NaN without positives."""
    positives = rows.positive_part(weight)
    return rows.positive_part(taken_at_capacity(rows, weight)) / positives if positives else np.nan


def roc_auc(rows: Scored, weight: Array) -> float:
    """Chance that a positive scores above a negative, a tie counting half."""
    weight, label = weight[rows.order], rows.label[rows.order]
    found = np.diff(np.cumsum(weight * label)[rows.last_of_score], prepend=0)
    passed = np.diff(np.cumsum(weight * (1 - label))[rows.last_of_score], prepend=0)
    above = np.cumsum(found) - found / 2
    both = found.sum() * passed.sum()
    return float(above @ passed / both) if both else float("nan")


def recall_at_fpr(rows: Scored, weight: Array, fpr: float) -> float:
    """Share of the positives found at the lowest threshold that flags at most `fpr` of the others.

    Rows of equal score are flagged together, over all instants alike; NaN without positives.
    """
    weight, label = weight[rows.order], rows.label[rows.order]
    found = np.cumsum(weight * label)[rows.last_of_score]
    passed = np.cumsum(weight * (1 - label))[rows.last_of_score]
    if not found[-1]:
        return float("nan")
    allowed = np.searchsorted(passed, fpr * passed[-1] * (1 + 1e-12), side="right")
    return float(found[allowed - 1] / found[-1]) if allowed else 0.0


def brier(probability: Array, label: Array) -> float:
    """Mean squared distance between forecast and outcome."""
    return float(np.mean((probability - label) ** 2))


def calibration_curve(probability: Array, label: Array, bins: int) -> tuple[Array, Array, Array]:
    """Compare forecast and outcome in `bins` groups of equally many rows.

    Returns
    -------
    tuple of three float64 arrays
        Mean forecast, share of positives and number of rows of each group.
    """
    groups = np.array_split(np.argsort(probability, kind="stable"), bins)
    kept = [group for group in groups if len(group)]
    means = [[probability[group].mean(), label[group].mean(), len(group)] for group in kept]
    forecast, outcome, size = np.array(means).T
    return forecast, outcome, size


def ece(probability: Array, label: Array, bins: int) -> float:
    """Compute the expected calibration error over groups of equally many rows."""
    forecast, outcome, size = calibration_curve(probability, label, bins)
    return float(np.abs(forecast - outcome) @ size / size.sum())


RANKING = {
    "pr_auc": pr_auc,
    "precision_at_1pct": precision_at_capacity,
    "recall_at_1pct": recall_at_capacity,
    "roc_auc": roc_auc,
}
"""The figures that depend on the order of the scores alone."""


FIXED_FPR = {
    "recall_at_fpr_0.1pct": 0.001,
    "recall_at_fpr_1pct": 0.01,
    "recall_at_fpr_5pct": 0.05,
}
"""The false positive rates at which recall is told."""


def ranking_figures(rows: Scored) -> Mapping[str, float]:
    """Compute the ranking figures with the counts they rest on."""
    once = np.ones(len(rows.label))
    figures: dict[str, float] = {name: metric(rows, once) for name, metric in RANKING.items()}
    figures |= {name: recall_at_fpr(rows, once, fpr) for name, fpr in FIXED_FPR.items()}
    return figures | {"positives": int(rows.label.sum()), "rows": len(rows.label)}
