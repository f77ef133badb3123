"""What is served beside what was learnt from: features, scores, bands and reasons.

Each figure stands beside what chance alone makes of it, so that few accounts, or many features, are
not taken for drift. `settings.chance` is how often a comparison may pass that level where nothing
drifts; features share it among them, and so do bands (Bonferroni).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import beta, binom

from models.scorer import Scorer
from training.drift.groups import Groups
from training.monitoring.alerts import alerts_among
from training.monitoring.learnt import Learnt
from training.monitoring.seen import Seen
from training.parameters import Monitor

_DEALS = 1000


@dataclass(frozen=True)
class Column:
    """The values of a feature, or the raw scores, before and now.

    Attributes
    ----------
    name : str
    before, now : Groups
        What was learnt from, and what is seen in the same groups.
    index : float
        The population stability index.
    by_chance : float
        What it exceeds only by chance where nothing drifts.
    more_missing : bool
        Whether a larger share is missing now, beyond chance.
    """

    name: str
    before: Groups
    now: Groups
    index: float
    by_chance: float
    more_missing: bool

    @property
    def missing_more(self) -> float:
        """Points by which the share of missing values grew."""
        return self.now.missing - self.before.missing


@dataclass(frozen=True)
class Band:
    """The share of the accounts in a band and those above it.

    Attributes
    ----------
    name : str
    promised, held : float
    at_least : float
        What the share surely is: the lower end of its interval (Clopper and Pearson 1934).
    """

    name: str
    promised: float
    held: float
    at_least: float


@dataclass(frozen=True)
class Reasons:
    """Which behaviours moved the scores of alerts.

    Attributes
    ----------
    before_alerts, alerts : int
    shares : mapping of str to (float, float)
        Of each typology before and now, the largest first.
    distance, by_chance : float
        Between the two, and what random deals of the alerts stay below.
    """

    before_alerts: int
    alerts: int
    shares: Mapping[str, tuple[float, float]]
    distance: float
    by_chance: float


@dataclass(frozen=True)
class Compared:
    """Everything that triggers judge by.

    Attributes
    ----------
    accounts : int
    differing : int
        Assessments that do not come out again as served.
    score : Column
    features : tuple of Column
        Those that moved most first.
    bands : tuple of Band
        The most urgent first.
    reasons : Reasons
    """

    accounts: int
    differing: int
    score: Column
    features: tuple[Column, ...]
    bands: tuple[Band, ...]
    reasons: Reasons

    def figures(self) -> dict[str, Any]:
        """Return them as JSON and MLflow take them; no account is named."""
        return {
            "accounts": self.accounts,
            "differing": self.differing,
            "score": {"index": self.score.index, "by_chance": self.score.by_chance},
            "features": {
                each.name: {"index": each.index, "missing": each.now.missing}
                for each in self.features
            },
            "bands": {
                each.name: {"promised": each.promised, "held": each.held} for each in self.bands
            },
            "reasons": asdict(self.reasons) | {"shares": _listed(self.reasons.shares)},
        }


def compare(
    learnt: Learnt, seen: Seen, scorer: Scorer, promised: Mapping[str, float], settings: Monitor
) -> Compared:
    """Compare accounts with those that the champion learnt from.

    Parameters
    ----------
    learnt : Learnt
    seen : Seen
    scorer : Scorer
        The champion.
    promised : mapping of str to float
        The share of accounts that each band holds with those above it.
    settings : Monitor
    """
    each = settings.chance / len(scorer.names)
    features = [
        _column(name, learnt.features[name], values, learnt.accounts, each)
        for name, values in zip(scorer.names, seen.values.T, strict=True)
    ]
    return Compared(
        accounts=len(seen),
        differing=seen.differing,
        score=_column("raw score", learnt.score, seen.raw, learnt.score.rows, settings.chance),
        features=tuple(sorted(features, key=lambda column: -column.index)),
        bands=_bands(seen, scorer, promised, settings.chance),
        reasons=_reasons(learnt, seen, scorer, settings),
    )


def _listed(shares: Mapping[str, tuple[float, float]]) -> list[dict[str, Any]]:
    return [
        {"typology": name, "before": before, "now": now} for name, (before, now) in shares.items()
    ]


def _column(
    name: str, before: Groups, values: np.ndarray[Any, Any], accounts: int, chance: float
) -> Column:
    now = before.of(values)
    as_many = binom.sf(now.counts[-1] - 1, now.rows, before.missing)
    return Column(
        name,
        before,
        now,
        index=before.index(now),
        by_chance=before.index_by_chance(accounts, now.rows, chance),
        more_missing=bool(as_many < chance),
    )


def _bands(
    seen: Seen, scorer: Scorer, promised: Mapping[str, float], chance: float
) -> tuple[Band, ...]:
    lowest, bands = asdict(scorer.thresholds), []
    for name, share in sorted(promised.items(), key=lambda band: band[1]):
        inside = int((seen.raw >= lowest[name]).sum())
        end = beta.ppf(chance / len(promised), inside, len(seen) - inside + 1) if inside else 0.0
        bands.append(Band(name, share, inside / len(seen), float(end)))
    return tuple(bands)


def _reasons(learnt: Learnt, seen: Seen, scorer: Scorer, settings: Monitor) -> Reasons:
    now = alerts_among(seen.values, seen.raw, seen.as_of, scorer)
    both = learnt.alerts.and_also(now)
    late = np.arange(len(both.size)) >= len(learnt.alerts.size)
    before, after = both.shares(~late), both.shares(late)
    random = np.random.default_rng(settings.seed)
    return Reasons(
        before_alerts=len(learnt.alerts.size),
        alerts=len(now.size),
        shares={
            both.names[i]: (float(before[i]), float(after[i]))
            for i in np.argsort(-np.maximum(before, after), kind="stable")
        },
        distance=both.distance(late),
        by_chance=both.by_chance(late, random, deals=_DEALS, below=1 - settings.chance),
    )
