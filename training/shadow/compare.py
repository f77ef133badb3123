"""How far a challenger's answers are from the champion's, in figures that name no account."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import fsum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from ledger.view import LedgerView
from models.bands import BANDS
from training.drift.groups import Groups, groups_of
from training.shadow.alerts import alerted
from training.shadow.answers import Answers
from training.shadow.behaviours import Shifted, shifted
from training.shadow.both import Both
from training.shadow.outcomes import Since, since_known

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Of the challenger's scores from the champion's.

    Attributes
    ----------
    mean, mean_size, largest : float
        Their mean, the mean of their sizes without a sign, and the largest size.
    """

    mean: float
    mean_size: float
    largest: float


@dataclass(frozen=True)
class Alerts:
    """Accounts alerted by each model, each once, and by one of them alone."""

    champion: int
    challenger: int
    newly: int
    no_longer: int


@dataclass(frozen=True)
class Compared:
    """Everything that is told of a challenger.

    Attributes
    ----------
    assessments, accounts : int
    bands : mapping of str to mapping of str to int
        Assessments by the band of the champion, and then by that of the challenger.
    rank_correlation : float or None
        Spearman's, over assessments; None where one model tells none of them apart.
    raw, probability : Difference
    scores : pair of Groups
        Raw scores of the champion, and those of the challenger in the same groups.
    by_thresholds, as_many : Alerts
        By the challenger's own thresholds, and where it alerts as many as the champion.
    higher, lower : Shifted
        The accounts whose band rises or falls, and what moves them.
    mules, cleared : Since
        Accounts that investigations have found since to be mules, and not to be.
    """

    assessments: int
    accounts: int
    bands: Mapping[str, Mapping[str, int]]
    rank_correlation: float | None
    raw: Difference
    probability: Difference
    scores: tuple[Groups, Groups]
    by_thresholds: Alerts
    as_many: Alerts
    higher: Shifted
    lower: Shifted
    mules: Since
    cleared: Since

    @property
    def in_higher(self) -> int:
        """Assessments in a higher band."""
        return sum(self.bands[BANDS[i]][after] for i in range(4) for after in BANDS[i + 1 :])

    @property
    def in_lower(self) -> int:
        """Assessments in a lower band."""
        return sum(self.bands[BANDS[i]][after] for i in range(4) for after in BANDS[:i])

    def figures(self) -> dict[str, Any]:
        """Return them as JSON and MLflow take them; no account is named."""
        told = asdict(self)
        del told["scores"]
        return {**told, "in_higher": self.in_higher, "in_lower": self.in_lower}


def compare(answers: Answers, both: Both, now: LedgerView) -> Compared:
    """Compare both models' answers.

    Parameters
    ----------
    answers : Answers
        At least one.
    both : Both
    now : LedgerView
        What is known by now of the accounts.
    """
    found, scores = alerted(answers, both), groups_of(answers.champion)
    probability = [
        scorer.probability(raw)
        for scorer, raw in (
            (both.champion, answers.champion), (both.challenger, answers.challenger)
        )
    ]  # fmt: skip
    first = answers.first()
    mules, cleared = since_known(first, found, now)
    higher, lower = shifted(answers.changed.values(), both)
    return Compared(
        assessments=len(answers),
        accounts=len(first),
        bands=_bands(answers, both),
        rank_correlation=_rank_correlation(answers),
        raw=_difference(answers.champion, answers.challenger),
        probability=_difference(*probability),
        scores=(scores, scores.of(answers.challenger)),
        by_thresholds=_alerts(found.champion, found.by_thresholds),
        as_many=_alerts(found.champion, found.as_many),
        higher=higher,
        lower=lower,
        mules=mules,
        cleared=cleared,
    )


def _bands(answers: Answers, both: Both) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {band: dict.fromkeys(BANDS, 0) for band in BANDS}
    pairs = zip(
        both.champion.bands(answers.champion),
        both.challenger.bands(answers.challenger),
        strict=True,
    )
    for before, after in pairs:
        counts[before][after] += 1
    return counts


def _rank_correlation(answers: Answers) -> float | None:
    if min(len(np.unique(raw)) for raw in (answers.champion, answers.challenger)) < 2:
        return None
    return float(spearmanr(answers.champion, answers.challenger).statistic)


def _difference(champion: Array, challenger: Array) -> Difference:
    apart = challenger - champion
    sizes = np.abs(apart)
    # Summed exactly, so that it does not matter in what order assessments were read.
    return Difference(fsum(apart) / len(apart), fsum(sizes) / len(apart), float(sizes.max()))


def _alerts(champion: frozenset[str], challenger: frozenset[str]) -> Alerts:
    return Alerts(
        len(champion), len(challenger), len(challenger - champion), len(champion - challenger)
    )
